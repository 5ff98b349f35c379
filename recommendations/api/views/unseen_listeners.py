"""Whom the asker hides or blocks."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.sharing import UnseenListener
from recommendations.api.fields import StrictBooleanField
from recommendations.api.schema import TOO_MANY
from recommendations.api.views.asker import asker
from recommendations.api.views.listeners import ListenerSerializer
from recommendations.services.unseen_listeners import (
    hide_listener,
    load_unseen_listeners,
    show_again,
)


class HidingSerializer(serializers.Serializer[Any]):
    """How a listener is hidden."""

    is_blocked = StrictBooleanField(
        default=False, help_text="Whether they do not see you either, anywhere."
    )


class UnseenListenerSerializer(serializers.ModelSerializer[UnseenListener]):
    """A listener whom I hide or block."""

    user = ListenerSerializer(source="unseen")

    class Meta:
        """Who, how and since when."""

        model = UnseenListener
        fields = ["user", "is_blocked", "hidden_at"]
        read_only_fields = fields


class UnseenListenersView(APIView):
    """Whom I hide or block."""

    @extend_schema(
        operation_id="unseen_listeners",
        tags=["me"],
        responses=UnseenListenerSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List whom I hide or block, the latest first; at most 500.

        Who is not to be seen any more for another reason is left out meanwhile.
        """
        rows = load_unseen_listeners(asker(request))
        return Response(UnseenListenerSerializer(rows, many=True).data)


class UnseenListenerView(APIView):
    """One listener to hide, block or show again."""

    @extend_schema(
        operation_id="unseen_listener_update",
        tags=["me"],
        request=HidingSerializer,
        responses={200: UnseenListenerSerializer, 409: TOO_MANY},
    )
    def put(self, request: Request, user_id: int) -> Response:
        """Hide a listener from all that I am shown, or block them.

        Then neither sees the other, and to them I look like nobody, as if I were not discoverable.
        """
        hiding = HidingSerializer(data=request.data)
        hiding.is_valid(raise_exception=True)
        row = hide_listener(asker(request), user_id, **hiding.validated_data)
        return Response(UnseenListenerSerializer(row).data)

    @extend_schema(operation_id="unseen_listener_delete", tags=["me"], responses={204: None})
    def delete(self, request: Request, user_id: int) -> Response:
        """Show a listener again. The answer is the same whether or not I hid them."""
        show_again(asker(request), user_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
