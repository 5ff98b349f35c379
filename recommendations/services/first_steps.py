"""How far a newcomer is on the way to their similar users."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from recommendations.models import TasteProfile


def is_newcomer(user: User | AnonymousUser) -> bool:
    """Tell whether somebody signed in and nothing can be compared with them yet."""
    return user.is_authenticated and not TasteProfile.objects.filter(user=user).exists()
