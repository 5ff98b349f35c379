"""Has tracks described by ReccoBeats, 40 with a call: step 4 of the data's way.

Spotify is asked about what is unknown there, where the operator has an app that may.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import requests
from django.conf import settings

from recommendations.features import spotify
from recommendations.features.base import Features
from recommendations.features.reccobeats import MAX_IDS, fetch_features
from recommendations.models import AudioFeatures, FeatureQuestion, Track
from recommendations.service_errors import AppNotAllowed, QuotaExceeded, RateLimited, ServiceError
from recommendations.services.edits import record_edited_tracks
from recommendations.services.feature_questions import claim_questions, find_due, put_off
from recommendations.services.outbound import (
    note_away,
    note_quota_exceeded,
    note_rate_limited,
    note_success,
    reserve_call,
)
from recommendations.services.second_descriptions import (
    choose_tracks_to_compare,
    store_second_descriptions,
)
from recommendations.services.transactions import retried_transaction
from recommendations.taste.schema import AUDIO_FEATURES

logger = logging.getLogger(__name__)

SERVICE = "reccobeats"
_SPOTIFY = "spotify"
PROVIDER = AudioFeatures.Provider.RECCOBEATS

_NAMES = tuple(feature.name for feature in AUDIO_FEATURES)


@dataclass(frozen=True, slots=True)
class Answers:
    """What became of one call: tracks asked about and described, and when to call again.

    ``next_call_at`` is None when no question is left that is due.
    """

    asked: int = 0
    described: int = 0
    next_call_at: datetime | None = None


def answer_feature_questions(now: datetime) -> Answers:
    """Make one call for the questions that are due, if one may be made now, and store the answers.

    Listeners whose tracks are described by it are marked stale. Cut off at any point, questions
    without a stored answer are asked again. A provider that is away is no error here: the queue
    of calls says when to come back.
    """
    if not settings.METAREC_RECCOBEATS or not find_due(now).exists():
        return Answers()
    wait_until = reserve_call(SERVICE, now)
    if wait_until is not None:
        return Answers(next_call_at=wait_until)
    asked = claim_questions(now, MAX_IDS)
    if not asked:  # Another process has taken them.
        return Answers()
    compared = choose_tracks_to_compare(MAX_IDS - len(asked))
    try:
        with requests.Session() as session:
            found = fetch_features(session, settings.RECCOBEATS_URL, asked.keys() | compared.keys())
    except ServiceError as error:
        return Answers(asked=len(asked), next_call_at=_note(SERVICE, error, now))
    note_success(SERVICE)
    described = _store(PROVIDER, asked, found)
    unknown = {key: pk for key, pk in asked.items() if key not in found}
    at_spotify = _fetch_from_spotify(unknown, now)
    described += _store(AudioFeatures.Provider.SPOTIFY, unknown, at_spotify)
    put_off([pk for key, pk in unknown.items() if key not in at_spotify], now)
    store_second_descriptions(
        PROVIDER, {compared[key]: found[key] for key in found if key in compared}
    )
    logger.info("%s: asked=%d described=%d", SERVICE, len(asked), described)
    return Answers(len(asked), described, now if find_due(now).exists() else None)


def _fetch_from_spotify(unknown: Mapping[str, int], now: datetime) -> dict[str, Features]:
    """Return the features of those that Spotify gives; nothing when it may not be asked now."""
    is_on = settings.METAREC_SPOTIFY and settings.METAREC_SPOTIFY_FEATURES
    if not is_on or not unknown or reserve_call(_SPOTIFY, now) is not None:
        return {}
    app = spotify.SpotifyApp(
        settings.SPOTIFY_CLIENT_ID,
        settings.SPOTIFY_CLIENT_SECRET,
        settings.SPOTIFY_ACCOUNTS_URL,
        settings.SPOTIFY_API_URL,
    )
    try:
        with requests.Session() as session:
            found = spotify.fetch_features(session, app, unknown.keys())
    except AppNotAllowed as error:  # No reason to keep syncs from calling.
        logger.warning("%s gives this app no audio features: %s", _SPOTIFY, error)
        return {}
    except ServiceError as error:
        _note(_SPOTIFY, error, now)
        return {}
    note_success(_SPOTIFY)
    return found


def _note(service: str, error: ServiceError, now: datetime) -> datetime:
    """Keep everybody from calling for a while, and return until when."""
    logger.warning("%s: %s %s", service, type(error).__name__, error)
    if isinstance(error, QuotaExceeded):
        return note_quota_exceeded(service, now, error.retry_after_s)
    if isinstance(error, RateLimited):
        return note_rate_limited(service, now, error.retry_after_s)
    return note_away(service, now)


@retried_transaction
def _store(
    provider: AudioFeatures.Provider, asked: Mapping[str, int], found: Mapping[str, Features]
) -> int:
    """Store the features of those asked about that were found; return how many."""
    answers = {asked[key]: features for key, features in found.items() if key in asked}
    # A catalogue that was imported meanwhile has described some: its features stay.
    tracks = Track.objects.filter(pk__in=answers, audio_features=None).order_by("pk")
    present = list(tracks.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
    AudioFeatures.objects.bulk_create(
        (
            AudioFeatures(
                track_id=pk, provider=provider, **dict(zip(_NAMES, answers[pk], strict=True))
            )
            for pk in present
        ),
        ignore_conflicts=True,
    )
    FeatureQuestion.objects.filter(pk__in=answers).delete()
    record_edited_tracks(present)
    return len(present)
