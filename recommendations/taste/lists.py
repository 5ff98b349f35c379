"""Top lists before they are merged, and the parts of them that stand for a part of a taste."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from recommendations.taste.listening import (
    Catalogue,
    ExcludedArtists,
    Listening,
    TopArtists,
    TopTracks,
    gather_listening,
)
from recommendations.taste.profiles import Int64Array


@dataclass(frozen=True, eq=False, slots=True)
class Lists:
    """The top lists of n listeners with what is known of the tracks that they name.

    ``user_ids`` is (n,) int64 and distinct; the rows of the lists are places in it. The lists are
    those that count; ``excluded`` are artists whose credits on other artists' tracks do not.
    """

    user_ids: Int64Array
    top_tracks: TopTracks
    top_artists: TopArtists
    catalogue: Catalogue
    excluded: ExcludedArtists

    def gather(self) -> Listening:
        """Return the lists merged, as ``gather_listening`` does, without the excluded artists."""
        merged = gather_listening(self.user_ids, self.top_tracks, self.top_artists, self.catalogue)
        return merged.without_artists(self.excluded)

    def of_tracks(self, track_ids: Collection[int], artist_ids: Collection[int] = ()) -> Self:
        """Return the lists with these tracks alone.

        Of the top artists those stay who are credited on one of the tracks or in ``artist_ids``.
        """
        is_credited = np.isin(self.catalogue.credit_track_ids, _as_ids(track_ids))
        credited = self.catalogue.credit_artist_ids[is_credited]
        artists = np.concatenate([credited, _as_ids(artist_ids)])
        return replace(
            self,
            top_tracks=self.top_tracks.pick(np.isin(self.top_tracks.track_ids, _as_ids(track_ids))),
            top_artists=self.top_artists.pick(np.isin(self.top_artists.artist_ids, artists)),
        )


def _as_ids(ids: Collection[int]) -> Int64Array:
    return np.fromiter(ids, np.int64, len(ids))
