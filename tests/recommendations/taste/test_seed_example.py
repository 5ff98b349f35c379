"""The seed notebook's example, by the pure seed ranking over the demo's fans."""

import numpy as np
import pytest

from recommendations.sources.demo_fans import DEMO_FANS, FAN_TRACKS
from recommendations.taste.build import build_profiles
from recommendations.taste.profiles import Profiles
from recommendations.taste.ranking import seed_score
from recommendations.taste.schema import AUDIO_FEATURES, TRACK_FEATURES, AudioFeature
from recommendations.taste.space import default_space
from tests.recommendations.taste.listenings import make_listening

NAMES = [fan.name for fan in DEMO_FANS]


def build_fans(repeats: tuple[str, ...] = ()) -> Profiles:
    """Return the fans' profiles, the named tracks entered once more at the end of each list."""
    tracks = [track.name for track in FAN_TRACKS]
    artists = sorted({artist for track in FAN_TRACKS for artist in track.artists})
    heard = {
        user: [*fan.track_names, *(name for name in repeats if name in fan.track_names)]
        for user, fan in enumerate(DEMO_FANS)
    }
    listening = make_listening(
        tracks={
            user: [(tracks.index(name), rank) for rank, name in enumerate(names, start=1)]
            for user, names in heard.items()
        },
        features=[
            np.array(
                [
                    {
                        **track.features,
                        "duration_ms": track.duration_ms,
                        "popularity": track.popularity,
                    }[name]
                    for name in TRACK_FEATURES
                ]
            )
            for track in FAN_TRACKS
        ],
        credited=[
            (number, artists.index(artist))
            for number, track in enumerate(FAN_TRACKS)
            for artist in track.artists
        ],
    )
    return build_profiles(listening, default_space())


def rank_fans(fans: Profiles, name: str) -> list[tuple[str, float]]:
    row = NAMES.index(name)
    scores = seed_score(fans[row], fans)
    return [(NAMES[i], float(scores[i])) for i in np.argsort(-scores) if i != row]


@pytest.mark.parametrize("repeats", [(), ("La_Original.mp3",)], ids=["once", "listed twice"])
def test_seed_ranking_gives_the_notebooks_five(repeats: tuple[str, ...]) -> None:
    fans = build_fans(repeats)

    ranked = rank_fans(fans, "Taylor Swift and Emilia Fan")

    assert [name for name, _ in ranked[:5]] == [
        "The 1975 and Taylor Swift Fan",
        "Taylor Swift Fan",
        "Emilia Fan",
        "Duki Fan",
        "The 1975 Fan",
    ]


def test_first_four_share_an_artist_and_the_fifth_none() -> None:
    ranked = rank_fans(build_fans(), "Taylor Swift and Emilia Fan")

    assert [score > 2.0 for _, score in ranked] == [True] * 4 + [False] * 3


def test_a_track_listed_twice_counts_once() -> None:
    emilia = NAMES.index("Emilia Fan")

    once, twice = build_fans()[emilia], build_fans(("La_Original.mp3",))[emilia]

    assert np.array_equal(once.meta_vector, twice.meta_vector)
    assert np.array_equal(once.artist_weights, twice.artist_weights)


def test_fans_name_only_tracks_that_are_there() -> None:
    known = {track.name for track in FAN_TRACKS}

    assert {name for fan in DEMO_FANS for name in fan.track_names} == known


@pytest.mark.parametrize("feature", AUDIO_FEATURES, ids=lambda feature: feature.name)
def test_made_up_features_are_in_range(feature: AudioFeature) -> None:
    assert all(feature.holds(track.features[feature.name]) for track in FAN_TRACKS)
