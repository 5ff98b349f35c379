"""A browser that visits the pages."""

import pytest
from django.test import Client

from tests.recommendations.conftest import Cast


@pytest.fixture
def ana(client: Client, cast: Cast) -> Client:
    """Return a browser in which ana is signed in."""
    client.force_login(cast.ana)
    return client
