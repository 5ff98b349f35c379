"""Artist weights: how much each artist says about a listener."""

from dataclasses import dataclass

from recommendations.taste.profiles import Int32Array


@dataclass(frozen=True, eq=False, slots=True)
class ArtistFrequencies:
    """How many of ``listener_count`` listeners have each artist.

    ``artist_ids`` (int32, ascending, distinct) and ``listeners`` (int32) are of one length; an
    artist that is not listed is nobody's.
    """

    artist_ids: Int32Array
    listeners: Int32Array
    listener_count: int
