"""A double of Spotify's accounts service and Web API."""

from tests.doubles.spotify.server import SpotifyDouble

__all__ = ["SpotifyDouble"]
