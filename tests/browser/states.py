"""Rows that put pages into the states which addresses alone do not show."""

from collections.abc import Mapping

from django.utils import timezone

from accounts.consent import PLAYLIST_SCOPE
from accounts.models import User
from accounts.sharing import UnseenListener
from recommendations.models import Source, TopArtist, TopTrack, Track, Upload
from recommendations.services.clustering import compute_clusters
from recommendations.services.mapping import compute_map
from recommendations.services.profiles import recompute_profiles
from recommendations.sources.faults import Fault
from recommendations.sources.history import Dropped, HistoryKind
from tests.belongings import make_belongings
from tests.browser.population import make_lists, make_population
from tests.factories import make_artist, make_track, make_user
from tests.recommendations.sync.accounts import link, start

LONG = "And You Will Know Us by the Trail of Dead" * 2
UNBROKEN = "x" * 120

State = Upload.State

_COUNTS = {
    "rows": 1240,
    "kept": 900,
    "dropped": {Dropped.SKIPPED: 310, Dropped.PRIVATE: 30},
    "newest": "2026-11-20T21:04:00+00:00",
    "faults": [],
    "tracks": 64,
    "matched": 12,
    "artists": 8,
    "unmatched": 2,
    "changed": True,
}
_UPLOADS: Mapping[str, Mapping[str, object]] = {
    "done": {
        "state": State.DONE,
        "is_current": True,
        "counts": _COUNTS,
        "unmatched": [[LONG, UNBROKEN, 3, "unknown"], ["Amber Ferry", "Song", None, "ambiguous"]],
    },
    "asking": {"state": State.ASKING, "counts": _COUNTS, "error": Fault.BROKEN_JSON},
    "failed": {"state": State.FAILED, "error": Fault.NO_HISTORY},
    "running": {"state": State.RUNNING, "read_bytes": 700_000},
}


def make_site_in_use() -> tuple[User, Mapping[str, object]]:
    """Make a site with listeners, a map and clusters; return one of them, and what is theirs.

    Their similar users, artists, tracks and files have short names and the longest there are.
    """
    users = make_population()
    owner, sibling = users["ada"], users["bruno"]
    TopTrack.objects.filter(user=owner).update(source=Source.SPOTIFY)
    TopArtist.objects.filter(user=owner).update(source=Source.SPOTIFY)
    long_tracks = _make_long_tracks()
    namesake = make_user(username="sibling" + "-" * 60)
    for user in (owner, namesake):
        make_lists(user, long_tracks, Source.EXPORTIFY)
    account = link(owner, name="Ada of the folk scene")
    account.scopes += f" {PLAYLIST_SCOPE}"
    account.save()
    recompute_profiles([owner.pk, namesake.pk])
    compute_map()
    compute_clusters()

    values = make_belongings(owner, sibling)
    UnseenListener.objects.create(user=owner, unseen=users["zoe"])
    start(account)
    own_artists = TopArtist.objects.filter(user=owner, source=Source.SPOTIFY)[:3]
    return owner, {
        **values,
        **_make_uploads(owner),
        "owner": owner.pk,
        "namesake": namesake.pk,
        "artists": "&".join(f"artist={entry.artist_id}" for entry in own_artists),
    }


def _make_long_tracks() -> list[Track]:
    artists = [make_artist(LONG), make_artist(UNBROKEN)]
    return [make_track(name=name, artists=artists) for name in (LONG, UNBROKEN)]


def _make_uploads(owner: User) -> Mapping[str, int]:
    now = timezone.now()
    return {
        f"upload_{name}": Upload.objects.create(
            user=owner,
            source=Source.SPOTIFY_EXPORT,
            kind=HistoryKind.EXTENDED_HISTORY,
            file_name=f"{'long_name_' * 9}.zip" if name == "done" else "my_spotify_data.zip",
            digest=str(number) * 64,
            size_bytes=1_600_000,
            uploaded_at=now,
            **fields,
        ).pk
        for number, (name, fields) in enumerate(_UPLOADS.items(), start=1)
    }
