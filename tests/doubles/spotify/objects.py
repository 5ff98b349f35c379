"""Spotify's objects as the API sends them, in Development Mode or whole."""

from dataclasses import dataclass
from typing import Any

from tests.doubles.catalogue import Artist, Track, make_id
from tests.doubles.spotify.world import Listener, Playlist

_WEB = "https://open.spotify.com"
_COVER = "https://i.scdn.co/image"
_WIDTHS = (640, 300, 64)
_MARKETS = ["AR", "DE", "US"]


@dataclass(frozen=True, slots=True)
class Objects:
    """Makes objects whose links lead to this address."""

    api_url: str
    is_extended: bool

    def make_user(self, listener: Listener) -> dict[str, Any]:
        """Return a PrivateUserObject."""
        user = self._link("user", listener.id) | {
            "account_id": listener.account_id,
            "display_name": listener.display_name,
            "images": _images(listener.id)[1:],
        }
        if self.is_extended:
            user |= {
                "country": "DE",
                "email": f"{listener.id}@example.org",
                "explicit_content": {"filter_enabled": False, "filter_locked": False},
                "followers": {"href": None, "total": 3},
                "product": "free",
            }
        return user

    def make_playlist(self, listener: Listener, playlist: Playlist) -> dict[str, Any]:
        """Return a PlaylistObject that has no items yet."""
        items = {"items": [], "limit": 100, "offset": 0, "total": 0}
        items |= {"href": f"{self.api_url}/playlists/{playlist.id}/items"}
        return self._link("playlist", playlist.id) | {
            "collaborative": False,
            "description": None,
            "images": [],
            "items": items | {"next": None, "previous": None},
            "name": playlist.name,
            "owner": self._link("user", listener.id) | {"display_name": listener.display_name},
            "public": playlist.public,
            "snapshot_id": f"snapshot-of-{playlist.id}",
        }

    def make_artist(self, artist: Artist) -> dict[str, Any]:
        """Return an ArtistObject; Spotify no longer knows genres."""
        value = self._simple_artist(artist) | {"genres": [], "images": _images(artist.name)}
        if self.is_extended:
            value |= {"followers": {"href": None, "total": 1200}, "popularity": 40}
        return value

    def make_track(self, track: Track) -> dict[str, Any]:
        """Return a TrackObject."""
        value = self._link("track", track.spotify_id) | {
            "album": self._album(track),
            "artists": [self._simple_artist(artist) for artist in track.artists],
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
        if self.is_extended:
            value |= {"available_markets": _MARKETS, "popularity": track.popularity}
        return value

    def make_features(self, track: Track) -> dict[str, Any]:
        """Return an AudioFeaturesObject."""
        return {
            **track.features,
            "analysis_url": f"{self.api_url}/audio-analysis/{track.spotify_id}",
            "duration_ms": track.duration_ms,
            "id": track.spotify_id,
            "track_href": f"{self.api_url}/tracks/{track.spotify_id}",
            "type": "audio_features",
            "uri": f"spotify:track:{track.spotify_id}",
        }

    def _album(self, track: Track) -> dict[str, Any]:
        album = self._link("album", track.album_id) | {
            "album_type": "album",
            "artists": [self._simple_artist(track.artists[0])],
            "images": _images(track.album_name),
            "name": track.album_name,
            "release_date": f"{2000 + track.number}-03-01",
            "release_date_precision": "day",
            "total_tracks": 8,
        }
        return album | {"available_markets": _MARKETS} if self.is_extended else album

    def _simple_artist(self, artist: Artist) -> dict[str, Any]:
        return self._link("artist", artist.spotify_id) | {"name": artist.name}

    def _link(self, kind: str, spotify_id: str) -> dict[str, Any]:
        return {
            "external_urls": {"spotify": f"{_WEB}/{kind}/{spotify_id}"},
            "href": f"{self.api_url}/{kind}s/{spotify_id}",
            "id": spotify_id,
            "type": kind,
            "uri": f"spotify:{kind}:{spotify_id}",
        }


def _images(name: str) -> list[dict[str, Any]]:
    return [
        {"url": f"{_COVER}/{make_id(f'{name} {width}')}", "height": width, "width": width}
        for width in _WIDTHS
    ]
