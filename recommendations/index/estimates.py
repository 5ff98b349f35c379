"""What float32 says about every listener's score, and how far off it can be."""

from collections.abc import Sequence

import numpy as np

from recommendations.index.scan import Estimates, find_candidates
from recommendations.index.segments import Segment, Shard
from recommendations.taste.profiles import (
    META_VECTOR_SIZE,
    TASTE_VECTOR_SIZE,
    Float32Array,
    Int64Array,
    Profile,
)

# The spacing of float32 around 1: twice the most by which one rounding is off.
FLOAT32_SPACING = float(np.finfo(np.float32).eps)
# Roundings beside a sum's terms: of its products, of norms, of thresholds, of two parts' sum.
OTHER_ROUNDINGS = 8
# More than all products together that are too small for float32 can lose.
UNDERFLOW = 1e-36
# From this cosine on, (cosine + 1) x 501 is more than the 2 that nobody without a shared artist
# exceeds: 2 / 501 - 1, and more than the error of any estimate on top.
SURELY_AHEAD = -0.99
# Chosen by us from measurements: among so many of the highest cosines for each result, k listeners
# who share an artist are nearly always found. It changes the time, never the answer.
SEED_CANDIDATES_PER_RESULT = 2


def find_hybrid(
    shards: Sequence[Shard], profile: Profile, k: int
) -> list[tuple[Segment, Int64Array]]:
    """Return rows that hold the exact top k of dot(artist weights) + dot(taste vectors).

    The dense part is bounded by the longest taste vectors, so it is only worked out for those
    whom their artists bring near enough.
    """
    taste_norm = float(np.linalg.norm(profile.taste_vector.astype(np.float64)))
    taste_bound = taste_norm * max(shard.segment.max_taste_norm for shard in shards)
    artist_norm = float(np.linalg.norm(profile.artist_weights.astype(np.float64)))
    artist_bound = artist_norm * max(shard.segment.max_artist_norm for shard in shards)
    terms = len(profile.artist_ids) + TASTE_VECTOR_SIZE + OTHER_ROUNDINGS
    error = terms * FLOAT32_SPACING * (taste_bound + artist_bound) + UNDERFLOW
    estimates = []
    for shard in shards:
        scores = shard.segment.sum_artists(profile.artist_ids, profile.artist_weights)
        scores[shard.dead] = -np.inf
        estimates.append(Estimates(shard.segment, scores, profile.taste_vector, taste_bound))
    return find_candidates(estimates, k, error, zeros_tie=taste_bound == 0)


def find_seed(
    shards: Sequence[Shard], profile: Profile, k: int
) -> list[tuple[Segment, Int64Array]]:
    """Return rows that hold the exact top k of (cosine + 1) x (1 + 500 [any artist shared]).

    Most queries are answered by those with the highest cosines, of whom enough share an artist;
    only otherwise is everybody asked for shared artists.
    """
    norm = float(np.linalg.norm(profile.meta_vector.astype(np.float64)))
    direction = profile.meta_vector / norm if norm else profile.meta_vector
    everybody = [_estimate_cosines(shard, direction) for shard in shards]
    error = (META_VECTOR_SIZE + OTHER_ROUNDINGS) * FLOAT32_SPACING + UNDERFLOW
    if norm:
        found = _find_sharing_ahead(everybody, profile, k, error)
        if found is not None:
            return found
    return _find_seed_among_all(everybody, profile, k, error, zeros_tie=norm == 0)


def _estimate_cosines(shard: Shard, direction: Float32Array) -> Estimates:
    cosines = shard.segment.meta_vectors @ direction
    cosines *= shard.segment.inverse_meta_norms
    cosines[shard.dead] = -np.inf
    return Estimates(shard.segment, cosines)


def _find_sharing_ahead(
    everybody: Sequence[Estimates], profile: Profile, k: int, error: float
) -> list[tuple[Segment, Int64Array]] | None:
    """Return who shares an artist among the highest cosines, None unless the top k are there.

    They are when k of them are ahead of all listeners beyond, rounding errors included, and of
    whoever shares nothing.
    """
    nearest = find_candidates(everybody, SEED_CANDIDATES_PER_RESULT * k, error, zeros_tie=False)
    scores_of = {id(part.segment): part.scores for part in everybody}
    found = []
    cosines = [scores_of[id(segment)][rows] for segment, rows in nearest]
    bar = max(min(part.min() for part in cosines) + 2 * error, SURELY_AHEAD)
    ahead = 0
    for (segment, rows), part in zip(nearest, cosines, strict=True):
        shares_artist = segment.weights_of(rows, profile.artist_ids).any(axis=1)
        if shares_artist.any():
            found.append((segment, rows[shares_artist]))
        ahead += int(np.count_nonzero(part[shares_artist] > bar))
    return found if ahead >= k else None


def _find_seed_among_all(
    everybody: Sequence[Estimates], profile: Profile, k: int, error: float, *, zeros_tie: bool
) -> list[tuple[Segment, Int64Array]]:
    """Return the rows of the top k by asking everybody for shared artists.

    Among those who share an artist, and among the others, the order is that of the cosine: the
    top k of both together hold the top k of all. The others need no look where k who share an
    artist are surely ahead of them.
    """
    any_weight = np.ones(len(profile.artist_ids), np.float32)
    sharing, others = [], []
    for part in everybody:
        shares_artist = part.segment.sum_artists(profile.artist_ids, any_weight) > 0
        sharing.append(Estimates(part.segment, np.where(shares_artist, part.scores, -np.inf)))
        others.append(Estimates(part.segment, np.where(shares_artist, -np.inf, part.scores)))
    found = find_candidates(sharing, k, error, zeros_tie=zeros_tie)
    if sum(np.count_nonzero(part.scores > SURELY_AHEAD) for part in sharing) < k:
        found += find_candidates(others, k, error, zeros_tie=zeros_tie)
    return found
