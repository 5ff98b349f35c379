"""Clusters of listeners as the seed notebook makes them.

What does it is imported where it is used: it takes a second, and only a command needs it.
"""

import numpy as np

from recommendations.taste.listening import Float64Array
from recommendations.taste.profiles import Int64Array

# The seed notebook's constants.
_CLUSTERS = 3
_RANDOM_STATE = 0
# Ours: the notebook starts once, and so may end with worse clusters than there are.
_STARTS = 10


def cluster_by_meta_vector(meta_vectors: Float64Array) -> Int64Array:
    """Return the cluster of each of (n, 14) raw meta vectors, (n,): k-means with k = 3."""
    from sklearn.cluster import KMeans  # noqa: PLC0415 - see the module's docstring

    kmeans = KMeans(_CLUSTERS, n_init=_STARTS, random_state=_RANDOM_STATE)
    return np.asarray(kmeans.fit(meta_vectors).labels_, np.int64)


def cluster_by_position(meta_vectors: Float64Array) -> Int64Array:
    """Return the same of where t-SNE puts them, divided by their standard deviations first.

    The notebook asks for a perplexity of 7, which eight points cannot have: all of them would
    be as near to each other, and where they end would be chance. It is a third of the others here.
    """
    from openTSNE import TSNE  # noqa: PLC0415 - see the module's docstring

    deviations = meta_vectors.std(axis=0)
    scaled = meta_vectors / np.where(deviations > 0.0, deviations, 1.0)
    tsne = TSNE(
        perplexity=(len(scaled) - 1) / 3,
        initialization="random",
        random_state=_RANDOM_STATE,
        neighbors="exact",
        negative_gradient_method="bh",
        n_jobs=1,
    )
    return cluster_by_meta_vector(np.asarray(tsne.fit(scaled), np.float64))
