"""The asker's own account."""

from typing import Any

from django.contrib.auth import logout
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.api.throttles import PasswordThrottle
from accounts.models import User
from recommendations.api.fields import StrictBooleanField
from recommendations.api.views.asker import asker
from recommendations.services.forget import forget_listener
from recommendations.services.visibility import set_discoverable


class MeSerializer(serializers.ModelSerializer[User]):
    """An account as its owner sees it; only ``is_discoverable`` can be changed here."""

    is_discoverable = StrictBooleanField(
        required=False, help_text="Whether other listeners may find and see you."
    )

    class Meta:
        """Nothing that only administrators use."""

        model = User
        fields = ["id", "username", "email", "origin", "date_joined", "is_discoverable"]
        read_only_fields = ["id", "username", "email", "origin", "date_joined"]


class PasswordSerializer(serializers.Serializer[Any]):
    """The proof that a deletion is meant."""

    password = serializers.CharField(
        max_length=4096,
        trim_whitespace=False,
        help_text="Your password; your user name if you sign in by a music service and have none.",
    )


class MeView(APIView):
    """My account."""

    def get_throttles(self) -> list[BaseThrottle]:
        """Bound how often a password can be tried with a token."""
        throttles = list(super().get_throttles())
        return [*throttles, PasswordThrottle()] if self.request.method == "DELETE" else throttles

    @extend_schema(operation_id="me", tags=["me"], responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Show my account."""
        return Response(MeSerializer(asker(request)).data)

    @extend_schema(
        operation_id="me_update", tags=["me"], request=MeSerializer, responses=MeSerializer
    )
    def patch(self, request: Request) -> Response:
        """Choose whether others may find me; acts from the next request on."""
        user = asker(request)
        change = MeSerializer(user, data=request.data, partial=True)
        change.is_valid(raise_exception=True)
        if "is_discoverable" in change.validated_data:
            set_discoverable(user, value=change.validated_data["is_discoverable"])
        return Response(MeSerializer(user).data)

    @extend_schema(operation_id="me_delete", tags=["me"], responses={204: None})
    def delete(self, request: Request) -> Response:
        """Delete my account with everything that belongs to it, at once and for good.

        The body holds the password, or the user name of an account that has none.
        """
        user = asker(request)
        proof = PasswordSerializer(data=request.data)
        proof.is_valid(raise_exception=True)
        typed = proof.validated_data["password"]
        if not user.has_usable_password():
            if typed != user.username:
                raise PermissionDenied(_("That is not your user name. Nothing was deleted."))
        elif not user.check_password(typed):
            raise PermissionDenied(_("That is not your password. Nothing was deleted."))
        forget_listener(user)
        logout(request._request)  # noqa: SLF001 - the session belongs to Django's own request
        return Response(status=status.HTTP_204_NO_CONTENT)
