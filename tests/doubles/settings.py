"""What the site has to be told so that it asks a double and not the true service."""

from tests.doubles.lastfm import API_KEY, LastFmDouble
from tests.doubles.listenbrainz import ListenBrainzDouble
from tests.doubles.reccobeats import ReccoBeatsDouble
from tests.doubles.server import Double
from tests.doubles.spotify import SpotifyDouble


def list_settings(double: Double) -> dict[str, str]:
    """Return the site's settings, which are its environment's variables too, for a double."""
    match double:
        case SpotifyDouble():
            return {
                "SPOTIFY_ACCOUNTS_URL": double.accounts_url,
                "SPOTIFY_API_URL": double.api_url,
                "SPOTIFY_CLIENT_ID": double.app.client_id,
                "SPOTIFY_CLIENT_SECRET": double.app.client_secret,
            }
        case ReccoBeatsDouble():
            return {"RECCOBEATS_URL": double.api_url}
        case ListenBrainzDouble():
            return {"LISTENBRAINZ_URL": double.url}
        case LastFmDouble():
            return {"LASTFM_URL": double.api_url, "LASTFM_API_KEY": API_KEY}
        case _:
            raise TypeError(f"{double.name} is no double of a service that the site asks.")
