"""A taste made of chosen artists, and artists to begin with; for who has brought no listening."""

import numpy as np
from scipy import sparse

from recommendations.taste.listening import Float64Array, Listening
from recommendations.taste.profiles import Int32Array, Profiles
from recommendations.taste.vectors import find_places

# Chosen by us: what fewer listeners have would say something of one of them.
_FEWEST_LISTENERS = 3
# Chosen by us: enough to find groups that differ, and few to count all their pairs.
_CANDIDATES = 200


def gather_chosen(user_id: int, artist_ids: Int32Array, track_features: Float64Array) -> Listening:
    """Return the listening of somebody who plays these artists and tracks, none above the others.

    ``artist_ids`` is (n,) int32 and distinct, ``track_features`` (m, 14) as in ``Listening``.
    """
    artists, tracks = len(artist_ids), len(track_features)
    return Listening(
        user_ids=np.array([user_id], np.int64),
        track_rows=np.zeros(tracks, np.int32),
        track_ranks=np.ones(tracks, np.int32),
        track_features=track_features,
        artist_rows=np.zeros(artists, np.int32),
        artist_ids=artist_ids,
        artist_ranks=np.ones(artists, np.int32),
        play_counts=np.full(artists, np.nan),
        track_counts=np.zeros(artists, np.int32),
    )


def pick_examples(profiles: Profiles, *, count: int, size: int) -> list[list[int]]:
    """Return up to ``count`` groups of ``size`` artists whom the same listeners have.

    Each begins with a frequent artist; no artist is in two, and the groups lie apart.
    """
    artist_ids, listeners = _most_frequent(profiles)
    cosines = _cosines(profiles, artist_ids)
    is_free = np.ones(len(artist_ids), bool)
    apart = np.ones(len(artist_ids))
    examples: list[list[int]] = []
    while len(examples) < count and is_free.sum() >= size:
        first = int(np.argmax(np.where(is_free, listeners * apart, -1.0)))
        is_free[first] = False
        nearest = np.argsort(np.where(is_free, -cosines[first], 1.0), kind="stable")
        group = [first, *nearest[: size - 1].tolist()]
        is_free[group] = False
        apart = np.minimum(apart, 1.0 - cosines[group].max(axis=0))
        examples.append(artist_ids[group].tolist())
    return examples


def _most_frequent(profiles: Profiles) -> tuple[Int32Array, Float64Array]:
    """Return the artists whom most have, ascending by id, and how many have each."""
    artist_ids, listeners = np.unique(profiles.artist_ids, return_counts=True)
    is_common = listeners >= _FEWEST_LISTENERS
    artist_ids, listeners = artist_ids[is_common], listeners[is_common]
    kept = np.sort(np.argsort(-listeners, kind="stable")[:_CANDIDATES])
    return artist_ids[kept], listeners[kept].astype(np.float64)


def _cosines(profiles: Profiles, artist_ids: Int32Array) -> Float64Array:
    """Return (m, m): of each two artists, those who have both over the mean of who has either."""
    places, is_known = find_places(artist_ids, profiles.artist_ids)
    rows = np.repeat(np.arange(len(profiles)), np.diff(profiles.artist_offsets))
    has = sparse.csr_array(
        (np.ones(int(is_known.sum())), (rows[is_known], places[is_known])),
        shape=(len(profiles), len(artist_ids)),
    )
    together = (has.T @ has).toarray()
    norms = np.sqrt(np.diag(together))
    cosines: Float64Array = together / np.outer(norms, norms)
    return cosines
