"""The app's registration."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from accounts.checks import check_spotify


class AccountsConfig(AppConfig):
    """Users and how they sign in."""

    name = "accounts"
    verbose_name = _("accounts")

    def ready(self) -> None:
        """Have the app's checks run before every command."""
        register(check_spotify)
