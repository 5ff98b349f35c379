"""The export holds all that the site keeps of a listener, and nothing that opens anything."""

import csv
import io
import json
import tempfile
import tracemalloc
import zipfile
from itertools import repeat
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone, translation

from accounts.models import ApiToken, User, Webhook
from accounts.webhooks.deliveries import record_event
from recommendations.models import Source, Upload
from recommendations.services.cards import make_card
from recommendations.services.compare_links import make_compare_link
from recommendations.services.export_account import export_account
from recommendations.services.export_files import (
    READ_ME,
    Table,
    csv_member,
    json_member,
    write_tables,
)
from recommendations.services.export_tables import MODEL_TABLES
from recommendations.services.unseen_listeners import hide_listener
from tests.belongings import make_belongings, make_listeners
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track
from tests.listener_models import find_models_of_listeners, label_of, list_columns
from tests.recommendations.conftest import Cast

pytestmark = pytest.mark.django_db

# What the export has by other ways than a table of the model, with the columns that are in it.
ELSEWHERE = {
    "recommendations.TopTrack": {
        "source",
        "exported_source",
        "time_range",
        "rank",
        "stored_at",
        "track_id",
    },
    "recommendations.TopArtist": {
        "source",
        "exported_source",
        "time_range",
        "rank",
        "stored_at",
        "artist_id",
        "play_count",
    },
    "recommendations.Exclusion": {"artist_id", "track_id", "excluded_at"},
    "recommendations.TasteProfile": {
        "space_id",
        "meta_vector",
        "taste_vector",
        "feature_means",
        "artist_ids",
        "artist_weights",
        "track_count",
        "described_track_count",
        "artist_count",
        "computed_at",
    },
    "accounts.UnseenListener": {"unseen_id", "is_blocked", "hidden_at"},
    "recommendations.Upload": {"unmatched"},
}
# What the export is without, and why.
NOT_EXPORTED = {
    "accounts.User": {"password": "secret"},
    "accounts.MusicAccount": {
        "encrypted_token": "secret",
        "token_claimed_until": "of a process for a moment",
    },
    "accounts.ApiToken": {"digest": "secret", "token_key": "part of the secret"},
    "accounts.Webhook": {"encrypted_secret": "secret"},
    "accounts.WebhookDelivery": {"about_id": "the body says it"},
    "accounts.Card": {"token": "opens the card"},
    "accounts.CompareLink": {"token": "opens the comparison"},
    "recommendations.Sync": {"fetched": "of a process until the lists are stored"},
    "recommendations.Upload": {
        "folder": "where the site keeps the file until it is read",
        "read_bytes": "of a process until the file is read",
        "keep_readable": "of a process until the file is read",
        "attempts": "of a process until the file is read",
        "worked_at": "of a process until the file is read",
    },
}
# Whole models, and why.
NOT_AT_ALL = {
    "account.EmailConfirmation": "secret",
    "admin.LogEntry": "what staff did, of which the site keeps a record",
    "recommendations.KnownSimilarUser": "names others, who may hide by now",
    "recommendations.SimilarUserWatch": "of a process: when to look next",
    "recommendations.StaleProfile": "of a process: the profile is computed before it is exported",
    "socialaccount.SocialToken": "never filled, and secret",
}


def columns_of_tables(label: str) -> set[str]:
    """Return the columns that the export has of a model by its tables."""
    return {
        lookup.split("__")[0]
        for table in MODEL_TABLES
        if label_of(table.model) == label
        for lookup in table.columns.values()
    }


def test_each_column_of_each_model_of_listeners_is_in_it_or_has_its_reason() -> None:
    missing = []
    for model in find_models_of_listeners():
        label = label_of(model)
        if label in NOT_AT_ALL:
            continue
        known = columns_of_tables(label) | ELSEWHERE.get(label, set())
        known |= NOT_EXPORTED.get(label, {}).keys()
        for field in list_columns(model):
            is_owner = field.primary_key or field.name in {"user", "maker", "account", "webhook"}
            if not ({field.name, field.attname} & known or is_owner):
                missing.append(f"{label}.{field.name}")

    assert missing == []


def test_the_reasons_are_of_what_there_is() -> None:
    labels = {label_of(model) for model in find_models_of_listeners()}

    assert {*ELSEWHERE, *NOT_EXPORTED, *NOT_AT_ALL} <= labels


