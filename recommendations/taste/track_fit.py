"""How well tracks fit a listener: as well as somebody who plays nothing else is similar to them."""

import numpy as np

from recommendations.taste.build import build_profiles
from recommendations.taste.listening import Catalogue, Float64Array, Listening
from recommendations.taste.profiles import Profile
from recommendations.taste.ranking import hybrid_similarity
from recommendations.taste.space import Space
from recommendations.taste.vectors import find_places


def fit_tracks(listener: Profile, tracks: Catalogue, space: Space) -> Float64Array:
    """Return (m,) hybrid similarities of the tracks to the listener, in the catalogue's order.

    A track of which neither an artist nor the sound is known fits nobody: 0.
    """
    fits = np.zeros(len(tracks.track_ids))
    as_listeners = build_profiles(_as_listening(tracks), space)
    places, _ = find_places(tracks.track_ids, as_listeners.user_ids)
    fits[places] = hybrid_similarity(listener, as_listeners)
    return fits


def _as_listening(tracks: Catalogue) -> Listening:
    """Return each track as the whole listening of somebody whose id is the track's."""
    rows = np.arange(len(tracks.track_ids), dtype=np.int32)
    places, is_known = find_places(tracks.track_ids, tracks.credit_track_ids)
    artist_rows = places[is_known].astype(np.int32)
    ones = np.ones(len(artist_rows), np.int32)
    return Listening(
        user_ids=tracks.track_ids,
        track_rows=rows,
        track_ranks=np.ones_like(rows),
        track_features=tracks.features,
        artist_rows=artist_rows,
        artist_ids=tracks.credit_artist_ids[is_known],
        artist_ranks=ones,
        play_counts=np.full(len(ones), np.nan),
        track_counts=ones,
    )
