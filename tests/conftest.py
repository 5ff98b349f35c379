"""Fixtures that every test may use."""

from collections.abc import Iterator
from secrets import token_hex

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from kombu.transport import memory

from accounts.models import User
from metarec.celery import app
from recommendations.index import get_index
from tests.factories import make_user

pytest_plugins = [
    "tests.askers",
    "tests.doubles.fixtures",
    "tests.elasticsearch_node",
    "tests.servers",
]

# What starts processes or servers takes longest: begun last, it would hold up the end.
_SLOW_FIXTURES = {
    "around",
    "data_dir",
    "elasticsearch_client",
    "killable",
    "live_server",
    "migrated_folder",
    "processes",
    "servers",
    "site",
}

# No test asserts a time: a busy machine is no failure.
hypothesis_settings.register_profile("no deadline", deadline=None)
hypothesis_settings.load_profile("no deadline")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that several processes end at the same time."""
    slow = {
        item.path
        for item in items
        if isinstance(item, pytest.Function) and not _SLOW_FIXTURES.isdisjoint(item.fixturenames)
    }
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session", autouse=True)
def settings_of_tests() -> Iterator[None]:
    """Name static files as they stand in the tree, and hash passwords cheaply.

    No files are collected for tests, and the real hasher is slow on purpose.
    """
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        STORAGES={**settings.STORAGES, "staticfiles": plain},
        WHITENOISE_AUTOREFRESH=True,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def broker_of_tests() -> None:
    """Keep in this process what it asks workers to do: a site that runs here has its own."""
    app.conf.update(broker_url="memory://", broker_transport="memory", broker_transport_options={})


@pytest.fixture(autouse=True)
def own_queues() -> None:
    """Empty the queues: another test's tasks wait for nobody."""
    memory.Channel.queues.clear()


@pytest.fixture(autouse=True)
def own_index() -> None:
    """Empty the process's index: another test's revisions mean nothing in this one's database."""
    get_index().replace_all([], space_id=-1, revision=-1)


@pytest.fixture(autouse=True)
def own_cache() -> Iterator[None]:
    """Give each test keys of its own: what it counts in Redis is not rolled back."""
    own = {**settings.CACHES["default"], "KEY_PREFIX": token_hex(8)}
    with override_settings(CACHES={"default": own}):
        yield


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """Begin each test in English: a page asked for in Spanish leaves its thread in Spanish."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


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