def read_tables(user: User) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every table; JSON and CSV have as many."""
    tables = {}
    with export_account(user) as file, zipfile.ZipFile(file) as archive:
        for member in archive.namelist():
            if member.startswith("json/"):
                name = member.removeprefix("json/metarec-").removesuffix(".json")
                tables[name] = json.loads(archive.read(member))["rows"]
                cells = io.StringIO(archive.read(csv_member(name)).decode())
                assert len(list(csv.DictReader(cells))) == len(tables[name])
    return tables


def test_it_has_one_of_everything_and_no_secret() -> None:
    listeners = make_listeners()
    owner, sibling = listeners["owner"], listeners["sibling"]
    values = make_belongings(owner, sibling)
    hide_listener(owner, listeners["other"].pk, is_blocked=True)
    EmailAddress.objects.create(user=owner, email="ada@example.org")
    record_event(owner.pk, Webhook.Event.SYNC_FINISHED, {"sync_id": 1}, timezone.now())
    Upload.objects.update(unmatched=[["Air", "Song", 3, "unknown"]])

    tables = read_tables(owner)

    empty = {name for name, rows in tables.items() if not rows}
    assert empty <= {"sign-ins", "syncs", "map-place"}
    assert tables["account"][0]["username"] == "owner"
    assert [row["username"] for row in tables["unseen-listeners"]] == ["other"]
    assert tables["profile-vectors"][3]["unit"] == "dB"
    with export_account(owner) as file, zipfile.ZipFile(file) as archive:
        everything = b"".join(archive.read(member) for member in archive.namelist()).decode()
    secrets = [
        str(values["token"]),
        owner.password,
        owner.webhooks.get().encrypted_secret,
        owner.music_accounts.get().encrypted_token,
        *ApiToken.objects.values_list("digest", flat=True),
    ]
    assert [secret for secret in secrets if secret and secret in everything] == []


def test_who_hides_is_named_nowhere(cast: Cast) -> None:
    hide_listener(cast.ana, cast.stranger.pk, is_blocked=True)
    make_compare_link(cast.ana, "friend")
    make_card(cast.ana, cast.sibling.pk, language="en")
    User.objects.update(is_discoverable=False)

    tables = read_tables(cast.ana)

    assert tables["unseen-listeners"] == tables["cards"] == []


def test_names_are_no_formulas_in_spreadsheets(listener: User) -> None:
    make_top_tracks(listener, [make_track(name="=1+1", artists=[make_artist("@SUM(A1)")])])

    with export_account(listener) as file, zipfile.ZipFile(file) as archive:
        cells = io.StringIO(archive.read(csv_member("listening")).decode())
        [row] = csv.DictReader(cells)
        [exact] = json.loads(archive.read(json_member("listening")))["rows"]

    assert (row["name"], row["artists"]) == ("'=1+1", "'@SUM(A1)")
    assert (exact["name"], exact["artists"][0]["name"]) == ("=1+1", "@SUM(A1)")


def test_each_row_says_what_brought_it(listener: User) -> None:
    upload = Upload.objects.create(
        user=listener,
        source=Source.EXPORTIFY,
        file_name="a.csv",
        digest="0" * 64,
        size_bytes=1,
        uploaded_at=timezone.now(),
        is_current=True,
    )
    make_top_tracks(listener, [make_track()], source=Source.EXPORTIFY)
    make_top_artists(listener, [make_artist()], source=Source.FILE)

    rows = read_tables(listener)["listening"]

    assert [(row["came_by"], row["upload_id"]) for row in rows] == [
        ("exportify", upload.pk),
        ("file", None),
    ]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "All that this site keeps"), ("es", "Todo lo que este sitio")]
)
def test_the_read_me_is_in_the_language_in_use(listener: User, language: str, words: str) -> None:
    with (
        translation.override(language),
        export_account(listener) as file,
        zipfile.ZipFile(file) as archive,
    ):
        text = archive.read(READ_ME).decode()
        members = archive.namelist()

    assert text.startswith(words)
    assert [member for member in members[1:] if member not in text] == []


def test_the_memory_that_it_takes_does_not_grow_with_the_rows() -> None:
    row = {"name": "n" * 5_000, "number": 1}
    count = 2_000
    tracemalloc.start()
    try:
        with tempfile.TemporaryFile() as file:
            write_tables(file, [Table("rows", ("name", "number"), repeat(row, count))], "")
            with zipfile.ZipFile(file) as archive:
                size = archive.getinfo(json_member("rows")).file_size
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert size > 5_000 * count
    assert peak < size / 2
