"""Which entries of top lists count: those that the listener does not leave out of their taste."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from recommendations.models import Exclusion, TopArtist, TopTrack


def keep_counted_tracks(entries: QuerySet[TopTrack]) -> QuerySet[TopTrack]:
    """Return those whose track the listener has not excluded, nor the artist named first on it."""
    return entries.filter(~is_track_excluded())


def keep_counted_artists(entries: QuerySet[TopArtist]) -> QuerySet[TopArtist]:
    """Return those whose artist the listener has not excluded."""
    return entries.filter(~is_artist_excluded())


def is_track_excluded() -> Q:
    """Return the condition that the listener of an entry leaves its track out."""
    own = Exclusion.objects.filter(user=OuterRef("user"))
    by_artist = own.filter(artist__credits__track=OuterRef("track"), artist__credits__position=0)
    return Q(Exists(own.filter(track=OuterRef("track")))) | Q(Exists(by_artist))


def is_artist_excluded() -> Q:
    """Return the condition that the listener of an entry leaves its artist out."""
    excluded = Exclusion.objects.filter(user=OuterRef("user"), artist=OuterRef("artist"))
    return Q(Exists(excluded))
