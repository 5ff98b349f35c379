"""What the addresses of servers mean for Django's and Celery's settings.

Without an address there is no server: SQLite, a folder and a table of the database do.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

# In seconds, chosen by us: a server that is away is an error soon, not a page that never comes.
_CONNECT_S = 5
# Chosen by us: a web process has eight threads, and each holds at most one connection.
_POOL_SIZE = 10
# Redis's own number of databases, of which we use two.
_REDIS_DATABASES = 16


def build_database(url: str) -> dict[str, Any]:
    """Return Django's settings of the database at the address: SQLite or PostgreSQL."""
    try:
        settings: dict[str, Any] = {**dj_database_url.parse(url)}
    except ValueError as error:
        raise _refuse("DATABASE_URL", url, "sqlite:////srv/metarec.sqlite3") from error
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        # Web and worker write side by side: WAL lets readers go on during a write, IMMEDIATE takes
        # the write lock when a transaction begins (so that it can wait instead of failing
        # half-way), and the timeout is how long it waits.
        # https://docs.djangoproject.com/en/5.2/ref/databases/#sqlite-notes
        settings["OPTIONS"] = {
            "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;",
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
        }
    elif settings["ENGINE"] == "django.db.backends.postgresql":
        # A pool a process; what the address says of TLS and the like stays.
        # https://docs.djangoproject.com/en/5.2/ref/databases/#connection-pool
        pool = {
            "min_size": 0,
            "max_size": _POOL_SIZE,
            "timeout": 2 * _CONNECT_S,
            # A pool doubles its pauses up to here: for five minutes, unless told otherwise, it
            # could have everybody wait after the server is back.
            "reconnect_timeout": _CONNECT_S,
        }
        settings["OPTIONS"] = {
            "connect_timeout": _CONNECT_S,
            **settings.get("OPTIONS", {}),
            "pool": pool,
        }
        # The pool hands out no connection that a restart of the server has broken.
        settings["CONN_HEALTH_CHECKS"] = True
    else:
        raise _refuse("DATABASE_URL", url, "postgresql://metarec:password@127.0.0.1/metarec")
    return settings


def build_cache(redis_url: str) -> dict[str, Any]:
    """Return Django's settings of the cache: a database of Redis, or a table."""
    if redis_url:
        # The next database after the broker's: emptying a cache must not empty the queues.
        return {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": _with_database(redis_url, _read_redis_database(redis_url) + 1),
            "OPTIONS": {"socket_connect_timeout": _CONNECT_S, "socket_timeout": _CONNECT_S},
        }
    return {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "metarec_cache",
        # Rate limits live here: beyond Django's 300 entries it would forget whom it counts.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }


def build_broker(redis_url: str, folder: Path, longest_task_s: int) -> dict[str, Any]:
    """Return Celery's settings of the broker: a database of Redis, or a folder.

    A task that takes longer than ``longest_task_s`` is cut off.
    """
    if redis_url:
        options: dict[str, Any] = {
            # What a killed worker held goes back into its queue when this has passed. Until a
            # task has been cut off, nobody else may take it up.
            # https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html
            "visibility_timeout": longest_task_s * 3 // 2,
            "socket_connect_timeout": _CONNECT_S,
            # Without it, what is sent to a Redis that went away in silence is waited for for ever.
            "socket_timeout": _CONNECT_S,
            "socket_keepalive": True,
            "health_check_interval": 30,
        }
        url = _with_database(redis_url, _read_redis_database(redis_url))
        return {"CELERY_BROKER_URL": url, "CELERY_BROKER_TRANSPORT_OPTIONS": options}
    for name in ("messages", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    options = {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "control_folder": str(folder / "control"),
        "store_processed": False,
        # In seconds, chosen by us: looking into a folder costs little, and tasks begin at once.
        "polling_interval": 0.2,
    }
    return {
        "CELERY_BROKER_URL": "filesystem://localhost/",
        "CELERY_BROKER_TRANSPORT": "metarec.folder_broker:Transport",
        "CELERY_BROKER_TRANSPORT_OPTIONS": options,
    }


def _read_redis_database(url: str) -> int:
    """Return the number of the database that the address names, 0 without one."""
    example = "redis://127.0.0.1:6379/0"
    try:
        parts = urlsplit(url)
        number = int(parts.path.strip("/") or 0)
        is_address = parts.scheme in {"redis", "rediss"} and bool(parts.hostname)
        is_usable = is_address and parts.port != 0 and 0 <= number < _REDIS_DATABASES - 1
    except ValueError as error:
        raise _refuse("REDIS_URL", url, example) from error
    if not is_usable:
        raise _refuse("REDIS_URL", url, example)
    return number


def _with_database(url: str, number: int) -> str:
    return urlsplit(url)._replace(path=f"/{number}").geturl()


def _refuse(name: str, url: str, example: str) -> ImproperlyConfigured:
    """Return the error of an address that cannot be read; its password stays out of the logs."""
    shown = f"...@{url.rpartition('@')[2]}" if "@" in url else url
    return ImproperlyConfigured(f"{name} is {shown!r}: write an address such as {example}.")
