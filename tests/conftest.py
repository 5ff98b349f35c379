"""Fixtures that every test may use."""

import pytest

from accounts.models import User
from tests.factories import make_user


@pytest.fixture
def listener(db: None) -> User:  # noqa: ARG001 - asks for the database
    """A discoverable listener without any listening yet."""
    return make_user()


@pytest.fixture
def other_listener(db: None) -> User:  # noqa: ARG001 - asks for the database
    """Another discoverable listener."""
    return make_user()


@pytest.fixture
def hidden_listener(db: None) -> User:  # noqa: ARG001 - asks for the database
    """A listener who does not want to be found."""
    return make_user(is_discoverable=False)
