"""The page of similar users with all that it loads is light, as browsers really get it."""

import gzip
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings as site_settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from recommendations.models import TasteSpace
from recommendations.services.clustering import compute_clusters
from recommendations.services.profiles import recompute_all_profiles
from recommendations.sources.demo_words import FIRST_NAMES, LAST_NAMES, NOUNS, QUALITIES
from recommendations.taste.artist_map import ArtistMap
from recommendations.taste.profiles import MAP_SIZE
from recommendations.taste.space import default_space
from recommendations.views.similar_users import SIMILAR_USERS_SHOWN
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track, make_user

# 60 kB over the network, for HTML, CSS and JavaScript together.
MOST_BYTES = 60_000
# Of Django's own files and others that no page of listeners loads.
NOT_OURS = ["admin", "drf_spectacular_sidecar", "plotly", "rest_framework", "*.ts", "ext"]

SIMILAR_USERS = reverse("recommendations:similar_users")


@pytest.fixture
def collected(settings: Settings, tmp_path: Path) -> None:
    """Serve static files as the site does: collected, named by their content, compressed."""
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_AUTOREFRESH = False
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", "--no-input", verbosity=0, ignore_patterns=NOT_OURS)


@pytest.fixture
def listener_with_siblings(db: None) -> User:  # noqa: ARG001 - asks for the database
    """Make a listener who has more siblings than a page shows, each with all kinds of reasons."""
    names = zip(FIRST_NAMES, LAST_NAMES, strict=True)
    users = [make_user(username=".".join(name)) for name in names]
    shared = [make_artist(f"The {quality} Umbrellas") for quality in QUALITIES]
    own = [make_artist(f"The Borrowed {noun}") for noun in NOUNS[: len(users)]]
    _make_space([artist.pk for artist in (*shared, *own)])
    dice = random.Random(0)  # noqa: S311 - no secret
    tracks = [make_track(artists=[artist]) for artist in shared]
    for user, artist in zip(users, own, strict=True):
        make_top_artists(user, [*dice.sample(shared, 20), artist])
        sound = {"energy": dice.random(), "tempo_bpm": dice.uniform(60, 200)}
        make_top_tracks(user, [*tracks, make_track(artists=[artist], features=sound)])
    recompute_all_profiles()
    compute_clusters()
    return users[0]


def _make_space(artist_ids: list[int]) -> None:
    """Make a space on whose map all artists are near to each other."""
    axes = np.ones((len(artist_ids), MAP_SIZE), np.float32) / np.sqrt(MAP_SIZE)
    artist_map = ArtistMap(
        np.array(artist_ids, np.int32), axes.astype(np.float32), np.zeros(MAP_SIZE, np.float32)
    )
    TasteSpace.objects.create(
        status=TasteSpace.Status.ACTIVE,
        origin="made by hand",
        listener_count=0,
        track_count=0,
        artist_count=0,
        arrays=replace(default_space(), artist_map=artist_map).to_bytes(),
    )


def fetch(client: Client, address: str) -> Any:
    """Return the answer to a browser."""
    return client.get(address, headers={"Accept-Encoding": "gzip, deflate, br, zstd"})


def read_body(response: Any) -> bytes:
    return b"".join(response) if response.streaming else response.content


def unpack(response: Any, body: bytes) -> str:
    is_packed = response.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(body) if is_packed else body).decode()


@pytest.mark.usefixtures("collected")
def test_similar_users_with_all_they_load_are_light(listener_with_siblings: User) -> None:
    client = Client()
    client.force_login(listener_with_siblings)
    page = fetch(client, SIMILAR_USERS)
    text = unpack(page, page.content)

    files = re.findall(r'<(?:script|link)\b[^>]* (?:src|href)="([^"]+)"', text)
    answers = {address: fetch(client, address) for address in files}
    sizes = {address: len(read_body(one)) for address, one in answers.items()}

    assert text.count('<article class="similar-user"') == SIMILAR_USERS_SHOWN
    assert "played by the same people" in text
    assert {one.status_code for one in answers.values()} == {200}
    assert all(address.startswith(f"/{site_settings.STATIC_URL.strip('/')}/") for address in files)
    assert {file.rpartition(".")[2] for file in files} == {"css", "js", "svg"}
    assert {one.headers.get("Content-Encoding") for one in (page, *answers.values())} <= {
        "gzip",
        None,
    }
    assert len(page.content) + sum(sizes.values()) < MOST_BYTES, (len(page.content), sizes)
    # What comes on scroll loads no file again.
    more = re.search(r'hx-get="([^"]+)"', text)
    assert more is not None


@pytest.mark.parametrize(
    "page", ["similar_users", "top_tracks", "hear_next", "search", "clusters", "home"]
)
def test_pages_of_listening_are_compressed(client: Client, listener: User, page: str) -> None:
    client.force_login(listener)

    response = fetch(client, reverse(f"recommendations:{page}"))

    assert response["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response["Vary"]
