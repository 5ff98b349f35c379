"""Where a listener's lists come from: the upload or the connection behind each source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from accounts.models import MusicAccount, User
from recommendations.models import Source, Sync, Upload


@dataclass(frozen=True, slots=True)
class Provenance:
    """What brought the lists of one source.

    That is either an upload, or an account at a music service with its last sync that succeeded;
    neither where people who run the site brought them.
    """

    upload: Upload | None = None
    account: MusicAccount | None = None
    sync_id: int | None = None
    read_at: datetime | None = None


UNKNOWN = Provenance()


def load_provenance(user: User) -> Mapping[str, Provenance]:
    """Return what brought the lists of each source, where something did; two queries."""
    uploads = Upload.objects.filter(user=user, is_current=True).defer("unmatched", "counts")
    is_done = Q(syncs__state=Sync.State.DONE)
    accounts = MusicAccount.objects.filter(user=user).annotate(
        sync_id=Max("syncs__pk", filter=is_done), read_at=Max("syncs__ended_at", filter=is_done)
    )
    found = {upload.source: Provenance(upload=upload) for upload in uploads}
    return found | {
        account.service: Provenance(
            account=account, sync_id=account.sync_id, read_at=account.read_at
        )
        for account in accounts.defer("encrypted_token")
    }


def load_sources(user: User) -> list[Source]:
    """Return the sources of which a listener has lists, in the order of their names; one query."""
    tracks, artists = user.top_tracks.values_list("source"), user.top_artists.values_list("source")
    found = {source for (source,) in tracks.union(artists)}
    return sorted(map(Source, found), key=lambda source: str(source.label))
