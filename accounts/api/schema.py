"""How the schema describes tokens; loaded with the views that use them."""

from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme


class TokenScheme(KnoxTokenScheme):  # type: ignore[no-untyped-call]
    """The Authorization header."""

    target_class = "accounts.api.authentication.TokenAuthentication"
    name = "token"
