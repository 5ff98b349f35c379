"""A broker that is away when a change is committed is logged, and the change is made."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.dispatch import Signal

from accounts.models import User
from recommendations.index import use_catalogue, use_shared
from recommendations.index.elasticsearch import ElasticsearchIndex, connect
from recommendations.index.elasticsearch_catalogue import ElasticsearchCatalogue
from recommendations.models import ArtistChange
from recommendations.services.catalogue_changes import (
    catalogue_changes_committed,
    record_catalogue_changes,
)
from recommendations.services.indexing import changes_committed
from recommendations.services.visibility import set_discoverable
from tests.factories import make_artist, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def find_nobody(**_signal: object) -> None:
    raise ConnectionRefusedError


@pytest.fixture(autouse=True)
def broker_away() -> Iterator[None]:
    """Have the indexes shared, and nobody to tell of changes of them."""
    signals: list[Signal] = [changes_committed, catalogue_changes_committed]
    with connect("http://127.0.0.1:1", "") as client:
        use_shared(ElasticsearchIndex(client))
        use_catalogue(ElasticsearchCatalogue(client))
        for signal in signals:
            signal.connect(find_nobody)
        yield
        for signal in signals:
            signal.disconnect(find_nobody)
        use_shared(None)
        use_catalogue(None)


def test_a_listener_is_hidden(caplog: pytest.LogCaptureFixture) -> None:
    user = make_user()

    set_discoverable(user, value=False)

    assert not User.objects.get(pk=user.pk).is_discoverable
    assert "Error calling" in caplog.text


def test_an_artist_is_recorded(caplog: pytest.LogCaptureFixture) -> None:
    artist = make_artist()

    with transaction.atomic():
        record_catalogue_changes(artist_ids=[artist.pk])

    assert ArtistChange.objects.filter(pk=artist.pk).exists()
    assert "Error calling" in caplog.text
