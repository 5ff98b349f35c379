"""Measures by which formula the artists that a listener plays are found again among siblings'.

    python -m bench.measure_hear_next TRACKS TOP_TRACKS TOP_ARTISTS

The files are those that ``manage.py import_catalogue`` and ``import_listeners`` take. In each of
five folds a fifth of the listeners is asked about: a fifth of each one's artists is taken out of
their lists with all tracks by these, their profile is computed from the rest in a space fitted on
the other listeners, and the formula ranks what their siblings among these others play. ``hits@10``:
how many of the ten best are among those taken out, of as many as there could be; ``known to``: the
mean number of listeners who have an artist of the ten best. The same for tracks, whose rarity is
that of their artist. The seed is fixed.
"""

import argparse
import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommendations.taste.build import build_profiles
from recommendations.taste.fit import fit_space
from recommendations.taste.listening import Catalogue, ExcludedArtists, TopArtists, TopTracks
from recommendations.taste.lists import Lists
from recommendations.taste.profiles import Profiles
from recommendations.taste.ranking import hybrid_similarity
from recommendations.taste.schema import TRACK_FEATURES

SEED = 20261128
FOLDS = 5
BEST = 10
SIBLINGS = (20, 50, 100)
# Name, power of the similarity, power of the idf.
FORMULAS = (
    ("count of siblings", 0.0, 0.0),
    ("similarity", 1.0, 0.0),
    ("similarity²", 2.0, 0.0),
    ("similarity * idf^0.75", 1.0, 0.75),
    ("similarity² * idf^0.75", 2.0, 0.75),
    ("similarity² * idf", 2.0, 1.0),
)
_COLUMNS = {"loudness_db": "loudness", "tempo_bpm": "tempo"}

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Hits = dict[tuple[str, str, int], list[Floats]]


@dataclass(frozen=True)
class Site:
    """All files, with numbers for names; the lists' entries are listener, item, rank, plays."""

    catalogue: Catalogue
    artist_names: dict[str, int]
    artist_of: Ints
    top_tracks: Floats
    top_artists: Floats
    listeners: int


def main() -> None:
    """Measure every formula and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("tracks", "top_tracks", "top_artists"):
        parser.add_argument(name)
    options = parser.parse_args()
    site = read_site(options.tracks, options.top_tracks, options.top_artists)
    random = np.random.default_rng(SEED)
    order = random.permutation(site.listeners)
    hits: Hits = defaultdict(list)
    for fold in range(FOLDS):
        measure_fold(site, np.sort(order[fold::FOLDS]), random, hits)
    for (kind, formula, siblings), found in hits.items():
        shares, known_to = np.concatenate(found, axis=1)
        error = shares.std() / np.sqrt(len(shares))
        print(
            f"{kind:8} {siblings:4} siblings  {formula:24} hits@{BEST} {shares.mean():.3f}"
            f" ± {error:.3f}  known to {known_to.mean():.0f}"
        )


def read_site(tracks: str, top_tracks: str, top_artists: str) -> Site:
    """Return the files with names turned into numbers."""
    artist_ids: dict[str, int] = {"": 0}
    track_ids: dict[str, int] = {}
    listener_rows: dict[str, int] = {}
    features, artist_of = [], [0]
    for row in _read(tracks):
        if row["track_id"] in track_ids:
            continue
        track_ids[row["track_id"]] = len(artist_of)
        features.append([float(row[_COLUMNS.get(name, name)] or "nan") for name in TRACK_FEATURES])
        artist_of.append(_number(artist_ids, row["artists"].split(";")[0].casefold()))
    tracks_listed = [
        (_number(listener_rows, row["listener"]), track_ids[row["track_id"]], float(row["rank"]))
        for row in _read(top_tracks)
    ]
    artists_listed = [
        (
            _number(listener_rows, row["listener"]),
            _number(artist_ids, row["artist"].casefold()),
            float(row["rank"]),
            float(row["play_count"]),
        )
        for row in _read(top_artists)
    ]
    ids = np.arange(1, len(artist_of))
    firsts = np.array(artist_of[1:], np.int32)
    return Site(
        Catalogue(ids, np.array(features), ids, firsts),
        artist_ids,
        np.array(artist_of),
        np.array(tracks_listed),
        np.array(artists_listed),
        len(listener_rows),
    )


def _number(numbers: dict[str, int], name: str) -> int:
    return numbers.setdefault(name, len(numbers))


def _read(path: str) -> Iterator[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def measure_fold(site: Site, asked: Ints, random: np.random.Generator, hits: Hits) -> None:
    """Add what each formula finds for the listeners asked about."""
    others = np.setdiff1d(np.arange(site.listeners), asked)
    listening = gather(site, others, site.top_tracks, site.top_artists).gather()
    space = fit_space([site.catalogue.features], lambda: [listening], "measured")
    population = build_profiles(listening, space)
    tracks_out, artists_out = take_out(site, asked, random)
    top_tracks, top_artists = site.top_tracks[~tracks_out], site.top_artists[~artists_out]
    queries = build_profiles(gather(site, asked, top_tracks, top_artists).gather(), space)
    similarities = compare(queries, population)
    idf = space.frequencies.idf(np.arange(len(site.artist_names), dtype=np.int32))
    for kind, idf_of, known, held, played in (
        (
            "artists",
            idf,
            mark(queries.user_ids, own_artists(site, top_tracks, top_artists), len(idf)),
            mark(queries.user_ids, own_artists(site, site.top_tracks, site.top_artists), len(idf)),
            mark(
                population.user_ids, own_artists(site, site.top_tracks, site.top_artists), len(idf)
            ),
        ),
        (
            "tracks",
            idf[site.artist_of],
            mark(queries.user_ids, top_tracks[:, :2], len(site.artist_of)),
            mark(queries.user_ids, site.top_tracks[:, :2], len(site.artist_of)),
            mark(population.user_ids, site.top_tracks[:, :2], len(site.artist_of)),
        ),
    ):
        for siblings in SIBLINGS:
            for name, power, idf_power in FORMULAS:
                votes = pick_siblings(similarities, siblings, power)
                scores = (votes @ played).toarray() * idf_of**idf_power
                found = count_hits(scores, known.toarray() > 0, held.toarray() > 0, played)
                hits[kind, name, siblings].append(found)


def gather(site: Site, listeners: Ints, top_tracks: Floats, top_artists: Floats) -> Lists:
    """Return these entries of these listeners as the site's own services load them."""
    tracks, artists = (
        entries[np.isin(entries[:, 0], listeners)] for entries in (top_tracks, top_artists)
    )
    return Lists(
        listeners,
        TopTracks(
            np.searchsorted(listeners, tracks[:, 0]).astype(np.int32),
            tracks[:, 1].astype(np.int64),
            tracks[:, 2].astype(np.int32),
        ),
        TopArtists(
            np.searchsorted(listeners, artists[:, 0]).astype(np.int32),
            artists[:, 1].astype(np.int32),
            artists[:, 2].astype(np.int32),
            artists[:, 3],
        ),
        site.catalogue,
        ExcludedArtists(np.empty(0, np.int32), np.empty(0, np.int32)),
    )


