"""Spotify's objects as the API sends them, in Development Mode or whole."""

from typing import Any

from tests.doubles.catalogue import Artist, Track, make_id
from tests.doubles.spotify.world import Listener

_WEB = "https://open.spotify.com"
_COVER = "https://i.scdn.co/image"
_WIDTHS = (640, 300, 64)


def _link(api_url: str, kind: str, spotify_id: str) -> dict[str, Any]:
    return {
        "external_urls": {"spotify": f"{_WEB}/{kind}/{spotify_id}"},
        "href": f"{api_url}/{kind}s/{spotify_id}",
        "id": spotify_id,
        "type": kind,
        "uri": f"spotify:{kind}:{spotify_id}",
    }


def _images(name: str) -> list[dict[str, Any]]:
    return [
        {"url": f"{_COVER}/{make_id(f'{name} {width}')}", "height": width, "width": width}
        for width in _WIDTHS
    ]


def make_user(api_url: str, listener: Listener, *, is_extended: bool) -> dict[str, Any]:
    """Return a PrivateUserObject."""
    user = _link(api_url, "user", listener.id) | {
        "account_id": listener.account_id,
        "display_name": listener.display_name,
        "images": _images(listener.id)[1:],
    }
    if is_extended:
        user |= {
            "country": "DE",
            "email": f"{listener.id}@example.org",
            "explicit_content": {"filter_enabled": False, "filter_locked": False},
            "followers": {"href": None, "total": 3},
            "product": "free",
        }
    return user


def make_artist(api_url: str, artist: Artist, *, is_extended: bool) -> dict[str, Any]:
    """Return an ArtistObject; Spotify no longer knows genres."""
    value = make_simple_artist(api_url, artist) | {"genres": [], "images": _images(artist.name)}
    if is_extended:
        value |= {"followers": {"href": None, "total": 1200}, "popularity": 40}
    return value


def make_simple_artist(api_url: str, artist: Artist) -> dict[str, Any]:
    """Return a SimplifiedArtistObject, as it stands inside tracks."""
    return _link(api_url, "artist", artist.spotify_id) | {"name": artist.name}


def make_track(api_url: str, track: Track, *, is_extended: bool) -> dict[str, Any]:
    """Return a TrackObject."""
    album = _link(api_url, "album", track.album_id) | {
        "album_type": "album",
        "artists": [make_simple_artist(api_url, track.artists[0])],
        "images": _images(track.album_name),
        "name": track.album_name,
        "release_date": f"{2000 + track.number}-03-01",
        "release_date_precision": "day",
        "total_tracks": 8,
    }
    value = _link(api_url, "track", track.spotify_id) | {
        "album": album,
        "artists": [make_simple_artist(api_url, artist) for artist in track.artists],
        "disc_number": 1,
        "duration_ms": track.duration_ms,
        "explicit": track.explicit,
        "external_ids": {"isrc": track.isrc},
        "is_local": False,
        "is_playable": True,
        "name": track.name,
        "preview_url": None,
        "track_number": track.number,
    }
    if is_extended:
        album["available_markets"] = ["AR", "DE", "US"]
        value |= {"available_markets": ["AR", "DE", "US"], "popularity": track.popularity}
    return value


def make_features(api_url: str, track: Track) -> dict[str, Any]:
    """Return an AudioFeaturesObject."""
    return {
        **track.features,
        "analysis_url": f"{api_url}/audio-analysis/{track.spotify_id}",
        "duration_ms": track.duration_ms,
        "id": track.spotify_id,
        "track_href": f"{api_url}/tracks/{track.spotify_id}",
        "type": "audio_features",
        "uri": f"spotify:track:{track.spotify_id}",
    }
