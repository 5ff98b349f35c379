"""Exact scores of profiles that are in no index: of a pair, or of candidates found elsewhere."""

import numpy as np

from recommendations.index.base import Ranking
from recommendations.index.building import build_shards
from recommendations.index.scoring import Scores, score_rows
from recommendations.index.segments import MAX_SEGMENT_SIZE
from recommendations.taste.profiles import Profile, Profiles


def score_profiles(profiles: Profiles, query: Profile, *, ranking: Ranking) -> list[Scores]:
    """Return the scores of ``profiles`` against ``query``, to the last digit those of an index."""
    return [
        score_rows(shard.segment, np.arange(len(shard), dtype=np.int64), query, ranking=ranking)
        for shard in build_shards([profiles], MAX_SEGMENT_SIZE)
    ]
