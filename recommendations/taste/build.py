"""Builds profiles from listening: step 5 of the data's way."""

import numpy as np

from recommendations.taste.artist_map import build_map_vectors
from recommendations.taste.artists import build_artist_weights
from recommendations.taste.listening import Listening
from recommendations.taste.meta_vector import build_meta_vectors
from recommendations.taste.profiles import MAP_SIZE, TASTE_VECTOR_SIZE, Profiles
from recommendations.taste.sound import build_feature_means, build_sound_vectors
from recommendations.taste.space import Space

# Measured by us on real listeners: 0.05 to 0.15 and 0.02 to 0.05 are equally good.
MAP_SHARE = 0.10
SOUND_SHARE = 0.03


def build_profiles(listening: Listening, space: Space) -> Profiles:
    """Return the profiles of the listeners, in their order.

    Left out are listeners who have neither an artist nor a track whose sound is known.
    """
    feature_means = build_feature_means(listening)
    sound_vectors = build_sound_vectors(feature_means, space.sound)
    map_vectors = build_map_vectors(listening, space.artist_map, space.frequencies)
    taste_vectors = np.empty((len(listening), TASTE_VECTOR_SIZE), np.float32)
    # Laid end to end under these roots, one dot product gives 0.10 cos t + 0.03 cos s.
    taste_vectors[:, :MAP_SIZE] = np.sqrt(MAP_SHARE) * map_vectors
    taste_vectors[:, MAP_SIZE:] = np.sqrt(SOUND_SHARE) * sound_vectors
    offsets, artist_ids, artist_weights = build_artist_weights(listening, space.frequencies)
    profiles = Profiles(
        user_ids=listening.user_ids,
        meta_vectors=build_meta_vectors(listening),
        taste_vectors=taste_vectors,
        feature_means=feature_means.astype(np.float32),
        artist_offsets=offsets,
        artist_ids=artist_ids,
        artist_weights=artist_weights,
    )
    has_something = (np.diff(offsets) > 0) | np.isfinite(feature_means[:, 0])
    return profiles if has_something.all() else profiles.take(np.flatnonzero(has_something))
