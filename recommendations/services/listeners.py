"""Who may see whom, and what there is to see."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from accounts.models import User
from accounts.sharing import UnseenListener
from recommendations.models import TopArtist, TopTrack, TrackArtist
from recommendations.services.counted_entries import (
    is_artist_excluded,
    is_track_excluded,
    keep_counted_artists,
    keep_counted_tracks,
)
from recommendations.services.visibility import load_unseen

# Chosen by us: enough to know somebody's taste by, on a page or over the API.
ARTISTS_SHOWN = 20
TRACKS_SHOWN = 10


class ListenerNotVisible(Exception):  # noqa: N818 - named for what the viewer is told
    """There is no such listener, or not one whom this viewer may see; the two look the same."""


def load_discoverable_listeners(viewer: User | AnonymousUser) -> QuerySet[User]:
    """Return the listeners whom everyone may see, by user name, but for whom the viewer unsees."""
    listeners = User.objects.filter(is_discoverable=True, is_active=True).order_by("username")
    unseen = load_unseen(viewer)
    return listeners.exclude(pk__in=unseen) if unseen else listeners


def load_visible_listener(viewer: User | AnonymousUser, user_id: int) -> User:
    """Return the listener if this viewer may see them.

    One sees oneself and who is discoverable, unless either has blocked the other.

    Raises:
        ListenerNotVisible: in every other case.
    """
    listener = filter_visible(viewer, User.objects.filter(pk=user_id)).first()
    if listener is None:
        raise ListenerNotVisible(user_id)
    return listener


def load_visible_listener_by_name(viewer: User, username: str) -> User:
    """Return the listener of this name as ``load_visible_listener`` does."""
    listener = filter_visible(viewer, User.objects.filter(username=username)).first()
    if listener is None:
        raise ListenerNotVisible(username)
    return listener


def filter_visible(viewer: User | AnonymousUser, listeners: QuerySet[User]) -> QuerySet[User]:
    """Keep those of the listeners whom this viewer may see by ``load_visible_listener``."""
    if isinstance(viewer, AnonymousUser):
        return listeners.filter(is_discoverable=True, is_active=True)
    own_blocks = UnseenListener.objects.filter(
        user=viewer.pk, unseen=OuterRef("pk"), is_blocked=True
    )
    willing = filter_willing(viewer, listeners).filter(~Exists(own_blocks))
    return willing | listeners.filter(pk=viewer.pk, is_active=True)


def filter_willing(viewer: User, listeners: QuerySet[User]) -> QuerySet[User]:
    """Keep those of the listeners who let this viewer see them, whomever the viewer blocked."""
    blocks = UnseenListener.objects.filter(user=OuterRef("pk"), unseen=viewer.pk, is_blocked=True)
    return listeners.filter(~Exists(blocks), is_discoverable=True, is_active=True)


def are_apart(user: User, other: User) -> bool:
    """Tell whether either of the two has blocked the other."""
    pair = [user.pk, other.pk]
    blocks = UnseenListener.objects.filter(user__in=pair, unseen__in=pair, is_blocked=True)
    return blocks.exists()


def load_top_tracks(user: User) -> QuerySet[TopTrack]:
    """Return a listener's top tracks with features and artists, list by list, best rank first.

    For the listener's own eyes: ``is_excluded`` says of each whether they leave it out.
    """
    artist_credits = TrackArtist.objects.select_related("artist").order_by("position")
    return (
        TopTrack.objects.filter(user=user)
        .select_related("track__audio_features")
        .prefetch_related(Prefetch("track__credits", queryset=artist_credits))
        .annotate(is_excluded=is_track_excluded())
        .order_by("source", "exported_source", "time_range", "rank")
    )


def load_top_artists(user: User) -> QuerySet[TopArtist]:
    """Return a listener's top artists, list by list, best rank first; as ``load_top_tracks``."""
    return (
        TopArtist.objects.filter(user=user)
        .select_related("artist")
        .annotate(is_excluded=is_artist_excluded())
        .order_by("source", "exported_source", "time_range", "rank")
    )


def load_shown_tracks(user: User) -> QuerySet[TopTrack]:
    """Return the best of what others see of a listener's top tracks."""
    return keep_counted_tracks(load_top_tracks(user))[:TRACKS_SHOWN]


def load_shown_artists(user: User) -> QuerySet[TopArtist]:
    """Return the best of what others see of a listener's top artists."""
    return keep_counted_artists(load_top_artists(user))[:ARTISTS_SHOWN]
