"""The asker's accounts at music services, over the API."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import SignedInToChange
from accounts.music_services import Service
from recommendations.api.views.asker import asker
from recommendations.api.views.syncs import SyncSerializer
from recommendations.services.connections import Connection, load_connections
from recommendations.services.disconnect import disconnect
from recommendations.tasks import enqueue_placing

ONLY_WAY_IN = OpenApiResponse(
    description="`only_way_in`: You sign in by this account alone. Set a password first."
)
_SERVICE = OpenApiParameter(
    "service", {"type": "string", "enum": Service.values}, OpenApiParameter.PATH
)


class ConnectionSerializer(serializers.Serializer[Any]):
    """A service and my account there; null where I have none."""

    service = serializers.ChoiceField(choices=Service.choices)
    is_on = serializers.BooleanField(help_text="Whether this site reads the service.")
    is_connected = serializers.SerializerMethodField()
    name = serializers.CharField(source="account.name", default=None, allow_null=True)
    is_verified = serializers.BooleanField(
        source="account.is_verified",
        default=None,
        allow_null=True,
        help_text="Whether it is proven that the account is mine.",
    )
    linked_at = serializers.DateTimeField(source="account.linked_at", default=None, allow_null=True)
    is_ending = serializers.BooleanField(help_text="Whether the permission ends soon.")
    is_lost = serializers.BooleanField(help_text="Whether the permission is gone.")
    deleted_at = serializers.DateTimeField(
        allow_null=True, help_text="When what came from there is deleted for that."
    )
    last_sync = SyncSerializer(allow_null=True)

    def get_is_connected(self, connection: Connection) -> bool:
        """Tell whether I have linked an account."""
        return connection.account is not None


class ConnectionsView(APIView):
    """My connections."""

    @extend_schema(
        operation_id="connections", tags=["me"], responses=ConnectionSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """List the services that this site reads or that I have linked.

        Accounts are linked on the site's page, where the service itself may have to be asked.
        """
        found = load_connections(asker(request), timezone.now())
        return Response(ConnectionSerializer(found, many=True).data)


class ConnectionView(APIView):
    """One connection of mine."""

    permission_classes = [IsAuthenticated, SignedInToChange]

    @extend_schema(
        operation_id="connection_delete",
        tags=["me"],
        parameters=[_SERVICE],
        responses={204: None, 409: ONLY_WAY_IN},
    )
    def delete(self, request: Request, service: str) -> Response:
        """Disconnect a service; its token and all that came from it are gone at once."""
        account = asker(request).music_accounts.filter(service=service).first()
        if account is None:
            raise Http404
        disconnect(asker(request), Service(account.service))
        enqueue_placing(asker(request).pk)
        return Response(status=status.HTTP_204_NO_CONTENT)
