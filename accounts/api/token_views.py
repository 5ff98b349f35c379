"""Personal tokens, over the API."""

from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.api.permissions import SignedInToChange
from accounts.api.throttles import TokenThrottle
from accounts.api.tokens import (
    DEFAULT_DAYS,
    MAX_DAYS,
    issue_personal_token,
    load_tokens,
    revoke_token,
)
from accounts.models import ApiToken, User

TOO_MANY = OpenApiResponse(
    description="`too_many_tokens`: You have as many personal tokens as one may have."
)


class NewTokenSerializer(serializers.Serializer[Any]):
    """What a personal token is made of."""

    # Not blank, which the schema says by a pattern.
    name = serializers.RegexField(
        r"\S",
        max_length=60,
        help_text="By which you know it again, such as the program it is for.",
    )
    days = serializers.IntegerField(
        min_value=1, max_value=MAX_DAYS, default=DEFAULT_DAYS, help_text="Until it ends."
    )


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    """A token without what it opens the site with."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(help_text="Empty for a token that signing in gave.")
    created_at = serializers.DateTimeField(source="created")
    expiry = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(
        allow_null=True, help_text="Noted at most once a minute."
    )

    class Meta:
        """Nothing of the token itself, not even its hash."""

        model = ApiToken
        fields = ["id", "name", "created_at", "expiry", "last_used_at"]
        read_only_fields = fields


class IssuedPersonalTokenSerializer(serializers.Serializer[Any]):
    """A new personal token."""

    token = serializers.CharField(help_text="Shown once; the site keeps only its hash.")
    id = serializers.UUIDField(source="row.public_id")
    name = serializers.CharField(source="row.name")
    expiry = serializers.DateTimeField(source="row.expiry")


class TokensView(ListAPIView[ApiToken]):
    """My tokens, the newest first."""

    serializer_class = TokenSerializer
    permission_classes = [IsAuthenticated, SignedInToChange]

    def get_throttles(self) -> list[BaseThrottle]:
        """Bound how often one user makes tokens."""
        of_making = [TokenThrottle()] if self.request.method == "POST" else []
        return [*super().get_throttles(), *of_making]

    def get_queryset(self) -> "QuerySet[ApiToken]":
        """Return the asker's own."""
        return load_tokens(cast("User", self.request.user))

    @extend_schema(operation_id="tokens", tags=["auth"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 - DRF's own
        """List my tokens that work, the newest first: those of signing in and personal ones."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="tokens_create",
        tags=["auth"],
        request=NewTokenSerializer,
        responses={201: IssuedPersonalTokenSerializer, 409: TOO_MANY},
    )
    def post(self, request: Request) -> Response:
        """Make a personal token, for a program; a personal token may not.

        At most 20 work at a time.
        """
        wanted = NewTokenSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        issued = issue_personal_token(cast("User", request.user), **wanted.validated_data)
        answer = IssuedPersonalTokenSerializer(issued).data
        return Response(answer, status=status.HTTP_201_CREATED)


class TokenView(APIView):
    """One of my tokens."""

    permission_classes = [IsAuthenticated, SignedInToChange]

    @extend_schema(operation_id="tokens_delete", tags=["auth"], responses={204: None})
    def delete(self, request: Request, token_id: UUID) -> Response:
        """End one of my tokens at once; a personal token may not."""
        revoke_token(cast("User", request.user), token_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
