"""How many of a listener's tracks have the audio features that a ranking takes."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q

from recommendations.index.base import Ranking
from recommendations.models import TopTrack, Track
from recommendations.services.counted_entries import keep_counted_tracks
from recommendations.services.listening import FEATURE_FIELDS
from recommendations.taste.schema import SOUND_FEATURES, TRACK_FEATURES


@dataclass(frozen=True, slots=True)
class TrackCounts:
    """A listener's tracks: all, those with the seed's fourteen features, those with the nine.

    Those that they leave out of their taste are not counted.
    ``waiting`` are those about which a provider is still to be asked for the first time.
    """

    tracks: int
    seed: int
    hybrid: int
    waiting: int

    def uncompared(self, ranking: Ranking) -> int:
        """Return how many tracks lack features that the ranking compares."""
        return self.tracks - (self.hybrid if ranking == "hybrid" else self.seed)


def count_tracks(user_id: int) -> TrackCounts:
    """Return the counts of a listener's tracks, each once however many lists name it; one query."""
    listed = keep_counted_tracks(TopTrack.objects.filter(user_id=user_id)).values("track_id")
    counts = Track.objects.filter(pk__in=listed).aggregate(
        tracks=Count("pk"),
        seed=Count("pk", filter=_has(TRACK_FEATURES)),
        hybrid=Count("pk", filter=_has(SOUND_FEATURES)),
        waiting=Count("pk", filter=_is_waiting()),
    )
    return TrackCounts(**counts)


def _has(features: tuple[str, ...]) -> Q:
    return Q(**{f"{FEATURE_FIELDS[name]}__isnull": False for name in features})


def _is_waiting() -> Q:
    is_asked = Q(feature_question__misses=0, audio_features=None)
    return is_asked if settings.METAREC_RECCOBEATS else Q(pk=None)