def take_out(site: Site, asked: Ints, random: np.random.Generator) -> tuple[Bools, Bools]:
    """Mark the entries of a fifth of each listener's artists, of the tracks and of the artists."""
    tracks_out = np.zeros(len(site.top_tracks), bool)
    artists_out = np.zeros(len(site.top_artists), bool)
    by_artist = own_artists(site, site.top_tracks, site.top_artists)
    for listener in asked:
        own = np.unique(by_artist[by_artist[:, 0] == listener, 1])
        drawn = random.choice(own, max(1, len(own) // FOLDS), replace=False)
        is_theirs = site.top_tracks[:, 0] == listener
        tracks_out[is_theirs] = np.isin(
            site.artist_of[site.top_tracks[is_theirs, 1].astype(int)], drawn
        )
        is_theirs = site.top_artists[:, 0] == listener
        artists_out[is_theirs] = np.isin(site.top_artists[is_theirs, 1], drawn)
    return tracks_out, artists_out


def own_artists(site: Site, top_tracks: Floats, top_artists: Floats) -> Floats:
    """Return pairs of listener and artist, of both lists."""
    by_track = np.column_stack([top_tracks[:, 0], site.artist_of[top_tracks[:, 1].astype(int)]])
    return np.concatenate([by_track, top_artists[:, :2]])


def mark(listeners: Ints, pairs: Floats, width: int) -> sparse.csr_array:
    """Return (listeners, width): 1 where the listener has the item."""
    pairs = np.unique(pairs[np.isin(pairs[:, 0], listeners)], axis=0).astype(int)
    rows = np.searchsorted(listeners, pairs[:, 0])
    return sparse.csr_array(
        (np.ones(len(pairs)), (rows, pairs[:, 1])), shape=(len(listeners), width)
    )


def compare(queries: Profiles, population: Profiles) -> Floats:
    """Return (queries, population) similarities."""
    return np.stack([hybrid_similarity(query, population) for query in queries])


def pick_siblings(similarities: Floats, count: int, power: float) -> sparse.csr_array:
    """Return the similarities to the power, of the most similar alone; near ones break ties."""
    places = np.argpartition(-similarities, count, axis=1)[:, :count]
    picked = np.maximum(np.take_along_axis(similarities, places, axis=1), 0.0)
    rows = np.repeat(np.arange(len(similarities)), count)
    votes = picked**power + 1e-9 * picked
    return sparse.csr_array((votes.ravel(), (rows, places.ravel())), shape=similarities.shape)


def count_hits(scores: Floats, known: Bools, own: Bools, played: sparse.csr_array) -> Floats:
    """Return (2, listeners): the share of hits, and to how many the best are known."""
    scores[known] = 0.0
    best = np.argsort(-scores, axis=1, kind="stable")[:, :BEST]
    is_ranked = np.take_along_axis(scores, best, axis=1) > 0.0
    is_hit = np.take_along_axis(own & ~known, best, axis=1) & is_ranked
    possible = np.clip((own & ~known).sum(axis=1), 1, BEST)
    known_to = played.sum(axis=0)[best].mean(axis=1)
    return np.stack([is_hit.sum(axis=1) / possible, known_to])


if __name__ == "__main__":
    main()
