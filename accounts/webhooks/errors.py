"""Why a delivery failed or waits: a code for programs and a sentence for people."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DeliveryError(TextChoices):
    """What can be wrong."""

    NO_PUBLIC_ADDRESS = "no_public_address", _("The name leads to no address on the internet.")
    NO_ANSWER = (
        "no_answer",
        _("Nobody answered in time, or not by HTTP, or without a valid certificate."),
    )
    WRONG_STATUS = "wrong_status", _("The answer had another status than 200 to 299.")
    NO_SECRET = (
        "no_secret",
        _("This site cannot read the webhook's secret any more. Register it anew."),
    )
    DISABLED = "disabled", _("The webhook was disabled.")


def word_error(code: str) -> str:
    """Return the sentence for a code, empty for an empty one."""
    return str(DeliveryError(code).label) if code else ""
