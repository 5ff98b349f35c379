"""The admin's doorways, by topic."""

from recommendations.admin.catalogue import (
    ArtistAdmin,
    AudioFeaturesAdmin,
    FeatureQuestionAdmin,
    TrackAdmin,
)
from recommendations.admin.listeners import ListenerAdmin
from recommendations.admin.listening import ExclusionAdmin, TopArtistAdmin, TopTrackAdmin
from recommendations.admin.music_accounts import MusicAccountAdmin
from recommendations.admin.sharing import CardAdmin, CompareLinkAdmin
from recommendations.admin.spotify_playlists import SpotifyPlaylistAdmin
from recommendations.admin.syncs import OutboundQueueAdmin, SyncAdmin
from recommendations.admin.taste import StaleProfileAdmin, TasteProfileAdmin, TasteSpaceAdmin
from recommendations.admin.uploads import UploadAdmin
from recommendations.admin.webhooks import WebhookAdmin, WebhookDeliveryAdmin

__all__ = [
    "ArtistAdmin",
    "AudioFeaturesAdmin",
    "CardAdmin",
    "CompareLinkAdmin",
    "ExclusionAdmin",
    "FeatureQuestionAdmin",
    "ListenerAdmin",
    "MusicAccountAdmin",
    "OutboundQueueAdmin",
    "SpotifyPlaylistAdmin",
    "StaleProfileAdmin",
    "SyncAdmin",
    "TasteProfileAdmin",
    "TasteSpaceAdmin",
    "TopArtistAdmin",
    "TopTrackAdmin",
    "TrackAdmin",
    "UploadAdmin",
    "WebhookAdmin",
    "WebhookDeliveryAdmin",
]
