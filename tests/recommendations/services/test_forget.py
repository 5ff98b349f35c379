"""Of a listener who deletes their account nothing stays, anywhere."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from accounts.models import ApiToken, User, WebhookDelivery
from accounts.sessions import delete_dead_sessions
from recommendations.models import ProfileChange, SimilarUserWatch, StaleProfile, Sync
from recommendations.services.forget import forget_listener
from recommendations.services.indexing import load_caught_up_index
from recommendations.services.similar_users import find_similar_users
from recommendations.services.unseen_listeners import hide_listener
from recommendations.services.uploads import keep_uploads
from tests.belongings import make_belongings, make_listeners
from tests.listener_models import find_models_of_listeners, label_of, list_columns, list_rows
from tests.recommendations.services.test_export_account import NOT_AT_ALL

pytestmark = pytest.mark.django_db

NAME, EMAIL = "a-name-that-nobody-else-has", "nobody-else@example.org"


@pytest.fixture
def listeners() -> Mapping[str, User]:
    """The owner of one of each thing, in every table that has any, and others."""
    listeners = make_listeners()
    User.objects.filter(pk=listeners["owner"].pk).update(username=NAME, email=EMAIL)
    owner, other = listeners["owner"], listeners["other"]
    owner.refresh_from_db()
    make_belongings(owner, listeners["sibling"])
    now = timezone.now()
    hide_listener(owner, other.pk, is_blocked=False)
    hide_listener(other, owner.pk, is_blocked=True)
    EmailAddress.objects.create(user=owner, email=EMAIL)
    Sync.objects.create(account=owner.music_accounts.get(), next_call_at=now)
    StaleProfile.objects.create(user=owner, since=now)
    webhook = owner.webhooks.get()
    watch, _ = SimilarUserWatch.objects.get_or_create(webhook=webhook, defaults={"due_at": now})
    watch.known.create(user=other)
    WebhookDelivery.objects.create(webhook=webhook, event="sync_finished", next_try_at=now)
    return listeners


def list_owned(user_id: int) -> Iterator[str]:
    """Yield the columns that name a user, of every row in which they name this one."""
    for model, row in list_rows():
        for field in list_columns(model):
            is_name = field.related_model is User or field.attname == "user_id"
            is_own = (model, field.attname) == (User, "id")
            if (is_name or is_own) and row[field.attname] == user_id:
                yield f"{label_of(model)}.{field.attname}"


def test_no_row_of_any_table_is_left(listeners: Mapping[str, User]) -> None:
    owner = listeners["owner"]
    filled = {model for model, _row in list_rows()}
    of_listeners = [
        model for model in find_models_of_listeners() if label_of(model) not in NOT_AT_ALL
    ]
    not_made = {"socialaccount.SocialAccount", "recommendations.ListenerPlace"}
    assert {label_of(model) for model in of_listeners if model not in filled} <= not_made
    user_id = owner.pk

    forget_listener(owner)

    # By that number every index learns of the removal.
    assert set(list_owned(user_id)) == {"recommendations.ProfileChange.user_id"}
    assert ProfileChange.objects.filter(user_id=user_id).exists()
    texts = [str(row) for _model, row in list_rows()]
    assert [text for text in texts if NAME in text or EMAIL in text] == []


def test_the_index_has_nobody_any_more(listeners: Mapping[str, User]) -> None:
    owner, sibling = listeners["owner"], listeners["sibling"]
    assert owner in [found.user for found in find_similar_users(sibling, limit=9)]
    count = load_caught_up_index().count()

    forget_listener(owner)

    assert owner.username not in [
        found.user.username for found in find_similar_users(sibling, limit=9)
    ]
    assert load_caught_up_index().count() == count - 1


def test_files_that_wait_go_too(
    listener: User,
    uploads_folder: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    content = b'{"rows": [{}]}'
    file = TemporaryUploadedFile("export.json", "application/json", len(content), None)
    file.write(content)
    file.seek(0)
    keep_uploads(listener, [file], timezone.now())
    file.close()
    assert len(list(uploads_folder.iterdir())) == 1

    with django_capture_on_commit_callbacks(execute=True):
        forget_listener(listener)

    assert list(uploads_folder.iterdir()) == []


def test_links_cards_tokens_and_sessions_are_dead(listeners: Mapping[str, User]) -> None:
    owner, browser, program, other = listeners["owner"], Client(), APIClient(), Client()
    browser.force_login(owner)
    other.force_login(listeners["sibling"])
    program.credentials(HTTP_AUTHORIZATION=f"Token {ApiToken.objects.create(user=owner)[1]}")
    card, link = f"/cards/{'t' * 43}/", f"/compare/with/{'t' * 43}/"
    before = [
        other.get(card),
        other.get(link),
        program.get("/api/v1/me/"),
        browser.get("/my-data/"),
    ]
    assert [answer.status_code for answer in before] == [200] * 4

    forget_listener(owner)

    after = [other.get(card), other.get(link), program.get("/api/v1/me/"), browser.get("/my-data/")]
    assert [answer.status_code for answer in after] == [404, 404, 401, 302]


def test_sessions_of_who_is_gone_and_ended_ones_are_deleted(
    listener: User, other_listener: User
) -> None:
    for user in (listener, other_listener):
        Client().force_login(user)
    ended = Session.objects.create(
        session_key="ended", session_data="", expire_date=timezone.now() - timedelta(seconds=1)
    )
    forget_listener(listener)

    assert delete_dead_sessions(timezone.now()) == 2

    assert not Session.objects.filter(pk=ended.pk).exists()
    [left] = Session.objects.all()
    assert left.get_decoded()["_auth_user_id"] == str(other_listener.pk)


def test_an_account_goes_while_the_cache_is_away(
    listeners: Mapping[str, User],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def be_away(*_keys: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(SimpleRateThrottle, "cache", SimpleNamespace(delete_many=be_away))
    with django_capture_on_commit_callbacks(execute=True):
        forget_listener(listeners["owner"])

    assert not User.objects.filter(username=NAME).exists()


def test_how_often_they_asked_is_forgotten(
    listener: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    program = APIClient()
    program.credentials(HTTP_AUTHORIZATION=f"Token {ApiToken.objects.create(user=listener)[1]}")
    program.get("/api/v1/me/")
    key = f"throttle_user_{listener.pk}"
    assert cache.get(key)

    with django_capture_on_commit_callbacks(execute=True):
        forget_listener(listener)

    assert cache.get(key) is None
