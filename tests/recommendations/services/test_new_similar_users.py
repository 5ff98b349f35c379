"""Who is new among a listener's most similar users is told once."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User, Webhook, WebhookDelivery
from recommendations.models import SimilarUserWatch
from recommendations.services import new_similar_users
from recommendations.services.new_similar_users import EVERY, find_new_similar_users
from recommendations.services.profiles import recompute_profiles
from recommendations.services.similar_users import find_similar_user_ids
from recommendations.services.visibility import set_discoverable
from recommendations.services.watches import register_webhook
from tests.factories import make_artist, make_top_artists
from tests.recommendations.conftest import Cast

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://example.org/hook"
EVENTS = [Webhook.Event.NEW_SIMILAR_USER]


def told() -> list[int]:
    """Return the ids of those who were named so far."""
    bodies = WebhookDelivery.objects.order_by("pk").values_list("body", flat=True)
    return [json.loads(body)["data"]["user_id"] for body in bodies]


def watch(user: User) -> None:
    """Register a webhook and let it take over who is there."""
    register_webhook(user, URL, EVENTS, NOW)
    find_new_similar_users(NOW)


def test_who_was_there_at_the_beginning_is_no_news(cast: Cast) -> None:
    watch(cast.ana)
    find_new_similar_users(NOW + EVERY)
    assert told() == []


def test_who_comes_is_told_the_day_after_and_once(cast: Cast) -> None:
    watch(cast.ana)
    set_discoverable(cast.hidden, value=True)

    assert find_new_similar_users(NOW + timedelta(hours=1)) == 0
    for days in (1, 2, 3):
        find_new_similar_users(NOW + days * EVERY)

    assert told() == [cast.hidden.pk]
    assert WebhookDelivery.objects.get().about == cast.hidden


def test_who_goes_and_comes_again_is_no_news(cast: Cast) -> None:
    watch(cast.ana)
    for days, value in ((1, False), (2, True)):
        set_discoverable(cast.sibling, value=value)
        find_new_similar_users(NOW + days * EVERY)
    assert told() == []


def test_own_profile_that_changes_has_them_looked_for_soon(cast: Cast) -> None:
    watch(cast.ana)
    set_discoverable(cast.hidden, value=True)
    SimilarUserWatch.objects.update(due_at=NOW + timedelta(days=10_000))

    recompute_profiles([cast.stranger.pk])
    assert SimilarUserWatch.objects.get().due_at == NOW + timedelta(days=10_000)
    recompute_profiles([cast.ana.pk])

    assert find_new_similar_users(SimilarUserWatch.objects.get().due_at) == 1
    assert told() == [cast.hidden.pk]


def test_first_profile_is_compared_with_nothing(cast: Cast) -> None:
    watch(cast.newcomer)
    make_top_artists(cast.newcomer, [make_artist()])
    recompute_profiles([cast.newcomer.pk])
    find_new_similar_users(NOW + EVERY)
    assert told() == []
    assert SimilarUserWatch.objects.get().known_at == NOW + EVERY


def test_webhook_for_other_events_has_nobody_looked_for(cast: Cast) -> None:
    register_webhook(cast.ana, URL, [Webhook.Event.SYNC_FINISHED], NOW)
    assert find_new_similar_users(NOW) == 0


def test_disabled_webhook_has_nobody_looked_for(cast: Cast) -> None:
    watch(cast.ana)
    Webhook.objects.update(disabled_at=NOW)
    assert find_new_similar_users(NOW + EVERY) == 0


def test_change_during_the_search_is_not_lost(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    watch(cast.ana)
    due_at = NOW + EVERY

    def search_slowly(user_ids: list[int], *, limit: int) -> dict[int, list[int]]:
        found = find_similar_user_ids(user_ids, limit=limit)
        SimilarUserWatch.objects.update(due_at=due_at - timedelta(seconds=1))
        return found

    monkeypatch.setattr(new_similar_users, "find_similar_user_ids", search_slowly)
    find_new_similar_users(due_at)

    assert SimilarUserWatch.objects.get().due_at <= due_at


@pytest.mark.parametrize("count", [1, 3])
def test_one_search_is_made_for_all(
    cast: Cast, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Nine for the search, and six for each webhook: its transaction with two of each kind."""
    for user in [cast.ana, cast.sibling, cast.stranger][:count]:
        register_webhook(user, URL, EVENTS, NOW)
    find_new_similar_users(NOW)
    with django_assert_num_queries(9 + 6 * count):
        find_new_similar_users(NOW + EVERY)
