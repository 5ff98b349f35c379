"""Measures whether facets find more of a taste of two parts, and lose nothing of a single one.

    python -m bench.bench_facets CATALOGUE LISTENERS... [--pairs N]

The files are your own, as ``manage.py import_catalogue`` and ``import_listeners`` take them; there
should be some thousand listeners. Each listener's lists are cut in two, by odd and even ranks. The
even halves are the listeners to be found, and a taste space is fitted to them alone. Somebody of
two tastes is made of the odd halves of two random listeners, plays counted in shares of each
one's most played artist; to be found are the even halves of both. Somebody of a single taste is
the odd half of one. ``found`` is the share of those to be found who are in the top 10, ``all of
them`` that of the listeners of whom nobody was missed. Lists by turns are merged to one: the first
of each, then the second of each. The control divides artists at random. The seed is fixed.
"""

import argparse
import os
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import django
import numpy as np

from recommendations.taste.build import build_profiles
from recommendations.taste.facets import Facet, build_facet_profile, divide_taste
from recommendations.taste.fit import fit_space
from recommendations.taste.listening import ExcludedArtists, Float64Array, TopArtists, TopTracks
from recommendations.taste.lists import Lists
from recommendations.taste.profiles import Profile, Profiles
from recommendations.taste.ranking import hybrid_similarity
from recommendations.taste.space import Space

SEED = 20261128
TOP = 10
PARTS_OF_CONTROL = 2


def main() -> None:
    """Import the files into a folder of its own, measure, and print a line for each way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("catalogue", nargs="?")
    parser.add_argument("listeners", nargs="*")
    parser.add_argument("--pairs", type=int, default=500)
    options = parser.parse_args()
    if not options.listeners:
        print("facets: not measured, for want of files: a catalogue's, then the listeners'")
        return
    bench = Bench(_import([options.catalogue], options.listeners))
    random = np.random.default_rng(SEED)
    for _ in range(options.pairs):
        one, other = random.choice(bench.count, 2, replace=False).tolist()
        bench.measure("two tastes", bench.join(one, other), (one, other))
        bench.measure("single taste", bench.odd_half(one), (one,))
    bench.report()


def _import(catalogue: Sequence[str], listeners: Sequence[str]) -> Lists:
    """Return all lists of these files."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["METAREC_DATA_DIR"] = folder
        os.environ.pop("DATABASE_URL", None)
        os.environ["DJANGO_SETTINGS_MODULE"] = "metarec.settings"
        paths = [os.path.abspath(path) for path in [*catalogue, *listeners]]  # noqa: PTH100
        os.chdir(folder)  # where reports of rejected rows go
        django.setup()
        from django.core.management import call_command  # noqa: PLC0415 - after setup

        from accounts.models import User  # noqa: PLC0415
        from recommendations.services.listening import load_lists  # noqa: PLC0415
        from recommendations.taste.scales import Scales  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        call_command("import_catalogue", *paths[: len(catalogue)])
        call_command("import_listeners", *paths[len(catalogue) :])
        user_ids = list(User.objects.order_by("pk").values_list("pk", flat=True))
        return load_lists(user_ids, Scales.same())


@dataclass(frozen=True, slots=True)
class Found:
    """Which of those to be found were in the top 10, and in how many facets it was."""

    are_found: tuple[bool, ...]
    facets: int


