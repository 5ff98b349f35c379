"""Having a shared playlist made at Spotify, over the API."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from recommendations.api.schema import TOKEN_IN_PATH
from recommendations.api.views.asker import asker
from recommendations.api.views.compare import ComparingView
from recommendations.models import SpotifyPlaylist
from recommendations.services.compare_links import follow_friends_link
from recommendations.services.playlist_errors import word_playlist_error
from recommendations.services.shared_playlist import build_shared_playlist, load_partner
from recommendations.services.spotify_playlists import load_playlist, start_playlist
from recommendations.tasks import enqueue_playlist

NOT_NOW = OpenApiResponse(
    description="`playlist_consent_needed`: Spotify has not been asked for permission yet. Or: "
    "`nothing_at_spotify`, `not_enough_listening`."
)


class SpotifyPlaylistSerializer(serializers.ModelSerializer[SpotifyPlaylist]):
    """A playlist at Spotify and how far it is."""

    track_count = serializers.SerializerMethodField()
    address = serializers.SerializerMethodField(help_text="At Spotify; empty until it is there.")
    message = serializers.SerializerMethodField(help_text="The error for people.")

    class Meta:
        """What its page shows."""

        model = SpotifyPlaylist
        fields = ["id", "name", "state", "track_count", "address", "error", "message", "asked_at"]
        read_only_fields = fields

    def get_track_count(self, playlist: SpotifyPlaylist) -> int:
        """Return how many tracks it has or will have."""
        return len(playlist.track_ids)

    def get_address(self, playlist: SpotifyPlaylist) -> str:
        """Return where it is."""
        own = playlist.playlist_id
        return f"https://open.spotify.com/playlist/{own}" if own else ""

    def get_message(self, playlist: SpotifyPlaylist) -> str:
        """Return the sentence for the error."""
        return word_playlist_error(playlist.error)


class MakeSpotifyPlaylistView(APIView):
    """My playlist with another listener, at Spotify."""

    @extend_schema(
        operation_id="spotify_playlist_create",
        tags=["similar users"],
        request=None,
        responses={202: SpotifyPlaylistSerializer, 409: NOT_NOW},
    )
    def post(self, request: Request, user_id: int) -> Response:
        """Have the shared playlist made in my account at Spotify, as a private one.

        Needs a permission that is given on the site's page of the playlist. One that is not
        finished yet is answered in its place.
        """
        me = asker(request)
        return _make(me, load_partner(me, user_id))


class MakeFriendsSpotifyPlaylistView(ComparingView):
    """My playlist with whoever made a link, at Spotify."""

    @extend_schema(
        operation_id="friends_spotify_playlist_create",
        tags=["similar users"],
        parameters=[TOKEN_IN_PATH],
        request=None,
        responses={202: SpotifyPlaylistSerializer, 409: NOT_NOW},
    )
    def post(self, request: Request, token: str) -> Response:
        """Have the playlist with the maker of a link made in my account at Spotify, as above.

        A link that is ended, and one's own, are 404 as an unknown one is.
        """
        me = asker(request)
        return _make(me, follow_friends_link(me, token, timezone.now()))


def _make(me: User, other: User) -> Response:
    made = start_playlist(build_shared_playlist(me, other), timezone.now())
    enqueue_playlist(made.pk)
    return Response(SpotifyPlaylistSerializer(made).data, status=status.HTTP_202_ACCEPTED)


class SpotifyPlaylistView(APIView):
    """One of mine."""

    @extend_schema(
        operation_id="spotify_playlist",
        tags=["similar users"],
        responses=SpotifyPlaylistSerializer,
    )
    def get(self, request: Request, playlist_id: int) -> Response:
        """Tell how far it is."""
        return Response(SpotifyPlaylistSerializer(load_playlist(asker(request), playlist_id)).data)
