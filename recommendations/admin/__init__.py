"""The admin's doorways, by topic."""

from recommendations.admin.catalogue import (
    ArtistAdmin,
    AudioFeaturesAdmin,
    FeatureQuestionAdmin,
    TrackAdmin,
)
from recommendations.admin.listeners import ListenerAdmin
from recommendations.admin.listening import TopArtistAdmin, TopTrackAdmin
from recommendations.admin.music_accounts import MusicAccountAdmin
from recommendations.admin.syncs import OutboundQueueAdmin, SyncAdmin
from recommendations.admin.taste import StaleProfileAdmin, TasteProfileAdmin, TasteSpaceAdmin
from recommendations.admin.uploads import UploadAdmin

__all__ = [
    "ArtistAdmin",
    "AudioFeaturesAdmin",
    "FeatureQuestionAdmin",
    "ListenerAdmin",
    "MusicAccountAdmin",
    "OutboundQueueAdmin",
    "StaleProfileAdmin",
    "SyncAdmin",
    "TasteProfileAdmin",
    "TasteSpaceAdmin",
    "TopArtistAdmin",
    "TopTrackAdmin",
    "TrackAdmin",
    "UploadAdmin",
]
