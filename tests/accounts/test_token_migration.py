"""Tokens that were made before they had names go on working."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from knox.models import get_digest_token

from accounts.models import ApiToken, User
from tests.recommendations.api.test_auth import with_token

migration = import_module("accounts.migrations.0003_api_tokens")


@pytest.fixture
def apps(db: None) -> object:  # noqa: ARG001 - asks for the database
    """The models as the migration sees them."""
    loader = MigrationLoader(connection)
    return loader.project_state([("accounts", "0003_api_tokens")]).apps


def test_old_tokens_are_taken_over_and_given_back(listener: User, apps: object) -> None:
    old_model = apps.get_model("knox", "AuthToken")  # type: ignore[attr-defined]
    digest, token = get_digest_token()
    made_at = timezone.now() - timedelta(days=3)
    old_model.objects.create(
        digest=digest, token_key=token[:15], user_id=listener.pk, expiry=made_at + timedelta(9)
    )
    old_model.objects.update(created=made_at)

    migration.take_over(apps, None)

    assert with_token(token).get("/api/v1/me/").json()["id"] == listener.pk
    assert ApiToken.objects.get().created == made_at
    assert not old_model.objects.exists()

    migration.give_back(apps, None)

    assert [(row.digest, row.created) for row in old_model.objects.all()] == [(digest, made_at)]
    assert not ApiToken.objects.exists()
