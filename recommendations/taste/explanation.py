"""Why two listeners are near to each other: what a ranking's score is made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from recommendations.taste.listening import Float64Array
from recommendations.taste.profiles import MAP_SIZE, Int32Array, Profile
from recommendations.taste.schema import SOUND_FEATURES
from recommendations.taste.sound import SoundFigures, plain_features
from recommendations.taste.space import Space
from recommendations.taste.vectors import find_places

_MOST_RELATED = 3
# Chosen by us: about a third of listeners are farther above the average, a third below.
_CLEARLY_OFF = 0.5


@dataclass(frozen=True, slots=True)
class SharedArtist:
    """An artist of both listeners and what it adds to the cosine of the artist weights."""

    artist_id: int
    share: float


@dataclass(frozen=True, slots=True)
class RelatedArtists:
    """Two different artists near to each other on the map; cosine in [-1, 1]."""

    yours: int
    theirs: int
    cosine: float


@dataclass(frozen=True, slots=True)
class FeatureComparison:
    """One feature of both listeners and of the average listener, in the feature's own unit.

    ``gap`` is the distance between the two in standard deviations of listeners, 0 or more.
    ``both`` says on which side of the average both are, when both are clearly off it.
    """

    name: str
    yours: float
    theirs: float
    average: float
    gap: float
    both: Literal["above", "below"] | None


@dataclass(frozen=True, slots=True)
class MissingPart:
    """A part that adds nothing because one side, or both, has nothing for it."""

    part: Literal["artists", "features", "map", "meta_vector"]
    yours: bool
    theirs: bool


@dataclass(frozen=True, slots=True)
class SimilarityParts:
    """The terms of the hybrid similarity; they add up to it."""

    artists: float
    taste_map: float
    sound: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a score of two listeners comes from.

    ``parts`` is None by the seed's ranking, whose score is no sum: the cosine of the meta vectors
    and whether ``shared_artists`` is empty make it up. ``shared_artists`` stand largest share
    first; the shares add up to ``parts.artists``. ``related_artists`` are up to three, best first,
    and none by the seed's ranking, to which they mean nothing. ``features`` stand nearest first.
    A space without a map does not count as a missing map.
    """

    parts: SimilarityParts | None
    shared_artists: tuple[SharedArtist, ...]
    related_artists: tuple[RelatedArtists, ...]
    features: tuple[FeatureComparison, ...]
    missing: tuple[MissingPart, ...]


# Where nobody asks for the reasons.
NOT_EXPLAINED = Explanation(None, (), (), (), ())


def explain_hybrid(query: Profile, other: Profile, space: Space) -> Explanation:
    """Explain the similarity of ``other`` as seen by ``query``, both computed in ``space``."""
    shared = _shared_artists(query, other)
    products = query.taste_vector.astype(np.float64) * other.taste_vector
    missing = [
        _missing_artists(query, other),
        MissingPart("features", _lacks_features(query), _lacks_features(other)),
    ]
    if space.has_map:
        missing.append(MissingPart("map", _lacks_map(query), _lacks_map(other)))
    return Explanation(
        parts=SimilarityParts(
            artists=sum(artist.share for artist in shared),
            taste_map=float(products[:MAP_SIZE].sum()),
            sound=float(products[MAP_SIZE:].sum()),
        ),
        shared_artists=shared,
        related_artists=_related_artists(query, other, space),
        features=_compare_features(query, other, space.sound),
        missing=_on_any_side(missing),
    )


def explain_seed(query: Profile, other: Profile, space: Space) -> Explanation:
    """Explain the seed's score of ``other`` as seen by ``query``, both computed in ``space``."""
    lacks_vector = [not profile.meta_vector.any() for profile in (query, other)]
    missing = [_missing_artists(query, other), MissingPart("meta_vector", *lacks_vector)]
    return Explanation(
        parts=None,
        shared_artists=_shared_artists(query, other),
        related_artists=(),
        features=_compare_features(query, other, space.sound),
        missing=_on_any_side(missing),
    )


def _shared_artists(query: Profile, other: Profile) -> tuple[SharedArtist, ...]:
    artist_ids, ours, theirs = np.intersect1d(
        query.artist_ids, other.artist_ids, assume_unique=True, return_indices=True
    )
    shares = query.artist_weights[ours].astype(np.float64) * other.artist_weights[theirs]
    order = np.lexsort((artist_ids, -shares))
    return tuple(SharedArtist(int(artist_ids[i]), float(shares[i])) for i in order)


def _related_artists(query: Profile, other: Profile, space: Space) -> tuple[RelatedArtists, ...]:
    """Return the nearest pairs that neither side shares, each artist once.

    Nearness counts as much as both artists weigh, so that two favourites a little apart come
    before two rarities side by side.
    """
    ours, our_weights, our_positions = _own_places(query, other, space)
    theirs, their_weights, their_positions = _own_places(other, query, space)
    cosines = our_positions @ their_positions.T
    worth = cosines * np.sqrt(np.outer(our_weights, their_weights))
    related: list[RelatedArtists] = []
    while len(related) < _MOST_RELATED and worth.size and worth.max() > 0.0:
        i, j = np.unravel_index(worth.argmax(), worth.shape)
        related.append(RelatedArtists(int(ours[i]), int(theirs[j]), float(cosines[i, j])))
        worth[i, :] = worth[:, j] = 0.0
    return tuple(related)


def _own_places(
    profile: Profile, other: Profile, space: Space
) -> tuple[Int32Array, Float64Array, Float64Array]:
    """Return ids, weights and positions of mapped artists that only ``profile`` has."""
    places, is_mapped = find_places(space.artist_map.artist_ids, profile.artist_ids)
    is_own = is_mapped & ~np.isin(profile.artist_ids, other.artist_ids)
    positions = space.artist_map.positions[places[is_own]].astype(np.float64)
    weights = profile.artist_weights[is_own].astype(np.float64)
    return profile.artist_ids[is_own], weights, positions


def _compare_features(
    query: Profile, other: Profile, figures: SoundFigures
) -> tuple[FeatureComparison, ...]:
    if _lacks_features(query) or _lacks_features(other):
        return ()
    means = np.stack([query.feature_means, other.feature_means, figures.listener_means])
    deviations = (means[:2] - figures.listener_means) / figures.listener_deviations
    gaps = np.abs(deviations[0] - deviations[1])
    plain = plain_features(means)
    return tuple(
        FeatureComparison(
            name=SOUND_FEATURES[i],
            yours=float(plain[0, i]),
            theirs=float(plain[1, i]),
            average=float(plain[2, i]),
            gap=float(gaps[i]),
            both=_common_side(float(deviations[0, i]), float(deviations[1, i])),
        )
        for i in np.argsort(gaps, kind="stable")
    )


def _common_side(ours: float, theirs: float) -> Literal["above", "below"] | None:
    if min(ours, theirs) >= _CLEARLY_OFF:
        return "above"
    if max(ours, theirs) <= -_CLEARLY_OFF:
        return "below"
    return None


def _on_any_side(missing: Iterable[MissingPart]) -> tuple[MissingPart, ...]:
    return tuple(part for part in missing if part.yours or part.theirs)


def _missing_artists(query: Profile, other: Profile) -> MissingPart:
    return MissingPart("artists", not len(query.artist_ids), not len(other.artist_ids))


def _lacks_features(profile: Profile) -> bool:
    return bool(np.isnan(profile.feature_means).any())


def _lacks_map(profile: Profile) -> bool:
    return not profile.taste_vector[:MAP_SIZE].any()
