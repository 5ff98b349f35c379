"""Two groups of listeners who share nothing, so that who is nearest to whom follows."""

from dataclasses import dataclass

from accounts.models import User
from recommendations.models import Artist
from recommendations.services.profiles import recompute_profiles
from tests.factories import make_artist, make_top_artists, make_user


@dataclass(frozen=True)
class Groups:
    """Three listeners play the slow artists, and ``hidden``, too; four play the loud ones."""

    slow: list[User]
    loud: list[User]
    hidden: User
    slow_artists: list[Artist]
    loud_artists: list[Artist]


def make_groups() -> Groups:
    """Make the groups and their profiles; each has three artists of its own."""
    slow_artists = [make_artist(f"Slow {number}") for number in range(3)]
    loud_artists = [make_artist(f"Loud {number}") for number in range(3)]
    slow = [make_user(username=f"slow-{number}") for number in range(3)]
    loud = [make_user(username=f"loud-{number}") for number in range(4)]
    hidden = make_user(username="hidden-slow", is_discoverable=False)
    for user in [*slow, hidden]:
        make_top_artists(user, slow_artists)
    for user in loud:
        make_top_artists(user, loud_artists)
    recompute_profiles([user.pk for user in (*slow, *loud, hidden)])
    return Groups(slow, loud, hidden, slow_artists, loud_artists)
