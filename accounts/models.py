"""The listener's account."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A listener: signed up, imported from a file, or made up for the demo."""

    class Origin(models.TextChoices):
        """How the account came to be; imports may only write to accounts that imports made."""

        SIGN_UP = "sign_up", _("signed up")
        IMPORT = "import", _("imported from a file")
        DEMO = "demo", _("made up for the demo")

    origin = models.CharField(
        _("origin"), max_length=10, choices=Origin.choices, default=Origin.SIGN_UP
    )
    is_discoverable = models.BooleanField(
        _("discoverable"),
        default=False,
        help_text=_("Other listeners may see this listener, their top artists and their tracks."),
    )

    class Meta(AbstractUser.Meta):
        """No changes to the table; the class keeps Django's own names."""

        swappable = "AUTH_USER_MODEL"
