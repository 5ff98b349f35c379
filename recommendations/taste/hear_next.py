"""What a listener's siblings play and the listener does not, best first.

Pure arithmetic, on artists and on tracks alike. docs/ranking.md has what was measured.
"""

from dataclasses import dataclass

import numpy as np

from recommendations.taste.artist_map import ArtistMap
from recommendations.taste.artists import IDF_POWER
from recommendations.taste.listening import Float64Array
from recommendations.taste.profiles import Int32Array, Int64Array, Profile
from recommendations.taste.vectors import find_places

# Measured by us on real listeners: fewer siblings know too little, more of them only hits.
SIBLINGS = 50
SIMILARITY_POWER = 2.0
# Chosen by us: on the map of 1,832 real listeners two random artists are rarely so near.
_NEAR = 0.5


@dataclass(frozen=True, eq=False, slots=True)
class Played:
    """What n siblings play: one entry for each sibling and item.

    ``rows`` are the siblings' rows, ``item_ids`` the keys of artists or of tracks, ``idf`` how
    rare each is: that of the artist, of a track that of the artist named first.
    """

    rows: Int32Array
    item_ids: Int64Array
    idf: Float64Array


@dataclass(frozen=True, slots=True)
class Unheard:
    """Something to hear next: ``rows`` are the siblings who play it, the most similar first."""

    item_id: int
    score: float
    rows: tuple[int, ...]


def rank_unheard(
    played: Played, similarities: Float64Array, known_ids: Int64Array, limit: int
) -> list[Unheard]:
    """Return at most ``limit`` items that are not known, best first, ties by id.

    ``similarities`` is (n,), of the siblings; who is not similar at all adds nothing. The score is
    idf^0.75 times the sum of the squared similarities of those who play it.
    """
    is_new = ~np.isin(played.item_ids, known_ids)
    rows, idf = played.rows[is_new], played.idf[is_new]
    item_ids, first, places = np.unique(
        played.item_ids[is_new], return_index=True, return_inverse=True
    )
    votes = np.maximum(similarities, 0.0) ** SIMILARITY_POWER
    scores = idf[first] ** IDF_POWER * np.bincount(places, votes[rows], minlength=len(item_ids))
    order = np.lexsort((item_ids, -scores))[:limit]
    by_similarity = np.argsort(-similarities, kind="stable")
    return [
        Unheard(
            item_id=int(item_ids[i]),
            score=float(scores[i]),
            rows=tuple(by_similarity[np.isin(by_similarity, rows[places == i])].tolist()),
        )
        for i in order
        if scores[i] > 0.0
    ]


def find_near_artists(
    artist_ids: Int32Array, profile: Profile, artist_map: ArtistMap
) -> dict[int, int]:
    """Return which of the listener's own artists is nearest on the map to each of these artists.

    Nearness counts as much as the own artist weighs, so that a favourite a little apart comes
    before a rarity side by side. An artist who is near to none is left out.
    """
    others, positions = _find_positions(artist_ids, artist_map)
    own, own_positions = _find_positions(profile.artist_ids, artist_map)
    if not len(own):
        return {}
    places, _ = find_places(profile.artist_ids, own)
    cosines = positions @ own_positions.T
    worth = np.where(cosines >= _NEAR, cosines * np.sqrt(profile.artist_weights[places]), 0.0)
    best = worth.argmax(axis=1)
    return {
        int(artist_id): int(own[place])
        for artist_id, place, row in zip(others, best, worth, strict=True)
        if row[place] > 0.0
    }


def _find_positions(
    artist_ids: Int32Array, artist_map: ArtistMap
) -> tuple[Int32Array, Float64Array]:
    """Return those of the artists that are on the map, with their places."""
    places, is_mapped = find_places(artist_map.artist_ids, artist_ids)
    return artist_ids[is_mapped], artist_map.positions[places[is_mapped]].astype(np.float64)
