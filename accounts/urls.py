"""Addresses of sign-in: those of allauth's pages that a site without a mail server can keep."""

from allauth.account import views
from django.urls import path

from accounts.views import password_reset, spotify_callback, spotify_login

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("signup/", views.signup, name="account_signup"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", password_reset, name="account_reset_password"),
    path("spotify/login/", spotify_login, name="spotify_login"),
    path("spotify/login/callback/", spotify_callback, name="spotify_callback"),
]
