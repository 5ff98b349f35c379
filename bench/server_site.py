"""A site on servers of its own, in the shape of the compose file, for as long as it is measured."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.compose import Processes, load_services
from tests.elasticsearch_node import find_free_port, launch
from tests.servers import run_postgres, run_redis

# What the compose file asks for; none of these servers has a password.
_VALUES = {
    "POSTGRES_PASSWORD": "unused",
    "REDIS_PASSWORD": "unused",
    "ELASTIC_PASSWORD": "unused",
    "METAREC_SECRET_KEY": "of a site that lasts for one measurement",
    "METAREC_TOKEN_KEYS": "another of the same",
}


@contextmanager
def run_site(heap: str) -> Iterator[Processes]:
    """Run PostgreSQL, Redis and Elasticsearch; none of the site's own processes runs yet.

    All servers, processes and files are gone in the end.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        key = folder / "api_key"
        key.touch()  # An empty one is none.
        addresses = {
            "DATABASE_URL": stack.enter_context(run_postgres()),
            "REDIS_URL": stack.enter_context(run_redis()),
            "ELASTIC_HOST": stack.enter_context(run_node(folder / "node", heap)),
            "API_KEY_FILE": str(key),
            "METAREC_DATA_DIR": str(folder / "data"),
            "PORT": str(find_free_port()),
        }
        site = Processes(load_services(_VALUES), addresses)
        stack.callback(site.stop)
        site.run("tables")
        yield site


@contextmanager
def run_node(folder: Path, heap: str) -> Iterator[str]:
    """Run Elasticsearch and yield its address."""
    port = find_free_port()
    launch("start", folder, "--port", str(port), "--heap", heap)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        launch("stop", folder)
