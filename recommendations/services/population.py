"""Who and what clusters and map are made of: all that everybody may see."""

from dataclasses import dataclass

import numpy as np
from django.db.models import Count

from recommendations.models import ProfileChange, TasteProfile, TopTrack
from recommendations.services.counted_entries import keep_counted_tracks
from recommendations.services.listening import batches, load_features_of
from recommendations.services.profile_store import (
    count_visible_profiles,
    load_all_visible_profiles,
    load_profiles,
)
from recommendations.services.spaces import load_active_space_id
from recommendations.taste.listening import Float64Array
from recommendations.taste.profiles import Int64Array, Profiles
from recommendations.taste.scales import Scales
from recommendations.taste.sound import to_sound

# Chosen by us: more than anybody looks at, some 20 MB at work.
MOST_TRACKS = 100_000
# Chosen by us: fewer changes hardly move a cluster, and newcomers are placed without a new run.
_CHANGED_SHARE = 0.05


def has_changed(space_id: int | None, revision: int) -> bool:
    """Tell whether a run in this space, which saw this revision, has to be made again.

    It has to when the space is another, or when one in twenty listeners changed.
    """
    active_id = load_active_space_id()
    if space_id != active_id:
        return True
    changes = ProfileChange.objects.filter(revision__gt=revision).count()
    return changes > _CHANGED_SHARE * count_visible_profiles(active_id)


def load_described_profiles(space_id: int) -> Profiles:
    """Return the profiles of all discoverable listeners whose sound is known."""
    profiles = Profiles.concatenate(list(load_all_visible_profiles(space_id)))
    return profiles.take(np.flatnonzero(np.isfinite(profiles.feature_means[:, 0])))


def load_hidden_sounds(space_id: int) -> tuple[Int64Array, Float64Array]:
    """Return user ids and (n, 9) feature means of those whose sound is known but only to them."""
    hidden = TasteProfile.objects.filter(space_id=space_id).exclude(
        user__is_discoverable=True, user__is_active=True
    )
    user_ids = list(hidden.order_by("user_id").values_list("user_id", flat=True))
    blocks = [load_profiles(space_id, batch) for batch in batches(user_ids)]
    profiles = Profiles.concatenate(blocks)
    is_known = np.isfinite(profiles.feature_means[:, 0])
    return profiles.user_ids[is_known], profiles.feature_means[is_known].astype(np.float64)


@dataclass(frozen=True, eq=False, slots=True)
class HeardTracks:
    """m tracks: ids, ascending, (m, 9) sounds, and how many discoverable listeners each has."""

    ids: Int64Array
    sounds: Float64Array
    listeners: Int64Array


def load_heard_tracks(scales: Scales) -> HeardTracks:
    """Return the described tracks that discoverable listeners count among their taste.

    Where there are too many, those whom the most of them have; no track that only the hidden
    listen to tells of them by being here.
    """
    public = {"user__is_discoverable": True, "user__is_active": True}
    entries = TopTrack.objects.filter(track__audio_features__isnull=False, **public)
    heard = keep_counted_tracks(entries)
    counted = heard.values("track_id").annotate(listeners=Count("user", distinct=True))
    most_heard = counted.order_by("-listeners", "track_id")
    listeners_of = dict(most_heard.values_list("track_id", "listeners")[:MOST_TRACKS])
    track_ids, features = load_features_of(list(listeners_of), scales)
    sounds = to_sound(features)
    is_described = np.isfinite(sounds).all(axis=1)
    ids = track_ids[is_described]
    listeners = np.array([listeners_of[track_id] for track_id in ids.tolist()], np.int64)
    return HeardTracks(ids, sounds[is_described], listeners)
