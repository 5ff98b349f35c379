"""Which errors mean that a server is away, which is no fault of the site's own."""

from django.db import InterfaceError, OperationalError
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

# Of the database, the broker and the cache; that of the index is ``IndexUnavailable``.
SERVERS_AWAY: tuple[type[Exception], ...] = (
    OperationalError,
    InterfaceError,
    BrokerError,
    NoConnection,
    NoAnswer,
)
