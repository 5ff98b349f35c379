"""No page of the admin asks the database once for each row."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import ApiToken
from recommendations.models import Track
from tests.factories import make_artist, make_track
from tests.recommendations.admin.conftest import make_everything

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)  # noqa: SLF001


def address(model: type, page: str, *args: object) -> str:
    meta = model._meta  # type: ignore[attr-defined] # noqa: SLF001
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


def count_queries(browser: Client, page: str) -> int:
    browser.get(page)
    with CaptureQueriesContext(connection) as queries:
        response = browser.get(page)
    assert response.status_code == 200
    return len(queries)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)  # noqa: SLF001
def test_lists_ask_as_often_for_3_rows_as_for_30(admin_browser: Client, model: type) -> None:
    counts = []
    for rows in (3, 27):
        listener = make_everything(rows)
        ApiToken.objects.create(user=listener)
        counts.append(count_queries(admin_browser, address(model, "changelist")))
    assert counts[0] == counts[1]
    assert counts[0] <= 10


@pytest.mark.parametrize(
    "label",
    [
        "accounts.User",
        "accounts.Webhook",
        "recommendations.TopArtist",
        "recommendations.TopTrack",
        "recommendations.TasteProfile",
        "recommendations.TasteSpace",
        "recommendations.StaleProfile",
        "recommendations.AudioFeatures",
        "recommendations.Artist",
    ],
)
def test_pages_of_one_row_ask_as_often_among_3_as_among_30(
    admin_browser: Client, label: str
) -> None:
    (model,) = (model for model in MODELS if model._meta.label == label)  # noqa: SLF001
    counts = []
    for rows in (3, 27):
        make_everything(rows)
        row = model._default_manager.order_by("-pk").first()  # noqa: SLF001
        assert row is not None
        counts.append(count_queries(admin_browser, address(model, "change", row.pk)))
    assert counts[0] == counts[1]


def test_track_with_30_credits_asks_as_often_as_with_3(admin_browser: Client) -> None:
    counts = []
    for credited in (3, 30):
        track = make_track(artists=[make_artist() for _ in range(credited)])
        counts.append(count_queries(admin_browser, address(Track, "change", track.pk)))
    assert counts[0] == counts[1]
