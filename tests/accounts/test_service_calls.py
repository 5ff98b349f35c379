"""Calls that pages make count toward the same limits as those of syncs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.listenbrainz import ListenBrainzAway, fetch_token_owner
from accounts.models import MusicAccount
from recommendations.models import OutboundQueue
from recommendations.services.outbound import MINIMUM_GAPS, load_block, reserve_call
from tests.accounts.conftest import LOGIN, Visitor
from tests.doubles.listenbrainz import ListenBrainzDouble

SPOTIFY = "spotify"
LISTENBRAINZ = "listenbrainz"
WAIT = "asks this site to wait"


def block(service: str) -> None:
    now = timezone.now()
    OutboundQueue.objects.create(
        service=service, next_call_at=now, blocked_until=now + timedelta(hours=1)
    )


def test_signing_in_puts_off_the_next_call_of_syncs(visitor: Visitor) -> None:
    at = timezone.now() + timedelta(hours=1)
    OutboundQueue.objects.create(service=SPOTIFY, next_call_at=at)

    visitor.go("ada")

    assert MusicAccount.objects.exists()
    # Once when the listener left for Spotify, and once to ask who they are.
    assert OutboundQueue.objects.get().next_call_at == at + 2 * MINIMUM_GAPS[SPOTIFY]


def test_signing_in_first_begins_the_queue(visitor: Visitor) -> None:
    began_at = timezone.now()

    visitor.go("ada")

    assert reserve_call(SPOTIFY, began_at) is not None


def test_nobody_is_sent_to_spotify_while_it_may_not_be_called(visitor: Visitor) -> None:
    block(SPOTIFY)

    response = visitor.client.post(LOGIN)

    assert WAIT in visitor.read(response)
    assert visitor.spotify.requests == []


def test_who_comes_back_while_it_may_not_be_called_is_turned_away(visitor: Visitor) -> None:
    location = visitor.spotify.consent(visitor.leave(), "ada")
    OutboundQueue.objects.all().delete()
    block(SPOTIFY)

    response = visitor.come_back(location)

    assert WAIT in visitor.read(response)
    assert "/v1/me" not in [request.path for request in visitor.spotify.requests]
    assert not MusicAccount.objects.exists()


@pytest.mark.parametrize("fault", ["rate_limited", "quota_exceeded"])
def test_a_refused_sign_in_stops_all_calls(visitor: Visitor, fault: str) -> None:
    visitor.spotify.play(fault, path="/v1/me", retry_after_s=7200)

    response = visitor.go("ada")

    assert WAIT in visitor.read(response)
    found = load_block(SPOTIFY, timezone.now() + timedelta(minutes=119))
    assert found is not None
    assert found.block_reason == fault


def test_a_token_is_not_asked_about_while_listenbrainz_may_not_be_called(
    db: None,  # noqa: ARG001 - asks for the database
    listenbrainz: ListenBrainzDouble,
) -> None:
    block(LISTENBRAINZ)

    with pytest.raises(ListenBrainzAway):
        fetch_token_owner("lb-token-of-lena")

    assert listenbrainz.requests == []


def test_a_refused_question_about_a_token_stops_all_calls(
    db: None,  # noqa: ARG001 - asks for the database
    listenbrainz: ListenBrainzDouble,
) -> None:
    listenbrainz.play("rate_limited", reset_in_s=60)

    with pytest.raises(ListenBrainzAway):
        fetch_token_owner("lb-token-of-lena")

    assert load_block(LISTENBRAINZ, timezone.now() + timedelta(seconds=50)) is not None
