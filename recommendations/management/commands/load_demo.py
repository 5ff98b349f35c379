"""Makes up the demo's listeners."""

from django.core.management import BaseCommand, CommandError

from recommendations.services.demo import DemoNameTaken, load_demo


class Command(BaseCommand):
    help = "Make up some 300 listeners, their artists and tracks; nothing of it is real."

    def handle(self, *_args: object, **_options: object) -> None:
        try:
            count = load_demo()
        except DemoNameTaken as error:
            raise CommandError(
                f"The account {error} has the name of a demo listener. Nothing was stored;"
                " rename the account to load the demo."
            ) from error
        if count:
            self.stdout.write(f"Made up {count} listeners.")
        else:
            self.stdout.write("The demo is loaded already; nothing was changed.")
