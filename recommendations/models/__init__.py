"""The tables, by topic."""

from recommendations.models.arriving import (
    FeatureQuestion,
    OutboundQueue,
    SecondDescription,
    Sync,
    Upload,
)
from recommendations.models.catalogue import Artist, AudioFeatures, Track, TrackArtist
from recommendations.models.clusters import Cluster, Clustering, ClusterListener, ClusterTrack
from recommendations.models.listening import Exclusion, Source, TimeRange, TopArtist, TopTrack
from recommendations.models.map import ListenerPlace, SoundMap, TrackPlace
from recommendations.models.playlists import SpotifyPlaylist
from recommendations.models.taste import (
    ArtistChange,
    ProfileChange,
    RankingEvaluation,
    RevisionCounter,
    StaleProfile,
    TasteProfile,
    TasteSpace,
    TrackChange,
)
from recommendations.models.watches import KnownSimilarUser, SimilarUserWatch

__all__ = [
    "Artist",
    "ArtistChange",
    "AudioFeatures",
    "Cluster",
    "ClusterListener",
    "ClusterTrack",
    "Clustering",
    "Exclusion",
    "FeatureQuestion",
    "KnownSimilarUser",
    "ListenerPlace",
    "OutboundQueue",
    "ProfileChange",
    "RankingEvaluation",
    "RevisionCounter",
    "SecondDescription",
    "SimilarUserWatch",
    "SoundMap",
    "Source",
    "SpotifyPlaylist",
    "StaleProfile",
    "Sync",
    "TasteProfile",
    "TasteSpace",
    "TimeRange",
    "TopArtist",
    "TopTrack",
    "Track",
    "TrackArtist",
    "TrackChange",
    "TrackPlace",
    "Upload",
]
