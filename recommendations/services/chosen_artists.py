"""Finds the listeners nearest to a few chosen artists; nothing is stored."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from accounts.models import User
from recommendations.index.base import Ranking
from recommendations.models import Artist, TrackArtist
from recommendations.services.listening import load_features_of
from recommendations.services.pairs import Search
from recommendations.services.similar_users import SimilarUser, default_ranking, search_with
from recommendations.taste.build import build_profiles
from recommendations.taste.chosen_artists import gather_chosen
from recommendations.taste.profiles import Profile
from recommendations.taste.space import Space

# Chosen by us: fewer say too little of a taste, and more are tiresome to choose.
FEWEST_ARTISTS = 3
MOST_ARTISTS = 10
# Chosen by us: what an artist is known for; without a bound the most recorded would decide alone.
TRACKS_PER_ARTIST = 10

# No listener has this id.
_NOBODY = 0


class ArtistNotFound(Exception):  # noqa: N818 - named for what the asker is told
    """There is no such artist."""


def load_artists(artist_ids: Sequence[int]) -> list[Artist]:
    """Return the artists of these ids in their order, each once, those that exist."""
    found = Artist.objects.in_bulk(artist_ids)
    return [found[artist_id] for artist_id in dict.fromkeys(artist_ids) if artist_id in found]


def find_users_by_artists(
    viewer: User | AnonymousUser,
    artists: Sequence[Artist],
    *,
    limit: int,
    ranking: Ranking | None = None,
) -> list[SimilarUser]:
    """Return the discoverable listeners nearest to who plays these artists, best first.

    The sound is that of the artists' best known tracks, where features of any are known. Without
    a ranking the site's is used; there has to be an artist. Whom the viewer does not see is left
    out, and the viewer.
    """
    user_id = _NOBODY if isinstance(viewer, AnonymousUser) else viewer.pk
    build_query = partial(_build_profile, user_id, [artist.pk for artist in artists])
    search = Search(limit, ranking or default_ranking())
    [found] = search_with(lambda space: [build_query(space)], search)
    return found.similar_users


def _build_profile(user_id: int, artist_ids: Sequence[int], space: Space) -> Profile:
    _, features = load_features_of(_load_track_ids(artist_ids), space.scales)
    listening = gather_chosen(user_id, np.array(artist_ids, np.int32), features)
    return build_profiles(listening, space)[0]


def _load_track_ids(artist_ids: Sequence[int]) -> list[int]:
    """Return the most popular tracks of each artist whose features are known, each track once."""
    place = Window(
        RowNumber(),
        partition_by="artist",
        order_by=[F("track__popularity").desc(nulls_last=True), F("track")],
    )
    described = TrackArtist.objects.filter(
        artist__in=artist_ids, track__audio_features__isnull=False
    )
    best = described.order_by().annotate(place=place).filter(place__lte=TRACKS_PER_ARTIST)
    return sorted(set(best.values_list("track", flat=True)))
