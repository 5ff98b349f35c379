"""Measure how well the rankings tell this site's listeners apart."""

from typing import Any

from django.core.management.base import BaseCommand

from recommendations.management.progress import listener_progress
from recommendations.services.evaluate_ranking import K, evaluate_ranking


class Command(BaseCommand):
    help = (
        "Divides the listening of up to 2,000 listeners into two halves each and measures how "
        "often a ranking finds a listener's other half among everybody's. The admin's page of the "
        "site's state shows the last result."
    )

    def handle(self, **_options: Any) -> None:  # noqa: ANN401 - Django's
        with listener_progress() as progress:
            evaluations = evaluate_ranking(progress)
        for evaluation in evaluations:
            self.stdout.write(
                f"{evaluation.ranking}: the other half is among the best {K} for "
                f"{evaluation.hit_rate:.1%} of {evaluation.listener_count:,} listeners "
                f"(by chance {evaluation.chance:.1%})"
            )
