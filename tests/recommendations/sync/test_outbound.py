"""When services may be called."""

from datetime import UTC, datetime, timedelta

import pytest

from recommendations.models import OutboundQueue
from recommendations.services.outbound import (
    MINIMUM_GAPS,
    compute_wait,
    load_block,
    note_away,
    note_quota_exceeded,
    note_rate_limited,
    note_success,
    reserve_call,
)
from tests.site_processes import Site

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
GAP = MINIMUM_GAPS["spotify"]

pytestmark = pytest.mark.django_db


def _reserve(at: datetime = NOW) -> datetime | None:
    return reserve_call("spotify", at)


def test_the_first_call_may_be_made_and_the_next_after_the_gap() -> None:
    assert _reserve() is None
    assert _reserve() == NOW + GAP
    assert _reserve(NOW + GAP) is None


def test_services_do_not_wait_for_each_other() -> None:
    assert _reserve() is None
    assert reserve_call("lastfm", NOW) is None


def test_retry_after_is_waited_for() -> None:
    _reserve()

    note_rate_limited("spotify", NOW, 30)

    assert _reserve(NOW + timedelta(seconds=29)) == NOW + timedelta(seconds=30)
    assert _reserve(NOW + timedelta(seconds=30)) is None


@pytest.mark.parametrize("digits", [15, 400])
def test_retry_after_beyond_all_time_is_two_days(digits: int) -> None:
    _reserve()

    until = note_rate_limited("spotify", NOW, float("9" * digits))

    assert until == NOW + timedelta(days=2)


def test_a_shorter_wait_does_not_replace_a_longer_one() -> None:
    _reserve()
    note_rate_limited("spotify", NOW, 300)

    note_rate_limited("spotify", NOW, 5)

    assert _reserve(NOW + timedelta(seconds=10)) == NOW + timedelta(seconds=300)


def test_waits_without_retry_after_grow_until_a_success() -> None:
    _reserve()
    waits = [(note_rate_limited("spotify", NOW, None) - NOW).total_seconds() for _ in range(20)]

    assert 1 <= waits[0] <= 2
    assert 32 <= waits[5] <= 64
    assert all(1800 <= wait <= 3600 for wait in waits[12:])

    note_success("spotify")
    OutboundQueue.objects.update(blocked_until=None)
    assert note_away("spotify", NOW) <= NOW + timedelta(seconds=2)


def test_waits_have_chance_in_them() -> None:
    longest = timedelta(hours=1)

    waits = {compute_wait(3, (timedelta(seconds=2), longest)) for _ in range(20)}

    assert len(waits) > 1


def test_a_used_up_quota_stops_all_calls_for_long() -> None:
    _reserve()

    until = note_quota_exceeded("spotify", NOW, None)

    assert until >= NOW + timedelta(minutes=30)
    assert _reserve(NOW + timedelta(minutes=29)) == until
    block = load_block("spotify", NOW)
    assert block is not None
    assert block.block_reason == "quota_exceeded"
    assert load_block("spotify", until) is None


def test_an_absurd_retry_after_does_not_stop_a_service_for_ever() -> None:
    _reserve()

    assert note_rate_limited("spotify", NOW, 10**9) == NOW + timedelta(days=2)


def test_of_processes_at_once_one_may_call(site: Site) -> None:
    reserve = """
from datetime import UTC, datetime
from recommendations.services.outbound import reserve_call
sys.stdin.readline()
print(sum(reserve_call("spotify", datetime(2026, 1, 1, tzinfo=UTC)) is None for _ in range(50)))
"""
    processes = [site.start(reserve) for _ in range(3)]
    for process in processes:
        process.stdin.write("go\n")  # type: ignore[union-attr]
        process.stdin.flush()  # type: ignore[union-attr]

    outputs = [process.communicate() for process in processes]

    assert sum(int(output) for output, _ in outputs) == 1, outputs
