"""Made-up listeners for the index's measurements: taste groups over a long tail of artists."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from recommendations.taste.profiles import FEATURE_MEANS_SIZE, Float32Array, Profiles

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

SEED = 20260821
ARTISTS = 100_000
GROUPS = 250
ARTISTS_EACH = 50
BLOCK = 20_000
DRAWS = 96  # enough that nearly everybody has ARTISTS_EACH different artists
GROUP_SHARE = 0.5  # of the draws come from the listener's groups, the rest from everywhere
PRIOR_LISTENERS = 100  # N0 of the artist weights
# Means and deviations of listeners' mean raw features, in the order of the meta vector, about as
# real listeners have them; chosen by us so that cosines are as close to each other as theirs.
META_MEANS = np.array(
    [0.6, 0.65, 5.2, -7.5, 0.62, 0.08, 0.25, 0.06, 0.18, 0.5, 1.21, 2.25, 3.92, 0.55]
)
META_DEVIATIONS = np.array(
    [0.06, 0.08, 0.35, 1.6, 0.07, 0.03, 0.1, 0.06, 0.02, 0.08, 0.03, 0.22, 0.03, 0.1]
)


def build_blocks(listeners: int) -> Iterator[Profiles]:
    """Yield the profiles of user ids 1..``listeners``, the same ones at every call."""
    document_shares = _document_shares()
    idf = np.log((listeners + PRIOR_LISTENERS + 1) / (document_shares * listeners + 1))
    for start in range(0, listeners, BLOCK):
        random = np.random.default_rng([SEED, start])
        yield _build_block(random, start + 1, min(BLOCK, listeners - start), idf**0.75)


def _build_block(
    random: np.random.Generator, first_id: int, count: int, idf_weights: FloatArray
) -> Profiles:
    groups = random.integers(GROUPS, size=(count, 2))
    rows, ranks, artists = _draw_artists(random, groups)
    weights = idf_weights[artists] / np.log2(1 + ranks)
    weights /= np.sqrt(np.bincount(rows, weights**2, minlength=count))[rows]
    offsets = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=count))])
    return Profiles(
        user_ids=np.arange(first_id, first_id + count, dtype=np.int64),
        meta_vectors=_draw_meta_vectors(random, count),
        taste_vectors=_draw_taste_vectors(random, groups),
        feature_means=np.zeros((count, FEATURE_MEANS_SIZE), np.float32),
        artist_offsets=offsets,
        artist_ids=(artists + 1).astype(np.int32),
        artist_weights=weights.astype(np.float32),
    )


def _draw_artists(
    random: np.random.Generator, groups: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Return rows, ranks from 1 and artists, by row then artist, an artist once a row."""
    count = len(groups)
    everywhere = _zipf(random, ARTISTS, (count, DRAWS))
    members = ARTISTS // GROUPS
    within = _zipf(random, members, (count, DRAWS))
    chosen = np.take_along_axis(groups, random.integers(2, size=(count, DRAWS)), axis=1)
    from_group = random.random((count, DRAWS)) < GROUP_SHARE
    # Artist a belongs to group a % GROUPS, so every group has its famous and its unknown ones.
    drawn = np.where(from_group, within * GROUPS + chosen, everywhere)
    keys = (np.arange(count)[:, None] * ARTISTS + drawn).ravel()
    keys, first = np.unique(keys, return_index=True)
    rows, artists = np.divmod(keys, ARTISTS)
    order = np.argsort(first)
    ranks = np.empty(len(keys), np.int64)
    counts = np.bincount(rows, minlength=count)
    ranks[order] = np.arange(len(keys)) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    wanted = ranks <= ARTISTS_EACH
    return rows[wanted], ranks[wanted], artists[wanted]


def _zipf(random: np.random.Generator, size: int, shape: tuple[int, int]) -> IntArray:
    """Draw from 0..size - 1 with probability proportional to 1 / (1 + i)."""
    cumulative = np.cumsum(1 / np.arange(1, size + 1))
    ranks: IntArray = np.searchsorted(cumulative, random.random(shape) * cumulative[-1], "right")
    return ranks


def _document_shares() -> FloatArray:
    """Return the share of the listeners who have each artist, (ARTISTS,), from one block."""
    random = np.random.default_rng(SEED)
    _, _, artists = _draw_artists(random, random.integers(GROUPS, size=(BLOCK, 2)))
    shares: FloatArray = np.bincount(artists, minlength=ARTISTS) / BLOCK
    return shares


def _draw_taste_vectors(random: np.random.Generator, groups: IntArray) -> Float32Array:
    centres = np.random.default_rng(SEED + 1).normal(size=(GROUPS, 41))
    vectors = centres[groups].sum(axis=1) + random.normal(size=(len(groups), 41))
    for part, share in ((slice(32), 0.10), (slice(32, 41), 0.03)):
        norms = np.linalg.norm(vectors[:, part], axis=1, keepdims=True)
        vectors[:, part] *= np.sqrt(share) / norms
    taste_vectors: Float32Array = vectors.astype(np.float32)
    return taste_vectors


def _draw_meta_vectors(random: np.random.Generator, count: int) -> Float32Array:
    vectors = random.normal(META_MEANS, META_DEVIATIONS, (count, len(META_MEANS)))
    # The seed divides by 1 + 0.01 j: a listener's number of tracks shortens the vector.
    lengths = random.uniform(0.7, 1, (count, 1))
    meta_vectors: Float32Array = (vectors * lengths).astype(np.float32)
    return meta_vectors
