"""Which music services this site speaks with, by its settings; they are read at each question."""

from django.conf import settings

from accounts.models import MusicAccount

Service = MusicAccount.Service


def is_on(service: Service) -> bool:
    """Return whether accounts at the service can be linked and read."""
    match service:
        case Service.SPOTIFY:
            has_keys = bool(settings.SPOTIFY_CLIENT_ID and settings.SPOTIFY_CLIENT_SECRET)
            return settings.METAREC_SPOTIFY and has_keys
        case Service.LASTFM:
            return settings.METAREC_LASTFM and bool(settings.LASTFM_API_KEY)
        case Service.LISTENBRAINZ:
            return settings.METAREC_LISTENBRAINZ


def services_on() -> list[Service]:
    """Return the services whose accounts can be linked, in the order in which they are shown."""
    return [service for service in Service if is_on(service)]
