"""The rows of the export that are more than a model's columns: lists, exclusions, the profile."""

from collections.abc import Iterator

from accounts.models import User
from accounts.sharing import UnseenListener
from recommendations.models import Artist, TopArtist, TopTrack, Track, Upload
from recommendations.services.exclusions import load_exclusions
from recommendations.services.export_files import Row, Table
from recommendations.services.listeners import load_top_artists, load_top_tracks
from recommendations.services.profile_details import ProfileDetails, load_profile_details
from recommendations.services.provenance import UNKNOWN, load_provenance
from recommendations.services.restore_settings import sign_listener
from recommendations.services.similar_users import NotEnoughListening
from recommendations.services.unseen_listeners import filter_shown_unseen
from recommendations.sources.base import ListenedArtist, ListenedTrack, PlayedArtist
from recommendations.sources.export_rows import (
    TRACK_COLUMNS,
    ExportedPlace,
    Item,
    write_exclusion,
    write_place,
)
from recommendations.taste.schema import AUDIO_FEATURES
from recommendations.taste.sound import LOGGED_FEATURES

# Chosen by us: rows with their artists, a few hundred kB at a time.
_BATCH = 500
_UNITS = {feature.name: feature.unit for feature in AUDIO_FEATURES}
# What the meta vector is divided by, as the seed notebook does.
_META_UNITS = _UNITS | {"tempo_bpm": "100 bpm", "duration_ms": "100 s", "popularity": "100"}
_MEAN_UNITS = _UNITS | dict.fromkeys(LOGGED_FEATURES, "ln(x + 0.01)")


def load_listening(user: User) -> Table:
    """Return every place of every list, and what brought it."""
    head = ("list", "source", "time_range", "rank")
    tail = ("play_count", "stored_at", "came_by", "upload_id", "sync_id")
    return Table("listening", (*head, *TRACK_COLUMNS, *tail), _list_places(user))


def load_left_out(user: User) -> Table:
    """Return what the listener leaves out of their taste."""
    return Table("left-out", ("kind", *TRACK_COLUMNS, "excluded_at"), _list_exclusions(user))


def load_unseen(user: User) -> Table:
    """Return whom the listener hides and blocks, as far as they may still be seen."""
    columns = ("username", "is_blocked", "hidden_at", "listener")
    rows = (_write_unseen(row) for row in filter_shown_unseen(user).iterator(_BATCH))
    return Table("unseen-listeners", columns, rows)


def load_not_found(user: User) -> Table:
    """Return the tracks of uploads that were not found."""
    columns = ("upload_id", "artist", "title", "plays", "reason")
    uploads = Upload.objects.filter(user=user).order_by("pk").values_list("pk", "unmatched")
    rows = (
        dict(zip(columns, (upload_id, *track), strict=True))
        for upload_id, unmatched in uploads.iterator(1)
        for track in unmatched
    )
    return Table("tracks-not-found", columns, rows)


def load_profile(user: User) -> tuple[Table, ...]:
    """Return the profile, its vectors and its artists; without rows where there is none."""
    try:
        details = [load_profile_details(user)]
    except NotEnoughListening:
        details = []
    counts = (
        "track_count",
        "described_track_count",
        "meta_vector_track_count",
        "artist_count",
    )
    facts = (
        {
            "space": one.space.pk,
            "space_origin": one.space.origin,
            "space_fitted_at": one.space.fitted_at,
            "computed_at": one.computed_at,
        }
        | {name: getattr(one, name) for name in counts}
        for one in details
    )
    return (
        Table(
            "profile",
            ("space", "space_origin", "space_fitted_at", "computed_at", *counts),
            facts,
        ),
        Table(
            "profile-vectors",
            ("vector", "name", "value", "unit"),
            (row for one in details for row in _list_vectors(one)),
        ),
        Table(
            "profile-artists",
            ("name", "spotify_id", "weight"),
            (
                {
                    "name": weighed.artist.name,
                    "spotify_id": weighed.artist.spotify_id,
                    "weight": weighed.weight,
                }
                for one in details
                for weighed in one.artist_weights
            ),
        ),
    )


def _list_places(user: User) -> Iterator[Row]:
    provenance = load_provenance(user)
    for entries in (load_top_tracks(user), load_top_artists(user)):
        for entry in entries.iterator(_BATCH):
            source, span = entry.original_source, entry.time_range
            brought = provenance.get(entry.source, UNKNOWN)
            place = ExportedPlace(source, span, entry.rank, _as_item(entry))
            yield write_place(place) | {
                "stored_at": entry.stored_at,
                "came_by": entry.source,
                "upload_id": brought.upload and brought.upload.pk,
                "sync_id": brought.sync_id,
            }


def _list_exclusions(user: User) -> Iterator[Row]:
    for exclusion in load_exclusions(user).iterator(_BATCH):
        item: ListenedTrack | ListenedArtist | None = None
        if exclusion.artist is not None:
            item = _name_artist(exclusion.artist)
        elif exclusion.track is not None:
            item = _as_track(exclusion.track)
        if item is not None:
            yield write_exclusion(item) | {"excluded_at": exclusion.excluded_at}


def _write_unseen(row: UnseenListener) -> Row:
    return {
        "username": row.unseen.username,
        "is_blocked": row.is_blocked,
        "hidden_at": row.hidden_at,
        "listener": sign_listener(row.unseen_id),
    }


def _list_vectors(details: ProfileDetails) -> Iterator[Row]:
    named = (
        ("meta_vector", details.meta_vector, _META_UNITS),
        ("feature_means", details.feature_means, _MEAN_UNITS),
    )
    for vector, values, units in named:
        for one in values:
            unit = units[one.name]
            yield {"vector": vector, "name": one.name, "value": one.value, "unit": unit}
    for number, value in enumerate(details.taste_vector):
        yield {"vector": "taste_vector", "name": str(number), "value": value, "unit": ""}


def _name_artist(artist: Artist) -> ListenedArtist:
    return ListenedArtist(artist.name, artist.spotify_id)


def _as_item(entry: TopTrack | TopArtist) -> Item:
    if isinstance(entry, TopArtist):
        return PlayedArtist(_name_artist(entry.artist), entry.play_count)
    return _as_track(entry.track)


def _as_track(track: Track) -> ListenedTrack:
    return ListenedTrack(
        name=track.name,
        artists=tuple(_name_artist(credit.artist) for credit in track.credits.all()),
        spotify_id=track.spotify_id,
        album_name=track.album_name,
        isrc=track.isrc,
        duration_ms=track.duration_ms,
        explicit=track.explicit,
    )
