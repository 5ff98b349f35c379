"""Sign-in with a password for a token, and sign-out."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import TokenAuthentication
from accounts.api.permissions import SignedInToChange
from accounts.api.throttles import AnonymousThrottle, PasswordThrottle
from accounts.api.tokens import check_password, issue_token, revoke_all_tokens
from accounts.models import User


class CredentialsSerializer(serializers.Serializer[Any]):
    """What signs in."""

    login = serializers.CharField(
        min_length=1,
        max_length=254,
        trim_whitespace=False,
        help_text="User name or e-mail address.",
    )
    password = serializers.CharField(
        min_length=1, max_length=4096, trim_whitespace=False, write_only=True
    )


class IssuedTokenSerializer(serializers.Serializer[Any]):
    """What signing in gives."""

    token = serializers.CharField(help_text="Shown once; the site keeps only its hash.")
    expiry = serializers.DateTimeField(source="row.expiry")


class LoginView(APIView):
    """Sign in."""

    # Nobody has to be known to sign in, and an expired token does not stand in the way.
    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = [AnonymousThrottle, PasswordThrottle]

    def get_authenticate_header(self, request: Request) -> str:
        """Answer wrong credentials with 401, as other endpoints do."""
        return str(TokenAuthentication().authenticate_header(request))

    @extend_schema(
        operation_id="auth_login",
        tags=["auth"],
        request=CredentialsSerializer,
        responses=IssuedTokenSerializer,
    )
    def post(self, request: Request) -> Response:
        """Give a token for a user name or e-mail address and a password.

        Send it as `Authorization: Token <token>`. Wrong attempts count together with those on
        the sign-in page.
        """
        credentials = CredentialsSerializer(data=request.data)
        credentials.is_valid(raise_exception=True)
        user = check_password(request._request, **credentials.validated_data)  # noqa: SLF001
        return Response(IssuedTokenSerializer(issue_token(user)).data)


class LogoutView(APIView):
    """Sign out with one token."""

    authentication_classes = [TokenAuthentication]

    @extend_schema(operation_id="auth_logout", tags=["auth"], request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Delete the token that this request carries."""
        request.auth.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class LogoutAllView(APIView):
    """Sign out everywhere."""

    permission_classes = [IsAuthenticated, SignedInToChange]

    @extend_schema(
        operation_id="auth_logout_all", tags=["auth"], request=None, responses={204: None}
    )
    def post(self, request: Request) -> Response:
        """Delete all of my tokens, personal ones too; a personal token may not."""
        revoke_all_tokens(cast("User", request.user))
        return Response(status=status.HTTP_204_NO_CONTENT)
