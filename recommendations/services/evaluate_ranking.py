"""Measures both rankings on the site's own listeners, and keeps what was measured last."""

import numpy as np
from django.utils import timezone

from recommendations.index.base import Ranking
from recommendations.models import RankingEvaluation, TasteProfile
from recommendations.services.listening import Progress, batches, load_lists
from recommendations.services.spaces import load_active_space
from recommendations.taste.build import build_profiles
from recommendations.taste.evaluation import Score, measure_hit_rate, split_halves
from recommendations.taste.profiles import Profiles
from recommendations.taste.ranking import hybrid_similarity, seed_score

# Chosen by us: the rate of 2,000 listeners is within 2 points of everybody's, in some seconds.
MAX_LISTENERS = 2_000
K = 10
# Fixed, so that two measurements differ by the listening and the space alone.
_SEED = 20_261_128

_SCORES: dict[Ranking, Score] = {"hybrid": hybrid_similarity, "seed": seed_score}


def evaluate_ranking(progress: Progress | None = None) -> list[RankingEvaluation]:
    """Measure the split-half hit rate of each ranking, store it, and return it.

    The profiles of both halves are computed in the active space, from a sample of all listeners
    who have a profile; who is among them is not kept.
    """
    space_id, space = load_active_space()
    user_ids = _draw_listeners(space_id)
    halves: tuple[list[Profiles], list[Profiles]] = ([], [])
    for batch in batches(user_ids, progress):
        split = split_halves(load_lists(batch, space.scales), _SEED)
        for profiles, lists in zip(halves, split, strict=True):
            profiles.append(build_profiles(lists.gather(), space))
    queries, others = (Profiles.concatenate(half) for half in halves)
    return [_store(ranking, space_id, queries, others, score) for ranking, score in _SCORES.items()]


def load_evaluations() -> list[RankingEvaluation]:
    """Return what was measured last, one of each ranking that ever was."""
    return list(RankingEvaluation.objects.order_by("ranking"))


def _draw_listeners(space_id: int) -> list[int]:
    with_profile = TasteProfile.objects.filter(space_id=space_id).order_by("user_id")
    user_ids = np.fromiter(with_profile.values_list("user_id", flat=True), np.int64)
    size = min(MAX_LISTENERS, len(user_ids))
    drawn = np.random.default_rng(_SEED).choice(user_ids, size, replace=False)
    return sorted(drawn.tolist())


def _store(
    ranking: Ranking, space_id: int, queries: Profiles, others: Profiles, score: Score
) -> RankingEvaluation:
    found = measure_hit_rate(queries, others, score, K)
    evaluation, _ = RankingEvaluation.objects.update_or_create(
        ranking=ranking,
        defaults={
            "space_id": space_id,
            "hit_rate": found.rate,
            "chance": found.chance,
            "listener_count": found.listener_count,
            "measured_at": timezone.now(),
        },
    )
    return evaluation
