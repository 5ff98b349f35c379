"""Recompute taste profiles."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from recommendations.management.arguments import load_listeners
from recommendations.management.progress import listener_progress
from recommendations.services.profiles import recompute_all_profiles, recompute_profiles


class Command(BaseCommand):
    help = "Recomputes the taste profiles of the named listeners, or of all. May be stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("listeners", metavar="LISTENER", nargs="*", help="a user name")

    def handle(self, *, listeners: list[str], **_options: Any) -> None:  # noqa: ANN401 - Django's
        user_ids = [user.pk for user in load_listeners(listeners)]
        with listener_progress() as progress:
            if user_ids:
                count = recompute_profiles(user_ids, progress)
            else:
                count = recompute_all_profiles(progress)
        self.stdout.write(f"Listeners recomputed: {count:,}")
