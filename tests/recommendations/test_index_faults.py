"""Whatever is killed while listeners change, the shared indexes equal the database afterwards."""

import json
import random
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from elasticsearch.helpers import scan

from recommendations.index.elasticsearch import ALIAS, connect
from recommendations.index.elasticsearch_catalogue import CATALOGUE_ALIAS
from recommendations.index.elasticsearch_documents import STATE_ID
from tests.killable_servers import Killable, KillableSite, killable_site
from tests.site_processes import wait_until

LISTENERS = 400
CHANGES = 2_000
KILLS_OF_EACH = 3
# A beat sweeps every minute, and a rebuild that was killed is waited for for another one.
SWEEPS_PATIENCE_S = 400

_LISTENERS = f"""
from django.test import override_settings
from recommendations.services.catalogue_changes import record_artist_changes
from recommendations.services.profiles import recompute_all_profiles
override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]).enable()
artists = [make_artist() for _ in range(40)]
for number in range({LISTENERS}):
    both = [artists[number % 40], artists[number * 7 % 40]]
    make_top_artists(make_user(), both[: 1 + number % 2])
recompute_all_profiles()
record_artist_changes([artist.pk for artist in artists])
"""
# Changes until the number that it is told, says so and waits for the next number. A change that
# fails for want of the database is tried until it is committed.
_CHANGES = """
import logging
import random
import time
from functools import partial
from django.db import InterfaceError, OperationalError, close_old_connections, transaction
from recommendations.services.catalogue_changes import record_artist_changes
from recommendations.services.forget import forget_listener
from recommendations.services.profiles import mark_stale, recompute_profiles
from recommendations.services.visibility import set_active, set_discoverable
from recommendations.tasks import enqueue_recompute

logging.disable()  # What is logged meanwhile would fill the pipe that nobody reads.
chance = random.Random(5)
listeners = list(User.objects.order_by("pk"))
artists = list(Artist.objects.order_by("pk"))

def listen(listener, heard):
    TopArtist.objects.filter(user=listener).delete()
    make_top_artists(listener, heard)

@transaction.atomic
def listen_and_wait(listener, heard):
    listen(listener, heard)
    mark_stale([listener.pk])
    enqueue_recompute(listener.pk)

def listen_at_once(listener, heard):
    with transaction.atomic():
        listen(listener, heard)
        mark_stale([listener.pk])
    recompute_profiles([listener.pk])

@transaction.atomic
def rename(artist, name):
    Artist.objects.filter(pk=artist.pk).update(name=name, name_key=name.casefold())
    record_artist_changes([artist.pk])

def choose(number):
    listener = listeners[chance.randrange(len(listeners))]
    if number % 20 == 0:
        listeners.remove(listener)
        return partial(forget_listener, User(pk=listener.pk))
    if number % 20 == 10:
        return partial(rename, chance.choice(artists), f"Artist renamed {number}")
    if number % 4 == 1:
        return partial(set_discoverable, listener, value=chance.random() < 0.7)
    if number % 4 == 2:
        return partial(set_active, listener, value=chance.random() < 0.7)
    if number % 4 == 3:
        return partial(listen_at_once, listener, chance.sample(artists, 2))
    return partial(listen_and_wait, listener, chance.sample(artists, 2))

def commit(change):
    while True:
        try:
            return change()
        except (OperationalError, InterfaceError):
            close_old_connections()
            time.sleep(0.1)

committed = 0
for line in sys.stdin:
    while committed < int(line):
        commit(choose(committed))
        committed += 1
    print(committed, flush=True)
"""
_EXPECTED = """
import json
from recommendations.index.elasticsearch_catalogue_documents import build_catalogue_documents
from recommendations.index.elasticsearch_documents import TEMPLATE_VERSION, build_documents
from recommendations.services.catalogue_rows import load_all_blocks
from recommendations.services.profile_store import load_all_visible_profiles
from recommendations.services.revisions import Counter, load_last_revision
from recommendations.services.spaces import load_active_space_id
space_id = load_active_space_id()
profiles = {
    user_id: json.loads(document)["profile"]
    for block in load_all_visible_profiles(space_id)
    for user_id, document in build_documents(block)
}
catalogue = {
    row_id: json.loads(document)["name"]
    for block in load_all_blocks()
    for row_id, document in build_catalogue_documents(block.tracks, block.artists)
}
print(json.dumps({
    "profiles": profiles,
    "catalogue": catalogue,
    "state": {
        "space_id": space_id,
        "revision": load_last_revision(Counter.PROFILES),
        "template": TEMPLATE_VERSION,
    },
    "catalogue_state": {"revision": load_last_revision(Counter.CATALOGUE)},
}))
"""
# The same process, with and without an Elasticsearch: the other one answers from memory.
_NEAREST = """
import json
from recommendations.services.similar_users import NotEnoughListening, find_similar_users
found = {}
for asker in User.objects.filter(is_active=True).order_by("pk")[::10]:
    for ranking in ("hybrid", "seed"):
        try:
            similar = find_similar_users(asker, limit=20, ranking=ranking)
        except NotEnoughListening:
            continue
        found[f"{asker.pk} {ranking}"] = [(one.user.pk, one.score) for one in similar]
print(json.dumps(found))
"""


