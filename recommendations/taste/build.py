"""Builds profiles from listening: step 5 of the data's way."""

from recommendations.taste.listening import Listening
from recommendations.taste.profiles import Profiles
from recommendations.taste.space import Space


def build_profiles(listening: Listening, space: Space) -> Profiles:
    """Return the profiles of the listeners, in their order.

    Left out are listeners who have neither an artist nor a track whose sound is known.
    """
    raise NotImplementedError
