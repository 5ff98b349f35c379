"""Who may see whom, and what there is to see."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, QuerySet

from accounts.models import User
from recommendations.models import TopArtist, TopTrack, TrackArtist

# Chosen by us: enough to know somebody's taste by, on a page or over the API.
ARTISTS_SHOWN = 20
TRACKS_SHOWN = 10


class ListenerNotVisible(Exception):  # noqa: N818 - named for what the viewer is told
    """There is no such listener, or not one whom this viewer may see; the two look the same."""


def load_discoverable_listeners() -> QuerySet[User]:
    """Return the listeners whom everyone may see, by user name."""
    return User.objects.filter(is_discoverable=True, is_active=True).order_by("username")


def load_visible_listener(viewer: User | AnonymousUser, user_id: int) -> User:
    """Return the listener if they are discoverable or the viewer themselves.

    Raises:
        ListenerNotVisible: in every other case.
    """
    listener = User.objects.filter(pk=user_id, is_active=True).first()
    if listener is None or not (listener.is_discoverable or listener.pk == viewer.pk):
        raise ListenerNotVisible(user_id)
    return listener


def load_top_tracks(user: User) -> QuerySet[TopTrack]:
    """Return a listener's top tracks with features and artists, list by list, best rank first."""
    artist_credits = TrackArtist.objects.select_related("artist").order_by("position")
    return (
        TopTrack.objects.filter(user=user)
        .select_related("track__audio_features")
        .prefetch_related(Prefetch("track__credits", queryset=artist_credits))
        .order_by("source", "time_range", "rank")
    )


def load_top_artists(user: User) -> QuerySet[TopArtist]:
    """Return a listener's top artists, list by list, best rank first."""
    return (
        TopArtist.objects.filter(user=user)
        .select_related("artist")
        .order_by("source", "time_range", "rank")
    )
