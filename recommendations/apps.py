"""The app's registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecommendationsConfig(AppConfig):
    """What you like and who is like you."""

    name = "recommendations"
    verbose_name = _("recommendations")
