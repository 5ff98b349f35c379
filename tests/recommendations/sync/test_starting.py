"""Which syncs are started, when."""

from datetime import timedelta

import pytest

from accounts.linking import account_linked
from accounts.models import MusicAccount
from recommendations.models import Sync
from recommendations.services.syncs import (
    ASK_AGAIN_AFTER,
    NothingConnected,
    TooSoon,
    delete_old_syncs,
    find_services_to_call,
    load_syncs,
    start_due_syncs,
    start_syncs,
)
from tests.factories import make_user
from tests.recommendations.sync.accounts import NOW, SPOTIFY, link, start
from tests.site_processes import Site

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("spotify")]

LISTENBRAINZ = MusicAccount.Service.LISTENBRAINZ


def _end(sync: Sync, state: Sync.State = Sync.State.DONE) -> None:
    Sync.objects.filter(pk=sync.pk).update(state=state, ended_at=sync.started_at)


def test_all_accounts_of_a_listener_are_read() -> None:
    user = make_user()
    accounts = {link(user), link(user, LISTENBRAINZ)}
    link()

    syncs = start_syncs(user.pk, NOW)

    assert {sync.account for sync in syncs} == accounts
    assert {sync.state for sync in syncs} == {Sync.State.RUNNING}
    assert set(find_services_to_call(NOW)) == {SPOTIFY, LISTENBRAINZ}


def test_two_at_once_are_one() -> None:
    account = link()

    first, second = (start_syncs(account.user_id, NOW) for _ in range(2))

    assert first == second
    assert Sync.objects.count() == 1


def test_an_account_that_is_linked_is_seen_to_be_read_before_a_worker_comes() -> None:
    account = link()

    account_linked.send(sender=None, account_id=account.pk)

    assert [sync.state for sync in load_syncs(account.user)] == [Sync.State.RUNNING]


def test_nothing_connected_is_said() -> None:
    with pytest.raises(NothingConnected):
        start_syncs(make_user().pk, NOW)


@pytest.mark.parametrize(
    "lost",
    [{"encrypted_token": ""}, {"authorized_at": NOW - timedelta(days=200)}, {"scopes": ""},
     {"consent_lost_at": NOW}],
)  # fmt: skip
def test_dead_permissions_are_not_tried(lost: dict[str, object]) -> None:
    account = link()
    MusicAccount.objects.filter(pk=account.pk).update(**lost)

    assert start_due_syncs(NOW) == 0
    with pytest.raises(NothingConnected):
        start_syncs(account.user_id, NOW)


def test_who_was_read_just_now_has_to_wait() -> None:
    account = link()
    _end(start(account))

    with pytest.raises(TooSoon) as raised:
        start_syncs(account.user_id, NOW + timedelta(minutes=1))

    assert raised.value.retry_after_s == ASK_AGAIN_AFTER.total_seconds() - 60
    assert start_syncs(account.user_id, NOW + ASK_AGAIN_AFTER)


def test_a_failed_sync_may_soon_be_asked_for_again() -> None:
    account = link()
    _end(start(account), Sync.State.FAILED)

    [sync] = start_syncs(account.user_id, NOW + timedelta(minutes=1))

    assert sync.failed_runs == 1


def test_one_service_can_be_read_alone() -> None:
    user = make_user()
    link(user)
    link(user, LISTENBRAINZ)

    [sync] = start_syncs(user.pk, NOW, [LISTENBRAINZ])

    assert sync.account.service == LISTENBRAINZ


def test_an_account_that_was_never_read_is_due() -> None:
    link()

    assert start_due_syncs(NOW) == 1
    assert start_due_syncs(NOW) == 0


def test_each_account_is_read_once_a_day_spread_over_it() -> None:
    accounts = [link() for _ in range(48)]
    for account in accounts:
        _end(start(account))

    starts = []
    # Two days, of which the second is the usual one: the first follows a common start.
    for quarter in range(2 * 96):
        at = NOW + timedelta(minutes=15 * quarter)
        starts.append(start_due_syncs(at))
        for sync in Sync.objects.filter(state=Sync.State.RUNNING):
            _end(sync)

    second_day = starts[96:]
    assert sum(second_day) == 48
    assert max(second_day) <= 4
    assert (
        Sync.objects.filter(started_at__gte=NOW + timedelta(days=1))
        .values("account")
        .distinct()
        .count()
        == 48
    )


def test_failed_runs_are_tried_again_at_growing_distances() -> None:
    account = link()
    _end(start(account), Sync.State.FAILED)
    hours = []

    for hour in range(1, 100):
        if start_due_syncs(NOW + timedelta(hours=hour)):
            hours.append(hour)
            _end(load_syncs(account.user)[0], Sync.State.FAILED)

    assert hours == [1, 3, 7, 15, 31, 55, 79]


def test_runs_that_ended_long_ago_are_deleted_but_the_last() -> None:
    account = link()
    long_ago = NOW - timedelta(days=40)
    for _ in range(3):
        _end(start(account, long_ago))

    assert delete_old_syncs(NOW) == 2
    assert load_syncs(account.user).count() == 1


def test_processes_at_once_start_one_sync(site: Site) -> None:
    site.environment["METAREC_LISTENBRAINZ"] = "1"
    site.run("""
from accounts.models import MusicAccount
MusicAccount.objects.create(user=make_user(), service="listenbrainz", account_id="a", name="a")
""")
    ask = """
from django.utils import timezone
from recommendations.services.syncs import start_syncs
sys.stdin.readline()
for _ in range(20):
    [sync] = start_syncs(User.objects.get().pk, timezone.now())
print(sync.pk)
"""
    processes = [site.start(ask) for _ in range(3)]
    outputs = [process.communicate("go\n") for process in processes]

    assert len({output for output, _ in outputs}) == 1, outputs
    assert site.query("SELECT COUNT(*) FROM recommendations_sync") == [(1,)]
