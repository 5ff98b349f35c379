"""Whatever is killed while listeners change, the shared index equals the database afterwards."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from elasticsearch import Elasticsearch

from recommendations.index.elasticsearch import ALIAS, connect
from tests.elasticsearch_node import find_free_port, give_up_without_node, launch
from tests.site_processes import Site, wait_until

LISTENERS = 300
CHANGES = 1_000

_LISTENERS = f"""
from recommendations.services.profiles import recompute_all_profiles
artists = [make_artist() for _ in range(40)]
for number in range({LISTENERS}):
    both = [artists[number % 40], artists[number * 7 % 40]]
    make_top_artists(make_user(), both[: 1 + number % 2])
recompute_all_profiles()
from recommendations.services.indexing import catch_up_index
catch_up_index()
"""
_CHANGES = f"""
import random
from recommendations.services.forget import forget_listener
from recommendations.services.profiles import recompute_profiles
from recommendations.services.visibility import set_discoverable
chance = random.Random(5)
listeners = list(User.objects.order_by("pk"))
artists = list(Artist.objects.order_by("pk"))
for number in range({CHANGES}):
    listener = listeners[chance.randrange(len(listeners))]
    if number % 20 == 0:
        listeners.remove(listener)
        forget_listener(listener)
    elif number % 2:
        set_discoverable(listener, value=not listener.is_discoverable)
    else:
        TopArtist.objects.filter(user=listener).delete()
        make_top_artists(listener, chance.sample(artists, 2))
        recompute_profiles([listener.pk])
"""
_SWEEP = """
from recommendations.tasks import catch_up_index
catch_up_index.delay()
"""
_EXPECTED = """
import json
from recommendations.index.elasticsearch_documents import build_documents
from recommendations.services.profile_store import load_all_visible_profiles
from recommendations.services.spaces import load_active_space_id
blocks = load_all_visible_profiles(load_active_space_id())
documents = (pair for block in blocks for pair in build_documents(block))
print(json.dumps({user_id: json.loads(document)["profile"] for user_id, document in documents}))
"""


class Node:
    """A node of the test's own, which may be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = find_free_port()
        self.address = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        launch("start", self._folder, "--port", str(self._port))

    def kill(self) -> None:
        os.kill(int((self._folder / "node.pid").read_text()), signal.SIGKILL)

    def stop(self) -> None:
        launch("stop", self._folder)


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    own = Node(tmp_path / "node")
    with give_up_without_node():
        own.start()
    yield own
    own.stop()


def held_profiles(client: Elasticsearch) -> dict[str, str]:
    """Return what the index holds of each listener."""
    hits = client.search(index=ALIAS, query={"exists": {"field": "user_id"}}, size=LISTENERS)
    return {hit["_id"]: hit["_source"]["profile"] for hit in hits["hits"]["hits"]}


def test_the_index_equals_the_database_after_kills_at_random_points(
    sqlite_site: Site, node: Node
) -> None:
    chance = np.random.default_rng(11)
    sqlite_site.environment["ELASTIC_HOST"] = node.address
    sqlite_site.run(_LISTENERS)
    changing = sqlite_site.start(_CHANGES)

    for kills_node in (True, False, True):
        with sqlite_site.worker():
            time.sleep(chance.uniform(3, 8))
            if kills_node:
                node.kill()
                time.sleep(chance.uniform(0, 3))
                node.start()
    _, errors = changing.communicate(timeout=400)
    assert changing.returncode == 0, errors
    sqlite_site.run(_SWEEP)  # as beat does every minute

    expected = json.loads(sqlite_site.run(_EXPECTED))
    with sqlite_site.worker(), connect(node.address, "") as client:
        wait_until(lambda: held_profiles(client) == expected)
    assert len(expected) > LISTENERS / 4
