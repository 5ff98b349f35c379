"""Measures how long the site's own process takes for each page and each answer of the API.

    python -m bench.bench_pages [--listeners N] [--times N] [--only WORDS]

Made-up listeners (bench/small_site.py) in a temporary SQLite file, a fitted taste space, clusters
and map, the index in memory, and the settings of a site (compiled templates, compressed pages).
Requests go through all of Django without a network. What belongs to everybody is asked by a
different listener each time, what belongs to one by its owner. ``processor`` is the processor's
time at the 95th percentile, which tells how busy the machine was with other things. The seed is
fixed. Ends with 1 where the page of similar users is over its target.
"""

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING

import django
import numpy as np

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import User

TARGET_MS = 50
TRACKS = 10_000
WARM_UP = 3
# What these do once they are asked for something; the map is there in this site.
FURTHER = (
    ("compare/", "?with={sibling}"),
    ("similar-users/", "?time_range=long_term&shared_artist=true"),
    ("map/", "?show=tracks"),
    ("api/v1/map/", ""),
    ("try/", "?artist={first}&artist={second}&artist={third}"),
    ("api/v1/similar-users/", "?artist={first}&artist={second}&artist={third}"),
)
# They end what is asked with, hash a password or go elsewhere: nothing to measure.
LEFT_OUT = ("accounts/", "i18n/", "connections/<slug:service>/", "api/v1/docs/", "api/v1/schema/")


@dataclass(frozen=True, slots=True)
class Times:
    """What one address took, in ms, and what it answered."""

    route: str
    wall_ms: Sequence[float]
    processor_ms: Sequence[float]
    kilobytes: float

    def at(self, percent: int) -> float:
        """Return the percentile of the clock's time."""
        return float(np.percentile(self.wall_ms, percent))


def main() -> int:
    """Fill a site, ask it everything and print a line for each address, the slowest first."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listeners", type=int, default=2_000)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--only", default="", help="what an address has to have in it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _set_up(folder)
        measured = list(_measure(options.listeners, options.times, options.only))
    print(f"{'p50':>7} {'p95':>7} {'processor':>9} {'kB':>7}  ms at {options.listeners} listeners")
    for one in sorted(measured, key=lambda one: -one.at(95)):
        figures = (one.at(50), one.at(95), float(np.percentile(one.processor_ms, 95)))
        print("{:7.1f} {:7.1f} {:9.1f}".format(*figures), f"{one.kilobytes:7.1f}  {one.route}")
    slow = [one.route for one in measured if one.at(95) > TARGET_MS]
    print(f"{len(measured) - len(slow)} of {len(measured)} within {TARGET_MS} ms")
    return int(any(route.startswith("similar-users/") for route in slow))


def _set_up(folder: str) -> None:
    os.environ |= {"METAREC_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "metarec.settings"}
    for server in ("DATABASE_URL", "REDIS_URL", "ELASTIC_HOST"):
        os.environ[server] = ""
    django.setup()
    from django.conf import settings  # noqa: PLC0415 - after setup
    from django.core.management import call_command  # noqa: PLC0415
    from django.test import override_settings  # noqa: PLC0415

    rates: Mapping[str, str] = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]  # type: ignore[assignment]
    none = dict.fromkeys(rates)
    # Said to the framework, too, which has read them by now.
    own = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": none}
    override_settings(REST_FRAMEWORK=own).enable()
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    settings.SPOTIFY_CLIENT_ID = settings.SPOTIFY_CLIENT_SECRET = "unused"  # noqa: S105
    logging.disable(logging.WARNING)
    for command in ("migrate", "createcachetable"):
        call_command(command, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def _measure(listeners: int, times: int, only: str) -> Iterator[Times]:
    from django.test import Client  # noqa: PLC0415

    users, values = _fill(listeners)
    # One client: each would load the middleware for itself at its first request.
    client = Client()
    owner, *others = [_sign_in(client, user) for user in users[: 1 + times + WARM_UP]]
    for route, query, is_own in _list_requests():
        if only not in route:
            continue
        address = _fill_address(route, values) + query.format_map(values)
        wall_ms, processor_ms, size = [], [], 0
        for session in [owner] * len(others) if is_own else others:
            client.cookies = SimpleCookie({"sessionid": session})
            start, used = time.perf_counter(), time.process_time()
            response = client.get(address, headers={"Accept-Encoding": "gzip"})
            content = b"".join(response) if response.streaming else response.content
            wall_ms.append((time.perf_counter() - start) * 1_000)
            processor_ms.append((time.process_time() - used) * 1_000)
            size = max(size, len(content))
            if response.status_code >= HTTPStatus.BAD_REQUEST:
                sys.exit(f"{address} answers {response.status_code}")
        yield Times(f"{route}{query}", wall_ms[WARM_UP:], processor_ms[WARM_UP:], size / 1_000)


def _fill(listeners: int) -> tuple[list["User"], Mapping[str, object]]:
    from bench.small_site import KINDS, fill  # noqa: PLC0415
    from recommendations.services.clustering import compute_clusters  # noqa: PLC0415
    from recommendations.services.mapping import compute_map  # noqa: PLC0415
    from recommendations.services.spaces import fit_taste_space  # noqa: PLC0415
    from tests.belongings import make_belongings  # noqa: PLC0415
    from tests.recommendations.sync.accounts import link  # noqa: PLC0415

    start = time.perf_counter()
    users = fill(listeners, TRACKS)
    fit_taste_space()
    compute_clusters()
    compute_map()
    link(users[0])
    # Of the owner's own kind, so that there is something to share, and nobody who asks.
    sibling = users[-KINDS]
    played = sibling.top_artists.order_by("rank").values_list("artist_id", flat=True)[:3]
    values = {
        **make_belongings(users[0], sibling),
        **dict(zip(("first", "second", "third"), played, strict=True)),
        "sibling": sibling.username,
    }
    print(f"{listeners} listeners made in {time.perf_counter() - start:.0f} s", flush=True)
    return users, values


def _sign_in(client: "Client", user: "User") -> str:
    """Return the key of a new session of the user's."""
    client.cookies.clear()
    client.force_login(user)
    return client.cookies["sessionid"].value


def _list_requests() -> Iterator[tuple[str, str, bool]]:
    """Yield addresses, what they are asked with, and whether only their owner may ask."""
    from tests.addresses import ADDRESSES  # noqa: PLC0415

    nowhere = {HTTPStatus.NOT_FOUND}
    for route, methods in ADDRESSES.items():
        answers = methods.get("GET")
        if answers is None or route.startswith(LEFT_OUT):
            continue
        if {answers.other, answers.owner} != nowhere:
            yield route, answers.query, answers.other in nowhere
    for route, query in FURTHER:
        yield route, query, False


def _fill_address(route: str, values: Mapping[str, object]) -> str:
    from tests.asking import fill  # noqa: PLC0415

    return fill(route, values)


if __name__ == "__main__":
    sys.exit(main())
