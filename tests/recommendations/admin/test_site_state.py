"""The page of the site's state shows counts and waits, to staff alone."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import MusicAccount, User
from recommendations.models import RankingEvaluation, Sync
from recommendations.services.similar_users import find_similar_users
from tests.recommendations.conftest import Cast
from tests.recommendations.pages.reading import read_text

STATE = reverse("site_state")


def test_strangers_and_listeners_are_sent_to_sign_in(client: Client, listener: User) -> None:
    assert client.get(STATE).status_code == 302
    client.force_login(listener)
    assert client.get(STATE).status_code == 302


def test_an_empty_site_has_a_state(admin_browser: Client) -> None:
    text = read_text(admin_browser.get(STATE))

    assert "Accounts 1" in text
    assert "Not measured yet." in text
    assert "compute 0" in text


def test_counts_and_the_index_are_those_of_the_site(admin_browser: Client, cast: Cast) -> None:
    find_similar_users(cast.ana, limit=1)

    text = read_text(admin_browser.get(STATE))

    assert "Accounts 6 Discoverable 4 With a taste profile 4" in text
    assert "Artists 3 Tracks 8 Tracks with audio features 8" in text
    assert "Changes not taken over yet 0" in text
    assert "Version" in text
    assert "Playlists to be made at Spotify 0 Deliveries of webhooks 0" in text


def test_failed_syncs_are_counted_by_reason(admin_browser: Client, listener: User) -> None:
    now = timezone.now()
    account = MusicAccount.objects.create(user=listener, service="lastfm", account_id="ana")
    for ended_at in (now, now - timedelta(days=6), now - timedelta(days=8)):
        Sync.objects.create(
            account=account,
            state=Sync.State.FAILED,
            error="unknown_listener",
            next_call_at=ended_at,
            ended_at=ended_at,
        )

    assert "Last.fm 2 Last.fm knows nobody of the name" in read_text(admin_browser.get(STATE))


def test_rankings_are_measured_by_the_command_and_shown(
    admin_browser: Client, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cast

    call_command("evaluate_ranking")
    call_command("evaluate_ranking")

    assert "hybrid: the other half is among the best 10 for" in capsys.readouterr().out
    stored = RankingEvaluation.objects.values_list("ranking", "hit_rate", "chance")
    assert sorted(stored) == [("hybrid", 1.0, 1.0), ("seed", 1.0, 1.0)]
    assert "hybrid 100% by chance 100%" in read_text(admin_browser.get(STATE))


def test_the_number_of_queries_is_bounded(
    admin_browser: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert cast
    admin_browser.get(STATE)

    with django_assert_num_queries(18):
        admin_browser.get(STATE)


def test_the_admins_front_page_leads_to_it(admin_browser: Client) -> None:
    assert STATE in admin_browser.get(reverse("admin:index")).content.decode()
