"""Encrypts the tokens of linked accounts by the first key, so that older keys can go."""

from django.core.management.base import BaseCommand, CommandError

from accounts.tokens import rotate_tokens


class Command(BaseCommand):
    help = "Encrypts the tokens of linked accounts by the first of METAREC_TOKEN_KEYS."

    def handle(self, *_arguments: object, **_options: object) -> None:
        rotated, unreadable = rotate_tokens()
        self.stdout.write(f"{rotated} tokens are encrypted by the first key now.")
        if unreadable:
            raise CommandError(
                f"{unreadable} tokens could not be read by any of the keys and were left as they "
                "are. Put back the key that they need, or have the listeners connect again."
            )
