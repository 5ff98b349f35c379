"""Which services can be connected, and which permission ends."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone

from accounts.consent import (
    consent_ends_at,
    data_is_deleted_at,
    is_consent_ending,
    is_consent_lost,
    is_consent_too_small,
)
from accounts.models import MusicAccount
from accounts.music_services import Service, is_on

register = template.Library()


@register.simple_tag
def is_spotify_on() -> bool:
    """Return whether one can sign in with Spotify."""
    return is_on(Service.SPOTIFY)


@register.inclusion_tag("accounts/_consent_notice.html", takes_context=True)
def consent_notice(context: dict[str, Any]) -> dict[str, Any]:
    """Ask to connect Spotify again when the permission ends or has ended."""
    user = context.get("user")
    if not is_on(Service.SPOTIFY) or user is None or not user.is_authenticated:
        return {}
    account = MusicAccount.objects.filter(user=user, service=Service.SPOTIFY).first()
    return {} if account is None else describe_consent(account, timezone.now())


def describe_consent(account: MusicAccount, now: datetime) -> dict[str, Any]:
    """Return what the notice says; empty while there is nothing to say."""
    if not is_consent_ending(account, now):
        return {}
    return {
        "is_lost": is_consent_lost(account, now),
        "is_too_small": is_consent_too_small(account, now),
        "ends_at": consent_ends_at(account),
        "deleted_at": data_is_deleted_at(account),
        "now": now,
    }
