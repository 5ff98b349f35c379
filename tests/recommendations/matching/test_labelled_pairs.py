"""How well names are matched, on pairs of invented names that were labelled by hand."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from recommendations.models import Artist, Track
from recommendations.name_key import build_name_key
from recommendations.services.match_tracks import Matches, NamedTrack, match_tracks
from tests.factories import make_artist, make_track

_FILE = Path(__file__).parent / "pairs.csv"


@dataclass(frozen=True)
class LabelledPair:
    """A name, a stored track, and whether both are the same recording."""

    name: NamedTrack
    stored_artists: tuple[str, ...]
    stored_title: str
    is_same: bool


def read_pairs() -> Iterator[LabelledPair]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield LabelledPair(
                NamedTrack(row["artist"], row["title"]),
                tuple(row["stored_artists"].split(";")),
                row["stored_title"],
                row["same"] == "yes",
            )


PAIRS = list(read_pairs())


@pytest.fixture
def stored(db: None) -> dict[tuple[tuple[str, ...], str], Track]:  # noqa: ARG001
    """Store every track of the pairs, all in one catalogue, each with a duration of its own."""
    artists: dict[str, Artist] = {}
    durations = count(60_000, 10_000)
    tracks: dict[tuple[tuple[str, ...], str], Track] = {}
    for pair in PAIRS:
        for name in pair.stored_artists:
            if name not in artists:
                artists[name] = make_artist(name, name_key=build_name_key(name))
        key = (pair.stored_artists, pair.stored_title)
        if key not in tracks:
            credited = [artists[name] for name in pair.stored_artists]
            tracks[key] = make_track(
                artists=credited,
                name=pair.stored_title,
                duration_ms=next(durations),
                features=None,
            )
    return tracks


def _find(matches: Matches, stored: dict[tuple[tuple[str, ...], str], Track]) -> list[LabelledPair]:
    return [
        pair
        for pair in PAIRS
        if matches.found.get(pair.name) == stored[pair.stored_artists, pair.stored_title].pk
    ]


def test_the_sample_is_large_enough() -> None:
    assert len(PAIRS) >= 200
    assert sum(not pair.is_same for pair in PAIRS) >= 100


def test_98_of_100_matches_are_right(
    stored: dict[tuple[tuple[str, ...], str], Track],
) -> None:
    found = _find(match_tracks([pair.name for pair in PAIRS]), stored)

    wrong = [pair for pair in found if not pair.is_same]
    assert len(wrong) <= 0.02 * len(found), wrong


def test_92_of_100_same_recordings_are_found(
    stored: dict[tuple[tuple[str, ...], str], Track],
) -> None:
    found = _find(match_tracks([pair.name for pair in PAIRS]), stored)

    missed = [pair for pair in PAIRS if pair.is_same and pair not in found]
    assert len(missed) <= 0.08 * sum(pair.is_same for pair in PAIRS), missed
