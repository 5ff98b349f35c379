"""What of a listener's listening is on its way, or did not come: for the page that waits for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from recommendations.models import Sync, Upload
from recommendations.services.connections import Connection, load_connections
from recommendations.services.uploads import UNFINISHED, load_uploads


@dataclass(frozen=True, slots=True)
class Arriving:
    """Accounts whose last sync goes on or found nothing, and uploads that are not over."""

    connections: Sequence[Connection]
    uploads: Sequence[Upload]

    @property
    def goes_on(self) -> bool:
        """Whether more comes by itself."""
        last_syncs = (connection.last_sync for connection in self.connections)
        return any(sync and sync.state == Sync.State.RUNNING for sync in last_syncs) or any(
            upload.state != Upload.State.ASKING for upload in self.uploads
        )


def load_arriving(user: User, now: datetime) -> Arriving:
    """Return what a listener who has no similar users yet can wait for, or has to know.

    Three queries, and one more for each sync that is going on.
    """
    connections = [
        connection
        for connection in load_connections(user, now)
        if connection.last_sync is not None and not _has_come(connection.last_sync)
    ]
    return Arriving(connections, list(load_uploads(user).filter(state__in=UNFINISHED)))


def _has_come(sync: Sync) -> bool:
    return sync.state == Sync.State.DONE and not sync.error
