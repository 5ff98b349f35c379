"""Those who ask the API."""

from collections.abc import Mapping

import pytest
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import ApiToken, User
from tests.recommendations.conftest import Cast


@pytest.fixture(autouse=True)
def _unthrottled(settings: Settings) -> None:
    set_throttle_rates(settings, {})


def set_throttle_rates(settings: Settings, rates: Mapping[str, str]) -> None:
    """Throttle by these rates only."""
    none = dict.fromkeys(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"])
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {
        "DEFAULT_THROTTLE_RATES": {**none, **rates}
    }


def api_client(user: User | None = None) -> APIClient:
    """Return a client that sends a token of the user, or none."""
    client = APIClient()
    if user is not None:
        # In use already, so that no query of a test notes that it is.
        _, token = ApiToken.objects.create(user=user, last_used_at=timezone.now())
        client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


@pytest.fixture
def anonymous() -> APIClient:
    """A client that is not signed in."""
    return api_client()


@pytest.fixture
def ana(cast: Cast) -> APIClient:
    """A client of the listener who has a sibling."""
    return api_client(cast.ana)
