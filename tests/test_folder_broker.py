"""The broker of a site without Redis, from which several processes read at once."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from kombu import Connection, Exchange, Queue

from metarec.servers import build_broker

# As many as might begin at once, each with a queue of its own on exchanges that are new.
LISTENERS = 8
EXCHANGES = 20


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """A connection to a broker that is new."""
    with connect(tmp_path) as connection:
        yield connection


def connect(folder: Path) -> Connection:
    """Connect as Celery does with the site's settings."""
    broker = build_broker("", folder, longest_task_s=60)
    return Connection(
        broker["CELERY_BROKER_URL"],
        transport=broker["CELERY_BROKER_TRANSPORT"],
        transport_options=broker["CELERY_BROKER_TRANSPORT_OPTIONS"],
    )


def test_messages_are_read_once_in_their_order_by_their_queue(connection: Connection) -> None:
    with connection.SimpleQueue("compute") as compute, connection.SimpleQueue("index") as index:
        for number in range(3):
            compute.put({"number": number})
            index.put({"other": number})

        read = [compute.get_nowait().payload for _ in range(3)]

        assert read == [{"number": 0}, {"number": 1}, {"number": 2}]
        with pytest.raises(compute.Empty):
            compute.get_nowait()
        assert index.qsize() == 3


def test_half_a_message_is_not_read(connection: Connection, tmp_path: Path) -> None:
    # Another name than above: a process remembers what it has bound in its one folder.
    with connection.SimpleQueue("sync") as sync:
        sync.put({"number": 1})
        [message] = (tmp_path / "messages").iterdir()
        text = message.read_text()
        message.with_name("0_half.part").write_text(text[: len(text) // 2])

        assert sync.get_nowait().payload == {"number": 1}
        with pytest.raises(sync.Empty):
            sync.get_nowait()


def test_who_begin_to_listen_at_once_are_all_heard(tmp_path: Path) -> None:
    together = Barrier(LISTENERS, timeout=30)

    def listen(number: int) -> None:
        with connect(tmp_path) as own:
            channel = own.channel()
            for exchange in range(EXCHANGES):
                together.wait()
                fanout = Exchange(f"exchange{exchange}", type="fanout")
                Queue(f"queue{number}", fanout, channel=channel).declare()

    with ThreadPoolExecutor(LISTENERS) as threads:
        list(threads.map(listen, range(LISTENERS)))

    tables = [json.loads(file.read_text()) for file in (tmp_path / "control").glob("*.exchange")]
    heard = [sorted(queue for _key, _pattern, queue in table) for table in tables]
    assert heard == [[f"queue{number}" for number in range(LISTENERS)]] * EXCHANGES
