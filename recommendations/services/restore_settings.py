"""Takes over from an export what its listener had set: what they leave out, whom they do not see.

Called in the transaction that stores the export's lists; the profile is the caller's to recompute.
"""

from collections.abc import Sequence

from django.core import signing
from django.db.models import Q

from accounts.models import User
from accounts.sharing import Card, UnseenListener
from recommendations.models import Exclusion
from recommendations.services.exclusions import MAX_EXCLUSIONS
from recommendations.services.find_listed import Listed, find_listed
from recommendations.services.profiles import mark_stale
from recommendations.services.unseen_listeners import MAX_UNSEEN
from recommendations.sources.base import ListenedArtist, ListenedTrack
from recommendations.sources.history import ExportedUnseen

# By this alone a file can name whom it hides: nobody learns from one of their own writing whether
# there is a listener, and a namesake at another site is left in peace.
_signer = signing.Signer(salt="recommendations: unseen listener")


def sign_listener(user_id: int) -> str:
    """Return what an export calls a listener, so that this site knows them again."""
    return _signer.sign(str(user_id))


def restore_exclusions(
    user_id: int, items: Sequence[ListenedTrack | ListenedArtist]
) -> tuple[int, Listed]:
    """Leave these out as well, as many as can be.

    Returns how many of them are left out now, and what they are: the caller notes what changed in
    the catalogue. A track that neither its id nor its names find is not among them.
    """
    if not items:
        return 0, Listed({}, {})
    tracks = [item for item in items if isinstance(item, ListenedTrack)]
    artists = [item for item in items if isinstance(item, ListenedArtist)]
    found = find_listed(tracks, artists, is_proven=False)
    own = Exclusion.objects.filter(user=user_id)
    known: set[tuple[int | None, int | None]] = set(own.values_list("artist_id", "track_id"))
    wanted = dict.fromkeys(
        (found.artist(item), None)
        if isinstance(item, ListenedArtist)
        else (None, found.track(item))
        for item in items
    )
    wanted.pop((None, None), None)
    room = MAX_EXCLUSIONS - len(known)
    new = [pair for pair in wanted if pair not in known][:room]
    Exclusion.objects.bulk_create(
        Exclusion(user_id=user_id, artist_id=artist_id, track_id=track_id)
        for artist_id, track_id in new
    )
    if new:
        mark_stale([user_id])
    return len(new) + len(known & wanted.keys()), found


def restore_unseen(user_id: int, unseen: Sequence[ExportedUnseen]) -> None:
    """Hide and block whom an export of this very site names, as far as their accounts exist.

    Nothing tells who does. Cards of the two are removed, as by hiding.
    """
    if not unseen:
        return
    named = {listener_id: one.is_blocked for one in unseen if (listener_id := _read(one))}
    own = UnseenListener.objects.filter(user=user_id)
    room = MAX_UNSEEN - own.count()
    listeners = User.objects.filter(pk__in=named).exclude(pk=user_id).order_by("pk")
    new = list(listeners.exclude(unseen_by__user=user_id).values_list("pk", flat=True)[:room])
    UnseenListener.objects.bulk_create(
        UnseenListener(user_id=user_id, unseen_id=pk, is_blocked=named[pk]) for pk in new
    )
    Card.objects.filter(
        Q(maker=user_id, sibling__in=new) | Q(maker__in=new, sibling=user_id)
    ).delete()


def _read(one: ExportedUnseen) -> int | None:
    try:
        return int(_signer.unsign(one.listener))
    except signing.BadSignature:
        return None
