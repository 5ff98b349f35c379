"""The tables, by topic."""

from recommendations.models.catalogue import Artist, AudioFeatures, Track, TrackArtist
from recommendations.models.listening import Source, TimeRange, TopArtist, TopTrack
from recommendations.models.taste import (
    ProfileChange,
    RevisionCounter,
    StaleProfile,
    TasteProfile,
    TasteSpace,
)

__all__ = [
    "Artist",
    "AudioFeatures",
    "ProfileChange",
    "RevisionCounter",
    "Source",
    "StaleProfile",
    "TasteProfile",
    "TasteSpace",
    "TimeRange",
    "TopArtist",
    "TopTrack",
    "Track",
    "TrackArtist",
]
