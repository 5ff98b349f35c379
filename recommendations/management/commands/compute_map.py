"""Draw the map of tracks and listeners."""

from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand

from recommendations.services.mapping import compute_map


class Command(BaseCommand):
    help = (
        "Draws the map of tracks and listeners anew, and finds the clusters of listeners on it. "
        "Until that is done, the old ones are shown."
    )

    def handle(self, **_options: Any) -> None:  # noqa: ANN401 - Django's
        start = monotonic()
        count = compute_map()
        self.stdout.write(f"Drawn in {monotonic() - start:.1f} s: {count:,} tracks and listeners.")
