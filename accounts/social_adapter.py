"""How allauth signs in with music services on this site."""

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc] # it is untyped
    """allauth's ways, with the one app that the settings name."""
