"""Listeners of the doubles' three scenes, so that pages look as they do in use."""

from collections.abc import Mapping, Sequence

from accounts.models import User
from recommendations.models import Artist, Source, Track
from recommendations.services.profiles import recompute_profiles
from tests.doubles import catalogue
from tests.factories import (
    PASSWORD,
    make_artist,
    make_top_artists,
    make_top_tracks,
    make_track,
    make_user,
)

# With whom of them one signs in, and more similar users for her than one page shows.
WITNESS = "lena"
_LISTENERS = {
    "folk": (WITNESS, "ada", "bruno", "emil", "inés", "mateo", "nuria", "tomás", "zoe"),
    "electronic": ("jonas", "kiko", "vera"),
    "heavy": ("dario", "rolf", "silke"),
}
# So many begin at another track, in turns, so that neighbours share most and all share some.
_TRACKS_EACH = 24
_STEP = 3


def make_population() -> Mapping[str, User]:
    """Make the listeners with their profiles; return them by name."""
    tracks = _make_catalogue()
    users = {}
    for scene, names in _LISTENERS.items():
        for number, name in enumerate(names):
            password = PASSWORD if name == WITNESS else None
            users[name] = make_user(username=name, password=password)
            scenes_tracks = catalogue.rotate(catalogue.TRACKS[scene], _STEP * number)
            make_lists(users[name], [tracks[one] for one in scenes_tracks[:_TRACKS_EACH]])
    recompute_profiles([user.pk for user in users.values()])
    return users


def make_lists(user: User, tracks: Sequence[Track], source: str = Source.FILE) -> None:
    """Make a listener's top tracks, and the top artists that follow from them."""
    make_top_tracks(user, tracks, source=source)
    credits_ = (credit.artist for track in tracks for credit in track.credits.all())
    make_top_artists(user, dict.fromkeys(credits_), source=source)


def _make_catalogue() -> dict[catalogue.Track, Track]:
    artists: dict[catalogue.Artist, Artist] = {
        artist: make_artist(artist.name, spotify_id=artist.spotify_id)
        for artist in catalogue.ALL_ARTISTS.values()
    }
    return {
        track: make_track(
            artists=[artists[artist] for artist in track.artists],
            features=_as_ours(track.features),
            name=track.name,
            spotify_id=track.spotify_id,
            duration_ms=track.duration_ms,
            popularity=track.popularity,
        )
        for track in catalogue.ALL_TRACKS.values()
    }


def _as_ours(features: Mapping[str, float | int]) -> Mapping[str, float | int]:
    """Return features under our names, which have their units in them."""
    names = {"loudness": "loudness_db", "tempo": "tempo_bpm"}
    return {names.get(name, name): value for name, value in features.items()}
