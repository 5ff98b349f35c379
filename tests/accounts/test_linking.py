import pytest
from django.db import IntegrityError, transaction

from accounts.linking import AlreadyProven, AnotherLinked, link_by_name
from accounts.models import MusicAccount, User
from accounts.music_services import Service

pytestmark = pytest.mark.django_db


def test_several_listeners_may_name_the_same_account(listener: User, other_listener: User) -> None:
    for user in (listener, other_listener):
        link_by_name(user, Service.LASTFM, "rj", is_verified=False)

    assert MusicAccount.objects.filter(account_id="rj", is_verified=False).count() == 2


def test_a_proven_account_belongs_to_one_listener(listener: User, other_listener: User) -> None:
    link_by_name(listener, Service.LISTENBRAINZ, "lena", is_verified=True)

    for name in ("lena", "Lena"):
        for is_verified in (True, False):
            with pytest.raises(AlreadyProven):
                link_by_name(other_listener, Service.LISTENBRAINZ, name, is_verified=is_verified)


def test_a_proof_may_follow(listener: User) -> None:
    first = link_by_name(listener, Service.LISTENBRAINZ, "lena", is_verified=False)
    second = link_by_name(listener, Service.LISTENBRAINZ, "lena", is_verified=True)

    account = MusicAccount.objects.get()
    assert (first.pk, first.linked_at) == (second.pk, account.linked_at)
    assert account.is_verified


def test_a_proof_is_not_lost_by_naming_the_account_again(listener: User) -> None:
    for is_verified in (True, False):
        link_by_name(listener, Service.LISTENBRAINZ, "lena", is_verified=is_verified)

    assert MusicAccount.objects.get().is_verified


def test_another_account_has_to_wait_until_the_first_is_disconnected(listener: User) -> None:
    link_by_name(listener, Service.LISTENBRAINZ, "lena", is_verified=False)

    with pytest.raises(AnotherLinked):
        link_by_name(listener, Service.LISTENBRAINZ, "mateo", is_verified=True)

    assert MusicAccount.objects.get().account_id == "lena"


def test_the_database_itself_keeps_a_proven_account_for_one(
    listener: User, other_listener: User
) -> None:
    link_by_name(listener, Service.SPOTIFY, "id", is_verified=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        MusicAccount.objects.create(
            user=other_listener, service=Service.SPOTIFY, account_id="id", is_verified=True
        )
