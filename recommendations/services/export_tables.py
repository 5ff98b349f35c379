"""What the site keeps of a listener, table by table, as the export has it.

Nothing that opens something is in it: no password, no token, no secret. A test holds it against
the models, so that whatever is kept is here or has its reason there.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db.models import Model, QuerySet

from accounts.models import (
    ApiToken,
    Card,
    CompareLink,
    MusicAccount,
    User,
    Webhook,
    WebhookDelivery,
)
from accounts.webhooks.hooks import visible
from recommendations.models import (
    ClusterListener,
    ListenerPlace,
    SpotifyPlaylist,
    Sync,
    Upload,
)
from recommendations.services.cards import filter_shown_cards
from recommendations.services.export_files import Row, Table

_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class ModelTable:
    """A table of one model: the names of its columns and where a query finds them."""

    name: str
    model: type[Model]
    find: "Callable[[User], QuerySet[Any]]"
    columns: Mapping[str, str]

    def load(self, user: User) -> Table:
        """Return a listener's rows, which are read as they are written."""
        return Table(self.name, list(self.columns), self._rows(user))

    def _rows(self, user: User) -> Iterator[Row]:
        rows = self.find(user).values_list(*self.columns.values())
        for row in rows.iterator(_BATCH):
            yield dict(zip(self.columns, row, strict=True))


def _same(*names: str, **renamed: str) -> dict[str, str]:
    """Return columns that are called as the fields, and others."""
    return renamed | {name: name for name in names}


MODEL_TABLES = (
    ModelTable(
        "account",
        User,
        lambda user: User.objects.filter(pk=user.pk),
        _same(
            "id",
            "username",
            "email",
            "first_name",
            "last_name",
            "origin",
            "is_discoverable",
            "is_active",
            "is_staff",
            "is_superuser",
            "date_joined",
            "last_login",
        ),
    ),
    ModelTable(
        "email-addresses",
        EmailAddress,
        lambda user: EmailAddress.objects.filter(user=user),
        _same("email", "verified", "primary"),
    ),
    ModelTable(
        "sign-ins",
        SocialAccount,
        lambda user: SocialAccount.objects.filter(user=user),
        _same("provider", "uid", "extra_data", "date_joined", "last_login"),
    ),
    ModelTable(
        "connections",
        MusicAccount,
        lambda user: MusicAccount.objects.filter(user=user).order_by("pk"),
        _same(
            "service",
            "account_id",
            "name",
            "is_verified",
            "scopes",
            "linked_at",
            "authorized_at",
            "consent_lost_at",
        ),
    ),
    ModelTable(
        "syncs",
        Sync,
        lambda user: Sync.objects.filter(account__user=user).order_by("pk"),
        _same(
            "id",
            "state",
            "step",
            "counts",
            "error",
            "failures",
            "failed_runs",
            "started_at",
            "ended_at",
            "next_call_at",
            service="account__service",
        ),
    ),
    ModelTable(
        "uploads",
        Upload,
        lambda user: Upload.objects.filter(user=user).order_by("pk"),
        _same(
            "id",
            "state",
            "source",
            "kind",
            "file_name",
            "digest",
            "size_bytes",
            "counts",
            "error",
            "is_current",
            "uploaded_at",
            "ended_at",
        ),
    ),
    ModelTable(
        "spotify-playlists",
        SpotifyPlaylist,
        lambda user: SpotifyPlaylist.objects.filter(account__user=user).order_by("pk"),
        _same(
            "name",
            "track_ids",
            "state",
            "playlist_id",
            "error",
            "failures",
            "asked_at",
            "next_call_at",
        ),
    ),
    ModelTable(
        "compare-links",
        CompareLink,
        lambda user: CompareLink.objects.filter(maker=user).order_by("pk"),
        _same("name", "made_at", "last_used_at"),
    ),
    ModelTable(
        "cards",
        Card,
        filter_shown_cards,
        _same("language", "made_at", maker="maker__username", sibling="sibling__username"),
    ),
    ModelTable(
        "api-tokens",
        ApiToken,
        lambda user: ApiToken.objects.filter(user=user).order_by("created"),
        _same("name", "created", "expiry", "last_used_at", id="public_id"),
    ),
    ModelTable(
        "webhooks",
        Webhook,
        lambda user: Webhook.objects.filter(user=user).order_by("pk"),
        _same(
            "id",
            "url",
            "events",
            "created_at",
            "failures",
            "failing_since",
            "quiet_until",
            "disabled_at",
        ),
    ),
    ModelTable(
        "webhook-deliveries",
        WebhookDelivery,
        lambda user: visible(WebhookDelivery.objects.filter(webhook__user=user)).order_by("pk"),
        _same(
            "webhook_id",
            "event",
            "body",
            "state",
            "tries",
            "status",
            "error",
            "created_at",
            "next_try_at",
            "ended_at",
            id="public_id",
        ),
    ),
    ModelTable(
        "clusters",
        ClusterListener,
        lambda user: ClusterListener.objects.filter(user=user).order_by("pk"),
        {
            "kind": "cluster__clustering__kind",
            "number": "cluster__number",
            "computed_at": "cluster__clustering__computed_at",
        },
    ),
    ModelTable(
        "map-place",
        ListenerPlace,
        lambda user: ListenerPlace.objects.filter(user=user),
        _same("x", "y", computed_at="sound_map__computed_at"),
    ),
)
