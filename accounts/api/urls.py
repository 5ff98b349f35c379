"""Addresses of signing in and out."""

from django.urls import path

from accounts.api.schema import TokenScheme
from accounts.api.token_views import TokensView, TokenView
from accounts.api.views import LoginView, LogoutAllView, LogoutView

# drf-spectacular knows a scheme once its module is loaded.
__all__ = ["TokenScheme", "urlpatterns"]

urlpatterns = [
    path("login/", LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("logout-all/", LogoutAllView.as_view(), name="logout_all"),
    path("tokens/", TokensView.as_view(), name="tokens"),
    path("tokens/<uuid:token_id>/", TokenView.as_view(), name="token"),
]
