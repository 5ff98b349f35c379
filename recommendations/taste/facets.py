"""Facets: a listener's tracks and artists divided where their taste falls apart.

Artists are divided by where they lie on the artist map, and a track goes with its artists. Sound
divides tracks too, but not tastes apart: docs/facets.md has the measurements.

scikit-learn is imported where it is used: it takes a second and 60 MiB of every process.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommendations.taste.build import MAP_SHARE, SOUND_SHARE, build_profiles
from recommendations.taste.listening import Float64Array
from recommendations.taste.lists import Lists
from recommendations.taste.profiles import MAP_SIZE, Int64Array, Profile
from recommendations.taste.space import Space
from recommendations.taste.vectors import find_places, sum_rows, unit_rows

MOST_FACETS = 4
# Measured by us on real listeners: below it are two in three single tastes, and one in eight of
# two that were joined.
BREADTH_FROM = 0.43
# Chosen by us: a taste of two tight parts is less broad than a loose single one. It is divided too
# where the parts stand clearly apart, which one real listener in forty adds.
CLEAR_BREADTH_FROM = 0.2
CLEAR_SILHOUETTE = 0.6
# Chosen by us: fewer artists are an accident, not a taste.
FEWEST_ARTISTS = 4
# Measured by us: silhouettes of two, three and four facets are close, and fewer facets find more.
SILHOUETTE_MARGIN = 0.06
# Chosen by us: the silhouette looks at all pairs; the heaviest artists say where the centres are.
_MOST_CLUSTERED = 500
# Chosen by us; any number will do, but always the same one, so that facets keep their numbers.
_SEED = 20
_STARTS = 10


@dataclass(frozen=True, eq=False, slots=True)
class Facet:
    """A part of a listener's taste; tracks by rank and artists by weight, the first ones most."""

    track_ids: Int64Array
    artist_ids: Int64Array


@dataclass(frozen=True, eq=False, slots=True)
class Facets:
    """One to four facets, the one with most artists first.

    ``breadth`` is in [0, 1]: 0 when all artists lie in one place of the map; None when
    none is on it, or without a map. Tracks and artists that are not on the map are in no
    facet, unless there is only one.
    """

    facets: tuple[Facet, ...]
    breadth: float | None


def divide_taste(lists: Lists, space: Space) -> Facets:
    """Return the facets of a listener, the only one of ``lists``."""
    whole = _Whole.of(lists, space)
    is_placed = whole.artist_positions.any(axis=1)
    placed = whole.artist_positions[is_placed]
    if not len(placed):
        return Facets((whole.facet(),), None)
    breadth = 1.0 - float(np.linalg.norm(placed.mean(axis=0)))
    centres = _find_centres(placed[:_MOST_CLUSTERED], breadth)
    if centres is None:
        return Facets((whole.facet(),), breadth)
    artist_labels = _nearest(whole.artist_positions, centres)
    track_labels = _nearest(whole.track_positions, centres)
    largest_first = np.argsort(-np.bincount(artist_labels[is_placed]), kind="stable")
    return Facets(
        tuple(whole.facet(track_labels == n, artist_labels == n) for n in largest_first), breadth
    )


def build_facet_profile(lists: Lists, facet: Facet, space: Space) -> Profile | None:
    """Return what to search with for a facet's similar users, None when nothing is known.

    The whole taste counts as much as the facet: a facet by itself finds less, even of its own.
    The feature means are the facet's own, where any are known.
    """
    whole = build_profiles(lists.gather(), space)
    part = lists.of_tracks(facet.track_ids.tolist(), facet.artist_ids.tolist())
    own = build_profiles(part.gather(), space)
    if not len(own):
        return whole[0] if len(whole) else None
    return _blend(own[0], whole[0])


