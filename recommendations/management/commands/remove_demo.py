"""Removes what ``load_demo`` made up."""

from django.core.management import BaseCommand

from recommendations.services.demo import remove_demo


class Command(BaseCommand):
    help = "Remove the made-up listeners with their artists and tracks, for a site of real ones."

    def handle(self, *_args: object, **_options: object) -> None:
        self.stdout.write(f"Removed {remove_demo()} made-up listeners.")
