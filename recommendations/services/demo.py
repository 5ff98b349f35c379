"""Stores the made-up listeners of the demo: step 3 of the data's way."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User
from recommendations.features.artist_lists import CreditedArtist
from recommendations.models import (
    Artist,
    AudioFeatures,
    Source,
    TimeRange,
    TopArtist,
    TopTrack,
    Track,
    TrackArtist,
)
from recommendations.services.artists import resolve_artists
from recommendations.services.catalogue_changes import record_catalogue_changes
from recommendations.services.indexing import record_changes
from recommendations.services.profiles import mark_stale, recompute_profiles
from recommendations.services.transactions import wait_for_other_imports
from recommendations.sources.demo_listeners import (
    DEMO_USERNAME,
    DemoListener,
    DemoTrack,
    make_up_listeners,
)

DEMO_LOGIN = DEMO_USERNAME


class DemoNameTaken(Exception):  # noqa: N818 - named for what is the matter
    """A made-up listener's user name belongs to somebody already; nothing was stored."""


def load_demo_when_empty() -> int:
    """Load the demo if the site has no accounts; return the number of listeners made up."""
    return 0 if User.objects.exists() else load_demo()


def load_demo() -> int:
    """Make up the demo's listeners and compute their profiles; return how many were made.

    All of them are stored or none; where they are already, nothing happens and 0 is returned.
    Their accounts have no password. Raises ``DemoNameTaken``.
    """
    listeners = make_up_listeners()
    with transaction.atomic():
        wait_for_other_imports()
        if User.objects.filter(origin=User.Origin.DEMO).exists():
            return 0
        user_ids = _store_listeners(listeners)
        mark_stale(user_ids)
    recompute_profiles(user_ids)
    return len(user_ids)


def remove_demo() -> int:
    """Delete the demo's listeners, tracks and artists; return how many listeners were deleted.

    What somebody else listens to stays. The taste space keeps what was fitted with the demo until
    the next fit.
    """
    listeners = User.objects.filter(origin=User.Origin.DEMO)
    with transaction.atomic():
        user_ids = list(listeners.values_list("pk", flat=True))
        artists = Artist.objects.filter(spotify_id=None)
        artist_ids = set(artists.filter(top_of__user__in=user_ids).values_list("pk", flat=True))
        artist_ids |= set(
            artists.filter(credits__track__top_of__user__in=user_ids).values_list("pk", flat=True)
        )
        listeners.delete()
        tracks = Track.objects.filter(
            audio_features__provider=AudioFeatures.Provider.SYNTHETIC, top_of=None
        )
        track_ids = set(tracks.values_list("pk", flat=True))
        tracks.delete()
        unused = artists.filter(pk__in=artist_ids, credits=None, top_of=None)
        unused_ids = set(unused.values_list("pk", flat=True))
        unused.delete()
        record_changes(user_ids)
        record_catalogue_changes(track_ids=track_ids, artist_ids=unused_ids)
    return len(user_ids)


def _store_listeners(listeners: Sequence[DemoListener]) -> list[int]:
    usernames = [listener.username for listener in listeners]
    taken = User.objects.filter(username__in=usernames).values_list("username", flat=True).first()
    if taken is not None:
        raise DemoNameTaken(taken)
    password = make_password(None)
    users = User.objects.bulk_create(
        User(username=name, password=password, origin=User.Origin.DEMO, is_discoverable=True)
        for name in usernames
    )
    tracks = list(dict.fromkeys(track for listener in listeners for track in listener.tracks))
    credited = (name for track in tracks for name in track.artists)
    listed = (name for listener in listeners for name, _ in listener.artists)
    artist_ids = _store_artists(chain(credited, listed))
    _store_top_lists(users, listeners, _store_tracks(tracks, artist_ids), artist_ids)
    return [user.pk for user in users]


def _store_artists(names: Iterable[str]) -> dict[str, int]:
    credited = {name: CreditedArtist(name=name, spotify_id=None) for name in names}
    artist_ids = resolve_artists(credited.values())
    return {name: artist_ids[artist] for name, artist in credited.items()}


def _store_tracks(
    tracks: Sequence[DemoTrack], artist_ids: Mapping[str, int]
) -> dict[DemoTrack, Track]:
    rows = Track.objects.bulk_create(
        Track(
            name=track.name,
            album_name=track.album_name,
            duration_ms=track.duration_ms,
            popularity=track.popularity,
        )
        for track in tracks
    )
    stored = dict(zip(tracks, rows, strict=True))
    TrackArtist.objects.bulk_create(
        TrackArtist(track=row, artist_id=artist_ids[name], position=position)
        for track, row in stored.items()
        for position, name in enumerate(track.artists)
    )
    AudioFeatures.objects.bulk_create(
        AudioFeatures(track=row, provider=AudioFeatures.Provider.SYNTHETIC, **track.features)
        for track, row in stored.items()
    )
    record_catalogue_changes(track_ids={row.pk for row in rows})
    return stored


def _store_top_lists(
    users: Sequence[User],
    listeners: Sequence[DemoListener],
    tracks: Mapping[DemoTrack, Track],
    artist_ids: Mapping[str, int],
) -> None:
    provenance = {"source": Source.DEMO, "time_range": TimeRange.LONG_TERM}
    TopTrack.objects.bulk_create(
        TopTrack(user=user, track=tracks[track], rank=rank, **provenance)
        for user, listener in zip(users, listeners, strict=True)
        for rank, track in enumerate(listener.tracks, start=1)
    )
    TopArtist.objects.bulk_create(
        TopArtist(user=user, artist_id=artist_ids[name], play_count=plays, rank=rank, **provenance)
        for user, listener in zip(users, listeners, strict=True)
        for rank, (name, plays) in enumerate(listener.artists, start=1)
    )
