"""A listener's taste profile with the names that belong to its numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from accounts.models import User
from recommendations.models import Artist, TasteProfile, TasteSpace
from recommendations.services.profiles import refresh_profiles
from recommendations.services.similar_users import NotEnoughListening
from recommendations.services.track_counts import count_tracks
from recommendations.taste.schema import SOUND_FEATURES, TRACK_FEATURES


@dataclass(frozen=True, slots=True)
class NamedValue:
    """One entry of a vector; None is unknown."""

    name: str
    value: float | None


@dataclass(frozen=True, slots=True)
class ArtistWeight:
    """An artist and their weight in (0, 1]."""

    artist: Artist
    weight: float


@dataclass(frozen=True, slots=True)
class ProfileDetails:
    """A taste profile for reading; ``taste/profiles.py`` says what the vectors are.

    Of ``track_count`` tracks, ``described_track_count`` have the nine features of the sound and
    ``meta_vector_track_count`` all fourteen; the others do not count in the feature means and in
    the meta vector. ``artist_weights`` stand heaviest first. An artist who is no longer in the
    catalogue is missing; after the next recomputation they are in the profile neither.
    """

    user_id: int
    space: TasteSpace
    computed_at: datetime
    track_count: int
    described_track_count: int
    meta_vector_track_count: int
    artist_count: int
    meta_vector: tuple[NamedValue, ...]
    feature_means: tuple[NamedValue, ...]
    taste_vector: tuple[float, ...]
    artist_weights: tuple[ArtistWeight, ...]


def load_profile_details(user: User) -> ProfileDetails:
    """Return a listener's profile in the active space, computed first if it is stale.

    Raises ``NotEnoughListening``.
    """
    refresh_profiles([user.pk])
    row = (
        TasteProfile.objects.filter(user=user, space__status=TasteSpace.Status.ACTIVE)
        .select_related("space")
        .defer("space__arrays")
        .first()
    )
    if row is None:
        raise NotEnoughListening.of(user)
    return describe_profile(row)


def describe_profile(row: TasteProfile) -> ProfileDetails:
    """Return a stored profile with names; two queries, for the artists and the tracks."""
    return ProfileDetails(
        user_id=row.user_id,
        space=row.space,
        computed_at=row.computed_at,
        track_count=row.track_count,
        described_track_count=row.described_track_count,
        meta_vector_track_count=count_tracks(row.user_id).seed,
        artist_count=row.artist_count,
        meta_vector=_name(TRACK_FEATURES, row.meta_vector),
        feature_means=_name(SOUND_FEATURES, row.feature_means),
        taste_vector=tuple(_floats(row.taste_vector)),
        artist_weights=_load_artist_weights(row),
    )


def _floats(stored: bytes | memoryview) -> list[float]:
    floats: list[float] = np.frombuffer(stored, dtype="<f4").tolist()
    return floats


def _name(names: Sequence[str], stored: bytes | memoryview) -> tuple[NamedValue, ...]:
    return tuple(
        NamedValue(name, None if math.isnan(value) else value)
        for name, value in zip(names, _floats(stored), strict=True)
    )


def _load_artist_weights(row: TasteProfile) -> tuple[ArtistWeight, ...]:
    artist_ids = np.frombuffer(row.artist_ids, dtype="<i4").tolist()
    artists = Artist.objects.in_bulk(artist_ids)
    weights = zip(artist_ids, _floats(row.artist_weights), strict=True)
    heaviest_first = sorted(weights, key=lambda pair: (-pair[1], pair[0]))
    return tuple(
        ArtistWeight(artists[artist_id], weight)
        for artist_id, weight in heaviest_first
        if artist_id in artists
    )
