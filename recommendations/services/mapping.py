"""Draws the map of the population, and puts newcomers on it."""

import logging

import numpy as np

from recommendations.models import Clustering, ListenerPlace, SoundMap, Track, TrackPlace
from recommendations.services.cluster_store import place_in_cluster
from recommendations.services.clustering import cluster_places
from recommendations.services.listening import batches
from recommendations.services.population import (
    HeardTracks,
    has_changed,
    load_described_profiles,
    load_heard_tracks,
    load_hidden_sounds,
)
from recommendations.services.profile_store import load_profiles, lock_listeners
from recommendations.services.revisions import Counter, load_last_revision
from recommendations.services.spaces import load_active_space
from recommendations.services.transactions import retried_transaction
from recommendations.taste import map as taste_map
from recommendations.taste.profiles import Float32Array, Int64Array, Profiles
from recommendations.taste.schema import SOUND_FEATURES

logger = logging.getLogger(__name__)

# Chosen by us: as many as a run can place in its time. Others get their place when their profile is
# recomputed.
MOST_LISTENERS = 100_000
_NUMBER = np.dtype("<f4")


def compute_map() -> int:
    """Draw the map anew and replace the old one, in one transaction; return how many are on it.

    It is fitted on the discoverable listeners and the tracks they have, so nothing on it
    depends on anybody else; the hidden are placed into it, for themselves.
    """
    revision = load_last_revision(Counter.PROFILES)
    space_id, space = load_active_space()
    profiles = _first(load_described_profiles(space_id))
    tracks = load_heard_tracks(space.scales)
    hidden_ids, hidden_means = load_hidden_sounds(space_id)
    hidden_ids, hidden_means = hidden_ids[:MOST_LISTENERS], hidden_means[:MOST_LISTENERS]
    whiten = space.sound.whiten
    fitted, places = taste_map.fit_map(
        whiten(tracks.sounds), whiten(profiles.feature_means.astype(np.float64))
    )
    hidden = taste_map.place_listeners(whiten(hidden_means), fitted)
    _store(
        SoundMap(
            space_id=space_id,
            revision=revision,
            spread=fitted.spread.astype(_NUMBER).tobytes(),
            points=fitted.points.astype(_NUMBER).tobytes(),
            positions=fitted.positions.astype(_NUMBER).tobytes(),
        ),
        tracks,
        np.concatenate([profiles.user_ids, hidden_ids]),
        np.concatenate([places, hidden]),
    )
    cluster_places(profiles, places[len(tracks.ids) :], (hidden_ids, hidden), space_id, revision)
    logger.info("map tracks=%d listeners=%d", len(tracks.ids), len(profiles))
    return len(places)


def _first(profiles: Profiles) -> Profiles:
    return profiles.take(np.arange(min(len(profiles), MOST_LISTENERS)))


def compute_map_if_changed() -> bool:
    """Draw the map anew if the population has changed enough; tell whether it had."""
    run = SoundMap.objects.values_list("space_id", "revision").first()
    if run is not None and not has_changed(*run):
        return False
    compute_map()
    return True


def place_on_map(user_id: int) -> None:
    """Put a listener where their sound as it is now belongs, without drawing anew."""
    space_id, space = load_active_space()
    sound_map = SoundMap.objects.filter(space_id=space_id).first()
    if sound_map is None:
        return
    points = space.sound.whiten(load_profiles(space_id, [user_id]).feature_means.astype(float))
    known = points[np.isfinite(points).all(axis=1)]
    places = taste_map.place_listeners(known, _unpack(sound_map))
    _replace_place(sound_map.pk, user_id, places)
    place_in_cluster(Clustering.Kind.MAP, user_id, space_id, places.astype(np.float64))


@retried_transaction
def _replace_place(map_id: int, user_id: int, places: Float32Array) -> None:
    present = lock_listeners([user_id])
    ListenerPlace.objects.filter(user__in=present).delete()
    if SoundMap.objects.filter(pk=map_id).exists():  # Else another run has placed everybody.
        ListenerPlace.objects.bulk_create(
            ListenerPlace(sound_map_id=map_id, user_id=pk, x=float(x), y=float(y))
            for pk in present
            for x, y in places
        )


@retried_transaction
def _store(
    sound_map: SoundMap, tracks: HeardTracks, user_ids: Int64Array, places: Float32Array
) -> None:
    """Replace the map; of tracks and listeners, those who still exist are on it."""
    SoundMap.objects.all().delete()
    sound_map.pk = None  # It may be tried again.
    sound_map.save(force_insert=True)
    count = len(tracks.ids)
    track_places = {
        track_id: TrackPlace(
            sound_map=sound_map, track_id=track_id, listener_count=listeners, x=x, y=y
        )
        for track_id, listeners, (x, y) in zip(
            tracks.ids.tolist(), tracks.listeners.tolist(), places[:count].tolist(), strict=True
        )
    }
    listener_places = {
        user_id: ListenerPlace(sound_map=sound_map, user_id=user_id, x=x, y=y)
        for user_id, (x, y) in zip(user_ids.tolist(), places[count:].tolist(), strict=True)
    }
    for batch in batches(sorted(track_places)):
        present = Track.objects.filter(pk__in=batch).values_list("pk", flat=True)
        TrackPlace.objects.bulk_create([track_places[pk] for pk in present])
    for batch in batches(sorted(listener_places)):
        ListenerPlace.objects.bulk_create([listener_places[pk] for pk in lock_listeners(batch)])


def _unpack(stored: SoundMap) -> taste_map.SoundMap:
    return taste_map.SoundMap(
        np.frombuffer(stored.spread, _NUMBER),
        np.frombuffer(stored.points, _NUMBER).reshape(-1, len(SOUND_FEATURES)),
        np.frombuffer(stored.positions, _NUMBER).reshape(-1, 2),
    )
