"""What siblings play and a listener does not, with who and why."""

from dataclasses import dataclass

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from recommendations.models import Artist, Source, Track
from recommendations.services.exclusions import exclude_artist, exclude_track
from recommendations.services.hear_next import HearNext, find_hear_next
from recommendations.services.profiles import recompute_profiles
from recommendations.services.similar_users import NotEnoughListening
from recommendations.services.unseen_listeners import hide_listener
from recommendations.services.visibility import set_discoverable
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track, make_user

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Scene:
    """``me`` plays Portishead; ``near`` plays them and Tricky, ``far`` them, Sade and others."""

    me: User
    near: User
    far: User
    portishead: Artist
    tricky: Artist
    sade: Artist
    overcome: Track
    jezebel: Track


@pytest.fixture
def scene() -> Scene:
    portishead, tricky, sade = (make_artist(name) for name in ("Portishead", "Tricky", "Sade"))
    overcome = make_track(name="Overcome", artists=[tricky])
    jezebel = make_track(name="Jezebel", artists=[sade])
    me, near, far = (make_user(username=name) for name in ("me", "near", "far"))
    make_top_artists(me, [portishead], play_counts=[100])
    make_top_artists(near, [portishead, tricky], play_counts=[100, 10])
    make_top_tracks(near, [overcome], source=Source.SPOTIFY)
    make_top_artists(far, [portishead, sade, make_artist()], play_counts=[10, 100, 100])
    make_top_tracks(far, [jezebel])
    recompute_profiles([me.pk, near.pk, far.pk])
    return Scene(me, near, far, portishead, tricky, sade, overcome, jezebel)


def artists_of(found: HearNext) -> list[str]:
    return [one.artist.name for one in found.artists]


def tracks_of(found: HearNext) -> list[str]:
    return [one.track.name for one in found.tracks]


def test_what_the_nearest_plays_comes_first_with_who_plays_it(scene: Scene) -> None:
    found = find_hear_next(scene.me, limit=2)

    assert artists_of(found) == ["Tricky", "Sade"]
    assert tracks_of(found) == ["Overcome", "Jezebel"]
    assert [sibling.user for sibling in found.artists[0].siblings] == [scene.near]
    assert [sibling.user for sibling in found.tracks[1].siblings] == [scene.far]
    assert found.sibling_count == 2


def test_only_what_shows_from_spotify_leads_there(scene: Scene) -> None:
    found = find_hear_next(scene.me, limit=2)

    assert [one.is_from_spotify for one in found.artists] == [True, False]
    assert [one.is_from_spotify for one in found.tracks] == [True, False]


def test_a_track_by_an_artist_of_mine_says_so(scene: Scene) -> None:
    roads = make_track(name="Roads", artists=[scene.portishead])
    make_top_tracks(scene.near, [roads], source=Source.LASTFM)

    found = find_hear_next(scene.me, limit=5)

    near_to = {one.track.name: one.near_to for one in found.tracks}
    assert near_to == {"Roads": scene.portishead, "Overcome": None, "Jezebel": None}


def test_what_is_known_is_left_out(scene: Scene) -> None:
    make_top_artists(scene.me, [scene.sade], source=Source.LASTFM)
    make_top_tracks(scene.me, [scene.jezebel], source=Source.LASTFM)
    recompute_profiles([scene.me.pk])

    found = find_hear_next(scene.me, limit=5)

    assert "Sade" not in artists_of(found)
    assert tracks_of(found) == ["Overcome"]


def test_what_is_left_out_of_the_taste_is_not_recommended(scene: Scene) -> None:
    exclude_artist(scene.me, scene.tricky.pk)
    exclude_track(scene.me, scene.jezebel.pk)

    found = find_hear_next(scene.me, limit=5)

    assert "Tricky" not in artists_of(found)
    assert "Sade" in artists_of(found)
    assert tracks_of(found) == []


def test_what_a_sibling_leaves_out_does_not_show(scene: Scene) -> None:
    exclude_artist(scene.near, scene.tricky.pk)
    exclude_track(scene.far, scene.jezebel.pk)

    found = find_hear_next(scene.me, limit=5)

    assert "Tricky" not in artists_of(found)
    assert tracks_of(found) == []


def test_the_hidden_recommend_nothing(scene: Scene) -> None:
    set_discoverable(scene.near, value=False)

    found = find_hear_next(scene.me, limit=5)

    assert "Tricky" not in artists_of(found)
    assert tracks_of(found) == ["Jezebel"]
    assert found.sibling_count == 1


@pytest.mark.parametrize("is_blocked", [True, False])
def test_whom_a_listener_hid_recommends_nothing(scene: Scene, *, is_blocked: bool) -> None:
    hide_listener(scene.me, scene.near.pk, is_blocked=is_blocked)

    found = find_hear_next(scene.me, limit=5)

    assert tracks_of(found) == ["Jezebel"]
    assert found.sibling_count == 1


def test_alone_there_is_nothing_to_hear(listener: User) -> None:
    make_top_artists(listener, [make_artist()])

    assert find_hear_next(listener, limit=5) == HearNext((), (), 0)


def test_without_listening_it_says_what_is_missing(listener: User) -> None:
    with pytest.raises(NotEnoughListening):
        find_hear_next(listener, limit=5)


@pytest.mark.parametrize("count", [1, 12])
def test_queries_do_not_grow_with_siblings(
    scene: Scene, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    users = [make_user() for _ in range(count)]
    for user in users:
        artist = make_artist()
        make_top_artists(user, [scene.portishead, artist])
        make_top_tracks(user, [make_track(artists=[artist])])
    recompute_profiles([user.pk for user in users])
    find_hear_next(scene.me, limit=20)

    # Eight for the similar users, then space, profiles twice, exclusions, tracks of both, artists
    # near, artists, whether these are Spotify's (2), tracks with features, credits with artists.
    with django_assert_num_queries(19):
        find_hear_next(scene.me, limit=20)
