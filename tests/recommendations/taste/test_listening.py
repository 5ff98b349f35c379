import numpy as np
import pytest

from recommendations.taste.listening import Listening
from recommendations.taste.schema import TRACK_FEATURES
from tests.recommendations.taste.listenings import make_features, make_listening


def entries_of(listening: Listening) -> list[tuple[int, int, int, float, int]]:
    return list(
        zip(
            listening.artist_rows.tolist(),
            listening.artist_ids.tolist(),
            listening.artist_ranks.tolist(),
            listening.play_counts.tolist(),
            listening.track_counts.tolist(),
            strict=True,
        )
    )


def test_a_track_in_several_lists_counts_once_at_its_best_rank() -> None:
    listening = make_listening(tracks={7: [(0, 4), (0, 2), (1, 1)]}, features=[make_features()] * 2)

    assert listening.track_ranks.tolist() == [2, 1]
    assert listening.tracks_per_listener().tolist() == [2]


def test_artist_entries_merge_credits_and_top_artists() -> None:
    listening = make_listening(
        tracks={7: [(0, 3), (1, 5)]},
        artists={7: [(10, 4, 90.0), (11, 1, 80.0)]},
        features=[make_features()] * 2,
        credited=[(0, 10), (1, 10), (1, 12)],
    )

    assert entries_of(listening)[:2] == [(0, 10, 3, 90.0, 2), (0, 11, 1, 80.0, 0)]
    assert np.isnan(listening.play_counts[2])
    assert entries_of(listening)[2][:3] == (0, 12, 5)


def test_an_artist_in_several_lists_has_the_highest_known_count() -> None:
    listening = make_listening(artists={7: [(10, 4, None), (10, 9, 5.0), (10, 8, 60.0)]})

    assert entries_of(listening) == [(0, 10, 4, 60.0, 0)]


def test_every_artist_of_a_track_is_credited() -> None:
    listening = make_listening(
        tracks={7: [(0, 1)], 8: [(0, 2)]},
        features=[make_features()],
        credited=[(0, 10), (0, 11)],
    )

    assert [entry[:3] for entry in entries_of(listening)] == [
        (0, 10, 1),
        (0, 11, 1),
        (1, 10, 2),
        (1, 11, 2),
    ]


def test_a_list_with_a_track_outside_the_catalogue_is_refused() -> None:
    with pytest.raises(ValueError, match="Track 3 is in a list"):
        make_listening(tracks={7: [(3, 1)]}, features=[make_features()])


def test_described_tracks_are_those_with_all_named_features() -> None:
    listening = make_listening(
        tracks={7: [(0, 1), (1, 2), (2, 3)]},
        features=[
            make_features(),
            make_features(popularity=np.nan),
            make_features(energy=np.nan),
        ],
    )

    assert listening.described_tracks_per_listener().tolist() == [2]
    assert listening.described_tracks_per_listener(TRACK_FEATURES).tolist() == [1]


def test_concatenated_blocks_keep_each_listeners_entries() -> None:
    features, credited = [make_features()] * 2, [(0, 10), (1, 11)]
    both = make_listening(tracks={7: [(0, 1)], 8: [(1, 2)]}, features=features, credited=credited)
    blocks = [
        make_listening(tracks={7: [(0, 1)]}, features=features, credited=credited),
        make_listening(tracks={8: [(1, 2)]}, features=features, credited=credited),
    ]

    joined = Listening.concatenate(blocks)

    assert joined.user_ids.tolist() == [7, 8]
    assert joined.track_rows.tolist() == both.track_rows.tolist()
    assert [entry[:3] for entry in entries_of(joined)] == [entry[:3] for entry in entries_of(both)]


def test_concatenation_of_nothing_is_nobody() -> None:
    assert len(Listening.concatenate([])) == 0
