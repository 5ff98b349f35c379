"""Ten thousand listeners and a service that refuses every other call, with a clock of its own."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db.models import Min

from accounts.models import MusicAccount, User
from recommendations.models import Sync, TopArtist
from recommendations.service_errors import QuotaExceeded, RateLimited
from recommendations.services.outbound import MINIMUM_GAPS
from recommendations.services.sync_calls import continue_syncs
from recommendations.services.syncs import start_due_syncs
from recommendations.sources.base import ListenedArtist, PlayedArtist
from recommendations.sources.pages import ListKind, Page, TopList
from tests.recommendations.sync.accounts import NOW

SERVICE = MusicAccount.Service.LISTENBRAINZ
GAP = MINIMUM_GAPS[SERVICE]
LISTENERS = 10_000


class _Refusing:
    """A service with one list for everybody that answers 429 to half of the calls.

    Of these some say for how long, and a few that the quota is used up.
    """

    lists = (TopList(ListKind.ARTISTS, "long_term"),)

    def __init__(self) -> None:
        self.now = NOW
        self.called_at: list[datetime] = []
        self.answered: Counter[str] = Counter()
        self.blocked_until = NOW
        self.called_while_blocked = 0
        self._chance = Random(7)  # noqa: S311 - no secret
        self._name = ""

    def connect(self, account: MusicAccount) -> "_Refusing":
        self._name = account.account_id
        return self

    def fetch_page(self, top_list: TopList, page: int) -> Page:
        assert (top_list, page) == (self.lists[0], 0)
        self.called_at.append(self.now)
        self.called_while_blocked += self.now < self.blocked_until
        if self._chance.random() < 0.5:
            raise self._refuse()
        self.answered[self._name] += 1
        # Storing is slow beside all this, so not everybody has something to store.
        if len(self.answered) % 100:
            return Page()
        return Page(artists=(PlayedArtist(ListenedArtist("Artist")),))

    def _refuse(self) -> RateLimited:
        kind = self._chance.random()
        if kind < 0.001:
            self.blocked_until = self.now + timedelta(hours=1)
            return QuotaExceeded(retry_after_s=3600)
        if kind < 0.8:
            wait_s = self._chance.randrange(1, 30)
            self.blocked_until = self.now + timedelta(seconds=wait_s)
            return RateLimited(retry_after_s=wait_s)
        return RateLimited()


@pytest.mark.django_db
def test_ten_thousand_listeners_are_read_and_the_limit_is_kept() -> None:
    users = User.objects.bulk_create(
        User(username=f"listener-{number}") for number in range(LISTENERS)
    )
    MusicAccount.objects.bulk_create(
        MusicAccount(user=user, service=SERVICE, account_id=user.username) for user in users
    )
    service = _Refusing()

    assert start_due_syncs(NOW) == LISTENERS
    _run(service)

    assert set(Sync.objects.values_list("state", flat=True)) == {Sync.State.DONE}
    assert Sync.objects.count() == LISTENERS
    # Nobody was asked about twice after an answer.
    assert len(service.answered) == LISTENERS
    assert set(service.answered.values()) == {1}
    assert TopArtist.objects.count() == LISTENERS // 100
    assert service.called_while_blocked == 0
    gaps = zip(service.called_at, service.called_at[1:], strict=False)
    assert min(later - earlier for earlier, later in gaps) >= GAP


def _run(service: _Refusing) -> None:
    """Let a worker come by whenever a call may be made, until no sync runs.

    Now and then another one comes by too early.
    """
    while True:
        progress = continue_syncs(SERVICE, service.now, service.connect)
        if len(service.called_at) % 10 == 0:
            continue_syncs(SERVICE, service.now + GAP / 2, service.connect)
        next_call_at = progress.next_call_at
        if next_call_at is None:
            running = Sync.objects.filter(state=Sync.State.RUNNING)
            next_call_at = running.aggregate(at=Min("next_call_at"))["at"]
        if next_call_at is None:
            return
        service.now = next_call_at