@dataclass(frozen=True, eq=False, slots=True)
class _Whole:
    """A listener's artists, heaviest first, and tracks, best first; positions zero off the map."""

    artist_ids: Int64Array
    artist_positions: Float64Array
    track_ids: Int64Array
    track_positions: Float64Array

    @classmethod
    def of(cls, lists: Lists, space: Space) -> "_Whole":
        profiles = build_profiles(lists.gather(), space)
        artist_ids = np.empty(0, np.int64)
        if len(profiles):
            order = np.argsort(-profiles[0].artist_weights, kind="stable")
            artist_ids = profiles[0].artist_ids[order].astype(np.int64)
        by_rank = np.argsort(lists.top_tracks.ranks, kind="stable")
        listed = lists.top_tracks.track_ids[by_rank]
        _, first = np.unique(listed, return_index=True)
        track_ids = listed[np.sort(first)]
        return cls(
            artist_ids,
            _positions(artist_ids, space),
            track_ids,
            _track_positions(track_ids, lists, space),
        )

    def facet(
        self,
        has_track: npt.NDArray[np.bool_] | slice = slice(None),
        has_artist: npt.NDArray[np.bool_] | slice = slice(None),
    ) -> Facet:
        return Facet(self.track_ids[has_track], self.artist_ids[has_artist])


def _positions(artist_ids: npt.NDArray[np.integer], space: Space) -> Float64Array:
    places, is_placed = find_places(space.artist_map.artist_ids, artist_ids)
    positions = np.zeros((len(artist_ids), MAP_SIZE))
    positions[is_placed] = space.artist_map.positions[places[is_placed]]
    return positions


def _track_positions(track_ids: Int64Array, lists: Lists, space: Space) -> Float64Array:
    """Return the middle of each track's artists."""
    order = np.argsort(track_ids)
    places, is_listed = find_places(track_ids[order], lists.catalogue.credit_track_ids)
    credited = _positions(lists.catalogue.credit_artist_ids[is_listed], space)
    return sum_rows(order[places[is_listed]], credited, len(track_ids))


def _find_centres(positions: Float64Array, breadth: float) -> Float64Array | None:
    """Return (k, 32) unit centres, None where the taste is narrow or every facet too small.

    Of the divisions whose silhouette is nearly the best, that into the fewest.
    """
    if breadth < CLEAR_BREADTH_FROM:
        return None
    from sklearn.cluster import KMeans  # noqa: PLC0415 - see the module's docstring
    from sklearn.metrics import silhouette_score  # noqa: PLC0415 - see the module's docstring

    divisions: list[tuple[float, Float64Array]] = []
    for count in range(2, min(MOST_FACETS, len(positions) // FEWEST_ARTISTS) + 1):
        clusters = KMeans(count, n_init=_STARTS, random_state=_SEED).fit(positions)
        centres = unit_rows(clusters.cluster_centers_)
        labels = _nearest(positions, centres)
        if np.bincount(labels, minlength=count).min() >= FEWEST_ARTISTS:
            silhouette = silhouette_score(positions, labels, metric="cosine")
            divisions.append((float(silhouette), centres))
    best = max((silhouette for silhouette, _ in divisions), default=0.0)
    if breadth < BREADTH_FROM and best < CLEAR_SILHOUETTE:
        return None
    nearly_best = (
        centres for silhouette, centres in divisions if silhouette >= best - SILHOUETTE_MARGIN
    )
    return next(nearly_best, None)


def _nearest(positions: Float64Array, centres: Float64Array) -> Int64Array:
    """Return the centre of each position by cosine, -1 for a position that is zero."""
    labels: Int64Array = np.argmax(positions @ centres.T, axis=1)
    return np.where(positions.any(axis=1), labels, -1)


def _blend(own: Profile, whole: Profile) -> Profile:
    """Return the sum of two profiles, each part at the length that parts of profiles have.

    The artists of ``own`` are among those of ``whole``.
    """
    weights = whole.artist_weights.astype(np.float64)
    weights[np.searchsorted(whole.artist_ids, own.artist_ids)] += own.artist_weights
    taste = own.taste_vector.astype(np.float64) + whole.taste_vector
    parts = (
        np.sqrt(MAP_SHARE) * _unit(taste[:MAP_SIZE]),
        np.sqrt(SOUND_SHARE) * _unit(taste[MAP_SIZE:]),
    )
    is_known = np.isfinite(own.feature_means)
    return Profile(
        user_id=whole.user_id,
        meta_vector=own.meta_vector + whole.meta_vector,
        taste_vector=np.concatenate(parts).astype(np.float32),
        feature_means=np.where(is_known, own.feature_means, whole.feature_means),
        artist_ids=whole.artist_ids,
        artist_weights=_unit(weights).astype(np.float32),
    )


def _unit(vector: Float64Array) -> Float64Array:
    unit: Float64Array = unit_rows(vector[None, :])[0]
    return unit