@pytest.fixture
def killable(tmp_path: Path) -> Iterator[KillableSite]:
    """A site on servers of its own, empty."""
    with killable_site(tmp_path) as own:
        yield own


def load_held(
    client: Elasticsearch, alias: str, field: str, *, columns: Sequence[str] = ()
) -> tuple[dict[str, Any], Any]:
    """Return what the documents of an index have in a field, and its state."""
    query = {"query": {"match_all": {}}, "docvalue_fields": columns}
    documents = {
        hit["_id"]: hit["_source"]
        | {name: value for name, [value] in hit.get("fields", {}).items()}
        for hit in scan(client, index=alias, query=query)
    }
    state = documents.pop(STATE_ID, None)
    return {document_id: one[field] for document_id, one in documents.items()}, state


def load_versions(client: Elasticsearch) -> dict[int, int]:
    """Return at which revision each listener's document was written."""
    hits = client.search(index=ALIAS, version=True, size=LISTENERS + 1)["hits"]["hits"]
    return {int(hit["_id"]): hit["_version"] for hit in hits if hit["_id"] != STATE_ID}


def holds(client: Elasticsearch, expected: dict[str, Any]) -> bool:
    """Tell whether both indexes are what the database says, document by document."""
    if not client.indices.exists(index=f"{ALIAS},{CATALOGUE_ALIAS}"):
        return False
    profiles = load_held(client, ALIAS, "profile", columns=["profile"])
    catalogue = load_held(client, CATALOGUE_ALIAS, "name")
    return profiles == (expected["profiles"], expected["state"]) and catalogue == (
        expected["catalogue"],
        expected["catalogue_state"],
    )


def change_and_kill(killable: KillableSite) -> None:
    """Make the changes while each server and process is killed at points of a fixed seed."""
    chance = random.Random(11)  # noqa: S311 - not for secrets
    victims: list[Killable] = [killable.worker, killable.beat, killable.node]
    victims = KILLS_OF_EACH * [*victims, killable.redis, killable.postgres]
    chance.shuffle(victims)
    points = [0, *sorted(chance.sample(range(1, CHANGES), len(victims))), CHANGES]
    changing = killable.site.start(_CHANGES)
    assert changing.stdin is not None
    assert changing.stdout is not None
    for victim, (_, until) in zip([*victims, killable.redis], pairwise(points), strict=True):
        changing.stdin.write(f"{until}\n")
        changing.stdin.flush()
        time.sleep(chance.uniform(0, 1))
        victim.kill()
        time.sleep(chance.uniform(0, 1))
        victim.start()
        if changing.stdout.readline() != f"{until}\n":
            raise AssertionError(changing.communicate()[1])
    # What the last changes have sent is lost, so that only a sweep can make up for it.
    killable.redis.kill()
    killable.redis.start()
    _, errors = changing.communicate()
    assert changing.returncode == 0, errors


def test_the_indexes_equal_the_database_after_everything_was_killed_at_random_points(
    killable: KillableSite,
) -> None:
    site = killable.site
    site.run(_LISTENERS)
    killable.start_tasks()
    change_and_kill(killable)
    killable.node.wait()

    stale = "SELECT COUNT(*) FROM recommendations_staleprofile"
    wait_until(lambda: site.query(stale) == [(0,)], patience_s=SWEEPS_PATIENCE_S)
    expected = json.loads(site.run(_EXPECTED))
    with connect(killable.node.url, "") as client:
        wait_until(lambda: holds(client, expected), patience_s=SWEEPS_PATIENCE_S)
        versions = load_versions(client)

    changes = site.query("SELECT user_id, revision FROM recommendations_profilechange")
    last = expected["state"]["revision"]
    assert all(revision <= versions.get(user, last) <= last for user, revision in changes)
    present = {user for (user,) in site.query("SELECT id FROM accounts_user")}
    assert len(present) == LISTENERS - CHANGES // 20
    assert versions.keys() <= present
    found = json.loads(site.run(_NEAREST))
    site.environment["ELASTIC_HOST"] = ""
    assert found == json.loads(site.run(_NEAREST))
    assert {user for similar in found.values() for user, _ in similar} <= present