class Bench:
    """Listeners cut in two, the even halves to be found."""

    def __init__(self, lists: Lists) -> None:
        self._odd = _half(lists, 1)
        even = _half(lists, 0).gather()
        self._space: Space = fit_space([lists.catalogue.features], lambda: [even], "bench")
        self._candidates: Profiles = build_profiles(even, self._space)
        self._random = np.random.default_rng(SEED)
        self._results: dict[tuple[str, str], list[Found]] = defaultdict(list)
        self.count = len(lists.user_ids)

    def odd_half(self, row: int) -> Lists:
        """Return the odd half of a listener, as one of their own."""
        tracks, artists = self._odd.top_tracks, self._odd.top_artists
        has_track, has_artist = tracks.rows == row, artists.rows == row
        plays = artists.play_counts[has_artist]
        most = np.nanmax(plays, initial=1.0)
        return Lists(
            np.zeros(1, np.int64),
            TopTracks(
                np.zeros(has_track.sum(), np.int32),
                tracks.track_ids[has_track],
                tracks.ranks[has_track],
            ),
            TopArtists(
                np.zeros(has_artist.sum(), np.int32),
                artists.artist_ids[has_artist],
                artists.ranks[has_artist],
                plays / most,
            ),
            self._odd.catalogue,
            ExcludedArtists(np.zeros(0, np.int32), np.zeros(0, np.int32)),
        )

    def join(self, one: int, other: int) -> Lists:
        """Return a listener made of the odd halves of two."""
        first, second = self.odd_half(one), self.odd_half(other)
        tracks = zip(_columns(first.top_tracks), _columns(second.top_tracks), strict=True)
        artists = zip(_columns(first.top_artists), _columns(second.top_artists), strict=True)
        return replace(
            first,
            top_tracks=TopTracks(*map(np.concatenate, tracks)),
            top_artists=TopArtists(*map(np.concatenate, artists)),
        )

    def measure(self, who: str, lists: Lists, wanted: Sequence[int]) -> None:
        """Search by the whole profile and by facets, and note who was found."""
        whole = self._search(build_profiles(lists.gather(), self._space)[0])
        facets = self._search_facets(lists, divide_taste(lists, self._space).facets)
        control = self._search_facets(lists, self._divide_at_random(lists))
        ways = {
            "whole profile": [whole],
            "facets by turns": facets,
            "whole and facets by turns": [whole, *facets],
            "control: whole and random halves": [whole, *control],
        }
        for way, found in ways.items():
            top = _take_turns(found) if len(facets) > 1 or way.startswith("control") else whole
            ids = self._candidates.user_ids[top[:TOP]]
            are_found = tuple(bool(self._odd.user_ids[row] in ids) for row in wanted)
            self._results[who, way].append(Found(are_found, len(facets)))

    def report(self) -> None:
        """Print what was found each way."""
        for (who, way), results in self._results.items():
            found = np.array([result.are_found for result in results])
            divided = np.mean([result.facets > 1 for result in results])
            print(
                f"{who}, {way}: found {found.mean():.3f}, all of them "
                f"{found.all(axis=1).mean():.3f} ({len(results)} listeners, {divided:.0%} divided)"
            )

    def _search(self, query: Profile) -> list[int]:
        scores: Float64Array = hybrid_similarity(query, self._candidates)
        best: list[int] = np.argsort(-scores, kind="stable")[:TOP].tolist()
        return best

    def _search_facets(self, lists: Lists, facets: Sequence[Facet]) -> list[list[int]]:
        queries = [build_facet_profile(lists, facet, self._space) for facet in facets]
        return [self._search(query) for query in queries if query is not None]

    def _divide_at_random(self, lists: Lists) -> list[Facet]:
        listening = lists.gather()
        labels = self._random.integers(PARTS_OF_CONTROL, size=len(listening.artist_ids))
        catalogue = lists.catalogue
        facets = []
        for label in range(PARTS_OF_CONTROL):
            artist_ids = listening.artist_ids[labels == label].astype(np.int64)
            is_credited = np.isin(catalogue.credit_artist_ids, artist_ids)
            track_ids = catalogue.credit_track_ids[is_credited]
            facets.append(Facet(np.intersect1d(track_ids, lists.top_tracks.track_ids), artist_ids))
        return facets


def _half(lists: Lists, odd: int) -> Lists:
    tracks, artists = lists.top_tracks, lists.top_artists
    return replace(
        lists,
        top_tracks=TopTracks(*(column[tracks.ranks % 2 == odd] for column in _columns(tracks))),
        top_artists=TopArtists(*(column[artists.ranks % 2 == odd] for column in _columns(artists))),
    )


def _columns(entries: TopTracks | TopArtists) -> list["np.ndarray"]:
    if isinstance(entries, TopTracks):
        return [entries.rows, entries.track_ids, entries.ranks]
    return [entries.rows, entries.artist_ids, entries.ranks, entries.play_counts]


def _take_turns(found: Sequence[Sequence[int]]) -> list[int]:
    """Return the first of each list, then the second of each, everybody once."""
    by_turns = [row for place in zip(*found, strict=True) for row in place]
    return list(dict.fromkeys(by_turns))


if __name__ == "__main__":
    main()
