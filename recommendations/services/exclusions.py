"""Leaving artists and tracks out of one's taste, and taking them back."""

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from recommendations.models import Artist, Exclusion, Track, TrackArtist
from recommendations.services.profile_store import lock_listeners
from recommendations.services.profiles import mark_stale, recompute_profiles
from recommendations.services.transactions import retried_transaction

# Chosen by us: far beyond what anybody picks by hand.
MAX_EXCLUSIONS = 1_000
# Of a key that a profile can hold.
LARGEST_ID = 2**31 - 1


class NothingToExclude(Exception):  # noqa: N818 - named for what the listener is told
    """There is no such artist or track."""


class TooManyExclusions(Exception):  # noqa: N818 - named for what the listener is told
    """The listener leaves out as much as can be left out."""


class ExclusionNotFound(Exception):  # noqa: N818 - named for what the listener is told
    """There is no such exclusion, or it is another listener's; the two look the same."""


def load_exclusions(user: User) -> QuerySet[Exclusion]:
    """Return what a listener leaves out, with names, the latest first."""
    artist_credits = TrackArtist.objects.select_related("artist").order_by("position")
    return (
        Exclusion.objects.filter(user=user)
        .select_related("artist", "track__audio_features")
        .prefetch_related(Prefetch("track__credits", queryset=artist_credits))
        .order_by("-pk")
    )


def exclude_artist(user: User, artist_id: int) -> Exclusion:
    """Leave an artist out of the listener's taste, with the tracks on which they are named first.

    From the next request on nobody sees them there, and the profile is that of what is left.
    Again, it changes nothing. Raises ``NothingToExclude`` and ``TooManyExclusions``.
    """
    if not Artist.objects.filter(pk=artist_id).exists():
        raise NothingToExclude(artist_id)
    return _exclude(user.pk, artist_id=artist_id)


def exclude_track(user: User, track_id: int) -> Exclusion:
    """Leave a track out, as ``exclude_artist`` does an artist."""
    if not Track.objects.filter(pk=track_id).exists():
        raise NothingToExclude(track_id)
    return _exclude(user.pk, track_id=track_id)


@retried_transaction
def take_back(user: User, exclusion_id: int) -> None:
    """Let what was left out count again. Raises ``ExclusionNotFound``."""
    lock_listeners([user.pk])
    deleted, _ = Exclusion.objects.filter(user=user, pk=exclusion_id).delete()
    if not deleted:
        raise ExclusionNotFound(exclusion_id)
    _recompute(user.pk)


@retried_transaction
def _exclude(user_id: int, **what: int) -> Exclusion:
    lock_listeners([user_id])
    own = Exclusion.objects.filter(user_id=user_id)
    known = own.filter(**what).first()
    if known is not None:
        return known
    if own.count() >= MAX_EXCLUSIONS:
        raise TooManyExclusions
    made = Exclusion.objects.create(user_id=user_id, **what)
    _recompute(user_id)
    return made


def _recompute(user_id: int) -> None:
    """Make the profile true within the transaction: what was left out shows to nobody after it."""
    mark_stale([user_id])
    recompute_profiles([user_id])
