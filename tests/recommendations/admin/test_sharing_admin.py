"""What listeners share and have told to programs: looked at without secrets, some of it ended."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Webhook, WebhookDelivery
from accounts.sharing import Card, CompareLink
from recommendations.models import Exclusion, SpotifyPlaylist
from tests.factories import make_artist
from tests.recommendations.sync.accounts import link


def test_links_and_cards_are_ended_and_their_tokens_not_shown(
    admin_browser: Client, listener: User, other_listener: User
) -> None:
    shared = CompareLink.objects.create(maker=listener, name="Friend", token="the-token")
    card = Card.objects.create(maker=listener, sibling=other_listener, token="the-token")

    for kind, row in (("comparelink", shared), ("card", card)):
        address = f"/admin/accounts/{kind}/{row.pk}/"
        page = admin_browser.get(f"{address}change/").content.decode()
        assert listener.username in page
        assert "the-token" not in page
        assert admin_browser.post(f"{address}change/", {"name": "Other"}).status_code == 403
        assert admin_browser.get(f"/admin/accounts/{kind}/add/").status_code == 403
        admin_browser.post(f"{address}delete/", {"post": "yes"})
        assert not type(row).objects.exists()


def test_webhooks_show_how_they_fare_and_nothing_secret(
    admin_browser: Client, listener: User
) -> None:
    webhook = Webhook.objects.create(
        user=listener, url="https://hooks.example.org/T0P/SECRET", encrypted_secret="the secret"
    )
    delivery = WebhookDelivery.objects.create(
        webhook=webhook,
        event="new_similar_user",
        body="the body",
        state="failed",
        error="timeout",
        next_try_at=timezone.now(),
    )

    pages = [
        admin_browser.get(f"/admin/accounts/{path}").content.decode()
        for path in (
            "webhook/",
            f"webhook/{webhook.pk}/change/",
            "webhookdelivery/?state__exact=failed",
            f"webhookdelivery/{delivery.pk}/change/",
        )
    ]

    assert all("hooks.example.org" in page for page in pages[:2])
    assert all("timeout" in page for page in pages[1:])
    assert not [page for page in pages if "SECRET" in page or "the secret" in page]
    assert not [page for page in pages if "the body" in page]


@pytest.mark.parametrize(
    ("path", "shown"), [("exclusion/", "Sleep Sounds"), ("spotifyplaylist/", "Our list")]
)
def test_what_is_a_listeners_own_is_only_looked_at(
    admin_browser: Client, listener: User, path: str, shown: str
) -> None:
    Exclusion.objects.create(user=listener, artist=make_artist("Sleep Sounds"))
    now = timezone.now()
    SpotifyPlaylist.objects.create(
        account=link(listener), name="Our list", next_call_at=now, asked_at=now
    )

    page = admin_browser.get(f"/admin/recommendations/{path}", {"q": listener.username})

    assert shown in page.content.decode()
    assert admin_browser.get(f"/admin/recommendations/{path}add/").status_code == 403


def test_all_of_it_goes_with_its_listener(
    admin_browser: Client, listener: User, other_listener: User
) -> None:
    now = timezone.now()
    CompareLink.objects.create(maker=listener, name="Friend", token="t")
    Card.objects.create(maker=other_listener, sibling=listener, token="t")
    Exclusion.objects.create(user=listener, artist=make_artist())
    SpotifyPlaylist.objects.create(account=link(listener), next_call_at=now, asked_at=now)
    webhook = Webhook.objects.create(user=listener, url="https://example.org/")
    WebhookDelivery.objects.create(webhook=webhook, event="x", body="{}", next_try_at=now)

    admin_browser.post(f"/admin/accounts/user/{listener.pk}/delete/", {"post": "yes"})

    assert not User.objects.filter(pk=listener.pk).exists()
    assert not Card.objects.exists()
