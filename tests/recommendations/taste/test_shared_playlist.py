"""Which tracks two listeners may both like, in which order."""

from recommendations.taste.shared_playlist import OwnTrack, Part, Pick, pick_tracks


def track(track_id: int, *, rank: int = 1, fit: float = 0.5, artist: int | None = None) -> OwnTrack:
    return OwnTrack(track_id, track_id if artist is None else artist, rank, fit)


def ids(picks: list[Pick]) -> list[int]:
    return [pick.track_id for pick in picks]


def test_shared_tracks_come_first_those_that_both_play_most_before_others() -> None:
    yours = [track(1, rank=9), track(2, rank=1), track(3, rank=3, fit=0.9)]
    theirs = [track(1, rank=1), track(2, rank=2)]

    picks = pick_tracks(yours, theirs, 10)

    assert picks == [Pick(2, Part.SHARED), Pick(1, Part.SHARED), Pick(3, Part.YOURS)]


def test_then_each_takes_turns_the_best_fitting_first() -> None:
    yours = [track(1, fit=0.1), track(2, fit=0.3)]
    theirs = [track(3, fit=0.9), track(4, fit=0.2), track(5, fit=0.1)]

    picks = pick_tracks(yours, theirs, 10)

    assert ids(picks) == [2, 3, 1, 4, 5]
    assert [pick.part for pick in picks[:2]] == [Part.YOURS, Part.THEIRS]


def test_what_does_not_fit_is_left_out() -> None:
    assert pick_tracks([track(1, fit=0.0)], [track(2, fit=-0.1)], 10) == []


def test_nobody_gets_a_playlist_of_one_artist() -> None:
    yours = [track(number, artist=7, rank=number) for number in range(1, 6)]

    assert ids(pick_tracks(yours, [], 10)) == [1, 2, 3]


def test_it_is_no_longer_than_asked_for() -> None:
    yours = [track(number) for number in range(1, 6)]

    assert ids(pick_tracks(yours, yours, 2)) == [1, 2]
