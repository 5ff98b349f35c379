"""A playlist for the asker and somebody whom they may see."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from recommendations.api.schema import NOT_ENOUGH_LISTENING, TOKEN_IN_PATH
from recommendations.api.views.asker import asker
from recommendations.api.views.catalogue import TrackSerializer
from recommendations.api.views.compare import ComparingView
from recommendations.api.views.listeners import ListenerSerializer
from recommendations.services.compare_links import follow_friends_link
from recommendations.services.playlist_files import FORMATS, write_playlist
from recommendations.services.shared_playlist import (
    MAX_TRACKS,
    TRACKS_BY_DEFAULT,
    build_shared_playlist,
    load_partner,
)
from recommendations.taste.shared_playlist import Part


class PlaylistQuerySerializer(serializers.Serializer[Any]):
    """How long it may be."""

    limit = serializers.IntegerField(min_value=1, max_value=MAX_TRACKS, default=TRACKS_BY_DEFAULT)


class PlaylistFileQuerySerializer(PlaylistQuerySerializer):
    """Which kind of file."""

    kind = serializers.ChoiceField(choices=sorted(FORMATS))


class PlaylistTrackSerializer(serializers.Serializer[Any]):
    """A track of the playlist."""

    track = TrackSerializer()
    part = serializers.ChoiceField(
        choices=[part.value for part in Part],
        help_text="Both of us play it; or I do and it fits them; or the other way round.",
    )


class SharedPlaylistSerializer(serializers.Serializer[Any]):
    """The playlist, in its order."""

    other = ListenerSerializer()
    tracks = PlaylistTrackSerializer(many=True)


class PlaylistFileSerializer(serializers.Serializer[Any]):
    """A file of the playlist: its name, its media type, and what stands in it."""

    name = serializers.CharField()
    media_type = serializers.CharField()
    content = serializers.CharField()


class SharedPlaylistView(APIView):
    """A playlist for two."""

    @extend_schema(
        operation_id="shared_playlist",
        tags=["similar users"],
        parameters=[PlaylistQuerySerializer],
        responses={200: SharedPlaylistSerializer, 409: NOT_ENOUGH_LISTENING},
    )
    def get(self, request: Request, user_id: int) -> Response:
        """List tracks that another listener and I may both like.

        First what both of us play, then by turns what of each fits the other. Who may not be seen
        cannot be told from who does not exist, and I am no partner of mine: all are 404.
        """
        me = asker(request)
        return _answer_playlist(request, me, load_partner(me, user_id))


class SharedPlaylistFileView(APIView):
    """The same as a file."""

    @extend_schema(
        operation_id="shared_playlist_file",
        tags=["similar users"],
        parameters=[PlaylistFileQuerySerializer],
        responses={200: PlaylistFileSerializer, 409: NOT_ENOUGH_LISTENING},
    )
    def get(self, request: Request, user_id: int) -> Response:
        """Write the playlist as CSV, XSPF or JSPF; the answer has the file's content in it."""
        me = asker(request)
        return _answer_file(request, me, load_partner(me, user_id))


class FriendsPlaylistView(ComparingView):
    """A playlist with whoever made a link."""

    @extend_schema(
        operation_id="friends_playlist",
        tags=["similar users"],
        parameters=[TOKEN_IN_PATH, PlaylistQuerySerializer],
        responses={200: SharedPlaylistSerializer, 409: NOT_ENOUGH_LISTENING},
    )
    def get(self, request: Request, token: str) -> Response:
        """List tracks that the maker of a link, discoverable or not, and I may both like.

        A link that is ended, and one's own, are 404 as an unknown one is.
        """
        me = asker(request)
        return _answer_playlist(request, me, follow_friends_link(me, token, timezone.now()))


class FriendsPlaylistFileView(ComparingView):
    """The same as a file."""

    @extend_schema(
        operation_id="friends_playlist_file",
        tags=["similar users"],
        parameters=[TOKEN_IN_PATH, PlaylistFileQuerySerializer],
        responses={200: PlaylistFileSerializer, 409: NOT_ENOUGH_LISTENING},
    )
    def get(self, request: Request, token: str) -> Response:
        """Write that playlist as CSV, XSPF or JSPF; the answer has the file's content in it."""
        me = asker(request)
        return _answer_file(request, me, follow_friends_link(me, token, timezone.now()))


def _answer_playlist(request: Request, me: User, other: User) -> Response:
    query = PlaylistQuerySerializer(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    playlist = build_shared_playlist(me, other, limit=query.validated_data["limit"])
    return Response(SharedPlaylistSerializer(playlist).data)


def _answer_file(request: Request, me: User, other: User) -> Response:
    query = PlaylistFileQuerySerializer(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    playlist = build_shared_playlist(me, other, limit=query.validated_data["limit"])
    file = write_playlist(playlist, query.validated_data["kind"])
    return Response(PlaylistFileSerializer(file).data)
