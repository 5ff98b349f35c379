"""How artists, tracks and audio features look in JSON."""

from rest_framework import serializers

from recommendations.models import Artist, AudioFeatures, TopArtist, TopTrack, Track, TrackArtist
from recommendations.taste.schema import AUDIO_FEATURES


class ArtistSerializer(serializers.ModelSerializer[Artist]):
    """An artist."""

    class Meta:
        """Identity only."""

        model = Artist
        fields = ["id", "name", "spotify_id"]


class CreditSerializer(serializers.ModelSerializer[TrackArtist]):
    """The artist of a credit."""

    id = serializers.IntegerField(source="artist.id")
    name = serializers.CharField(source="artist.name")
    spotify_id = serializers.CharField(source="artist.spotify_id", allow_null=True)

    class Meta:
        """The artist alone; the list keeps the order of the credits."""

        model = TrackArtist
        fields = ["id", "name", "spotify_id"]


class AudioFeaturesSerializer(serializers.ModelSerializer[AudioFeatures]):
    """How a track sounds and who measured it; null is unknown."""

    class Meta:
        """All features of the schema."""

        model = AudioFeatures
        fields = ["provider", *(feature.name for feature in AUDIO_FEATURES)]


class TrackSerializer(serializers.ModelSerializer[Track]):
    """A track with its artists in the order of its credits."""

    artists = CreditSerializer(source="credits", many=True)
    audio_features = AudioFeaturesSerializer(allow_null=True, default=None)

    class Meta:
        """What is known apart from who listens to it."""

        model = Track
        fields = [
            "id",
            "name",
            "spotify_id",
            "artists",
            "album_name",
            "duration_ms",
            "popularity",
            "explicit",
            "audio_features",
        ]


class TopTrackSerializer(serializers.ModelSerializer[TopTrack]):
    """A place in a list of top tracks; rank 1 is the most played."""

    track = TrackSerializer()

    class Meta:
        """The place with its provenance."""

        model = TopTrack
        fields = ["rank", "time_range", "source", "track"]


class TopArtistSerializer(serializers.ModelSerializer[TopArtist]):
    """A place in a list of top artists, with plays where the source counts them."""

    artist = ArtistSerializer()

    class Meta:
        """The place with its provenance."""

        model = TopArtist
        fields = ["rank", "time_range", "source", "play_count", "artist"]
