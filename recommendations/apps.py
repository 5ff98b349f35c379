"""The app's registration."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from recommendations.checks import check_data_dir


class RecommendationsConfig(AppConfig):
    """Listening, taste profiles and similar users."""

    name = "recommendations"
    verbose_name = _("recommendations")

    def ready(self) -> None:
        """Have the app's checks run before every command."""
        register(check_data_dir)
