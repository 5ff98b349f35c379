"""Joins an account with the service that its listening is read from."""

from collections.abc import Callable

import requests
from django.conf import settings

from accounts.models import MusicAccount
from accounts.music_services import Service, is_on
from accounts.spotify import build_client
from accounts.spotify_errors import SpotifyError
from recommendations.services.sync_errors import SwitchedOff, translate_spotify_error
from recommendations.sources.lastfm import LastFmListening
from recommendations.sources.listenbrainz import ListenBrainzListening
from recommendations.sources.pages import ListeningService
from recommendations.sources.spotify import SpotifyListening

Connect = Callable[[MusicAccount], ListeningService]


def connect(account: MusicAccount) -> ListeningService:
    """Return the service as the account may read it. Raises ``ServiceError``."""
    service = Service(account.service)
    if not is_on(service):
        raise SwitchedOff
    match service:
        case Service.SPOTIFY:
            try:
                return SpotifyListening(build_client(account))
            except SpotifyError as error:
                raise translate_spotify_error(error) from error
        case Service.LISTENBRAINZ:
            return ListenBrainzListening(
                requests.Session(), settings.LISTENBRAINZ_URL, account.account_id
            )
        case Service.LASTFM:
            return LastFmListening(
                requests.Session(), settings.LASTFM_URL, settings.LASTFM_API_KEY, account.account_id
            )
