"""Finds similar users and says why: step 7 of the data's way."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self, cast

from django.conf import settings

from accounts.models import User
from recommendations.index.base import Ranking
from recommendations.models import Artist, TasteProfile, TimeRange
from recommendations.services.indexing import load_caught_up_index
from recommendations.services.listening import Progress
from recommendations.services.pairs import (
    FoundPairs,
    Pair,
    Place,
    Search,
    Searchable,
    SpaceExchanged,
    find_pairs,
)
from recommendations.services.partial_profiles import BuildQuery
from recommendations.services.profile_store import load_profiles
from recommendations.services.profiles import recompute_stale_profiles, refresh_profiles
from recommendations.services.spaces import load_active_space, load_active_space_id
from recommendations.taste.explanation import FeatureComparison, MissingPart, SimilarityParts
from recommendations.taste.profiles import Profile
from recommendations.taste.space import Space

# Chosen by us: their explanations name some thousand artists, loaded in one query.
_LISTENERS_AT_ONCE = 200


class NotEnoughListening(Exception):  # noqa: N818 - named for what the listener is told
    """A listener without a profile.

    ``missing`` holds ``"top_tracks"`` and ``"top_artists"`` when there is no listening at all,
    else ``"audio_features"`` and ``"artists"``: there are top tracks, but nothing known of them.
    """

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing

    @classmethod
    def of(cls, user: User, time_range: TimeRange | None = None) -> Self:
        """Return the error for a listener who has no profile, looking up what is missing.

        With a span, it is about the lists of that span.
        """
        span = {} if time_range is None else {"time_range": time_range}
        has_listening = (
            user.top_tracks.filter(**span).exists() or user.top_artists.filter(**span).exists()
        )
        return cls(
            ("audio_features", "artists") if has_listening else ("top_tracks", "top_artists")
        )


@dataclass(frozen=True, slots=True)
class SharedArtist:
    """An artist of both listeners and what they add to the artist similarity."""

    artist: Artist
    share: float


@dataclass(frozen=True, slots=True)
class RelatedArtists:
    """An artist of either side whom the same people listen to; ``cosine`` on the artist map."""

    yours: Artist
    theirs: Artist
    cosine: float


@dataclass(frozen=True, slots=True)
class SimilarUser:
    """One similar user with the reasons; everything is unrounded.

    ``rank`` 1 is best; ``score`` is what the ranking orders by; ``percent`` in [0, 100] is the
    share of random pairs that this pair is closer than. ``parts`` is None by the seed's ranking,
    whose score is made of ``cosine`` and of whether any artist is shared. ``missing`` names the
    parts that could not be compared.
    """

    user: User
    rank: int
    score: float
    cosine: float
    artist_similarity: float
    percent: float
    shared_artists: tuple[SharedArtist, ...]
    related_artists: tuple[RelatedArtists, ...]
    features: tuple[FeatureComparison, ...]
    parts: SimilarityParts | None
    missing: tuple[MissingPart, ...]


@dataclass(frozen=True, slots=True)
class FoundUsers:
    """The similar users of ``user_id``, best first.

    ``next_place`` is where the list goes on, None at its end. ``is_cut`` says that more may pass
    the filters beyond the ``MOST_LOOKED_AT`` nearest listeners.
    """

    user_id: int
    similar_users: list[SimilarUser]
    next_place: Place | None
    is_cut: bool


def find_similar_users(
    user: User, *, limit: int, ranking: Ranking | None = None
) -> list[SimilarUser]:
    """Return the discoverable listeners most similar to this one, best first.

    Whom they do not see is left out, as ``load_unseen`` says. Without a ranking the site's is used.
    Raises ``NotEnoughListening``.
    """
    search = Search(limit, ranking or default_ranking())
    return search_similar_users(user, search).similar_users


def search_similar_users(
    user: User, search: Search, build_query: BuildQuery | None = None
) -> FoundUsers:
    """Return the discoverable listeners most similar to this one who pass the filters.

    With ``build_query``, its profile is searched with in place of the stored one, which else is
    recomputed first if it waits for that. Raises ``NotEnoughListening``.
    """
    if build_query is None:
        refresh_profiles([user.pk])
        found = _find(_load_stored([user.pk]), search)
    else:
        found = search_with(lambda space: [build_query(space)], search)
    if not found:
        raise NotEnoughListening.of(user)
    return found[0]


def search_with(
    build_queries: Callable[[Space], Iterable[Profile | None]], search: Search
) -> list[FoundUsers]:
    """Return the similar users of each of the profiles that are built, None left out.

    They are built again should the space be exchanged meanwhile.
    """
    return _find(
        lambda _space_id, space: [query for query in build_queries(space) if query is not None],
        search,
    )


def find_similar_users_of_all(
    *, limit: int, progress: Progress | None = None
) -> Iterator[tuple[User, list[SimilarUser]]]:
    """Yield every listener who has a profile with their similar users, by user id.

    Profiles that wait to be recomputed are recomputed first.
    """
    recompute_stale_profiles()
    with_profile = TasteProfile.objects.filter(space_id=load_active_space_id()).order_by("user_id")
    user_ids = list(with_profile.values_list("user_id", flat=True))
    for start in range(0, len(user_ids), _LISTENERS_AT_ONCE):
        batch = user_ids[start : start + _LISTENERS_AT_ONCE]
        found = _find(_load_stored(batch), Search(limit, default_ranking()))
        similar_users = {one.user_id: one.similar_users for one in found}
        for user in User.objects.filter(pk__in=similar_users).order_by("pk"):
            yield user, similar_users[user.pk]
        if progress is not None:
            progress(start + len(batch), len(user_ids))


def find_similar_user_ids(user_ids: Sequence[int], *, limit: int) -> dict[int, list[int]]:
    """Return the ids of the similar users of each of the listeners who has a profile.

    Profiles are taken as they are; the site's ranking is used.
    """
    found = _find(_load_stored(user_ids), Search(limit, default_ranking()))
    return {one.user_id: [similar.user.pk for similar in one.similar_users] for one in found}


def default_ranking() -> Ranking:
    """Return the ranking that the site's setting chooses."""
    return cast("Ranking", settings.METAREC_RANKING)


# Returns what to search with in a space of this id: each asker's profile, who has none left out.
_LoadQueries = Callable[[int, Space], Sequence[Profile]]


def _load_stored(user_ids: Sequence[int]) -> _LoadQueries:
    return lambda space_id, _space: list(load_profiles(space_id, user_ids))


def _find(load_queries: _LoadQueries, search: Search) -> list[FoundUsers]:
    """Return the similar users for each of the profiles to search with.

    The number of queries does not grow with theirs.
    """
    while True:
        space_id, space = load_active_space()
        queries = load_queries(space_id, space)
        index = load_caught_up_index()
        if index.space_id() != space_id:
            continue  # The space was exchanged in between: the profiles are of no use any more.
        try:
            found = find_pairs(queries, Searchable(index, space_id, space), search)
        except SpaceExchanged:
            continue
        similar_users = name_pairs([one.pairs for one in found])
        return [
            FoundUsers(query.user_id, users, _next_place(one), one.is_cut)
            for query, one, users in zip(queries, found, similar_users, strict=True)
        ]


def _next_place(found: FoundPairs) -> Place | None:
    if not found.has_more:
        return None
    last = found.pairs[-1]
    return Place(last.rank, last.neighbour.score, last.neighbour.user_id)


def name_pairs(pairs: list[list[Pair]]) -> list[list[SimilarUser]]:
    """Load the users and artists that the pairs name, all at once; the deleted are left out."""
    every_pair = [pair for found in pairs for pair in found]
    user_ids = {pair.neighbour.user_id for pair in every_pair}
    artist_ids = {artist_id for pair in every_pair for artist_id in _named_artists(pair)}
    users = {user.pk: user for user in User.objects.filter(pk__in=user_ids)}
    artists = {artist.pk: artist for artist in Artist.objects.filter(pk__in=artist_ids)}
    return [
        [
            _build_similar_user(pair, users, artists)
            for pair in found
            if pair.neighbour.user_id in users
        ]
        for found in pairs
    ]


def _named_artists(pair: Pair) -> Iterable[int]:
    for shared in pair.explanation.shared_artists:
        yield shared.artist_id
    for related in pair.explanation.related_artists:
        yield from (related.yours, related.theirs)


def _build_similar_user(
    pair: Pair, users: dict[int, User], artists: dict[int, Artist]
) -> SimilarUser:
    neighbour, explanation = pair.neighbour, pair.explanation
    return SimilarUser(
        user=users[neighbour.user_id],
        rank=pair.rank,
        score=neighbour.score,
        cosine=neighbour.cosine,
        artist_similarity=neighbour.artist_similarity,
        percent=pair.percent,
        shared_artists=tuple(
            SharedArtist(artists[shared.artist_id], shared.share)
            for shared in explanation.shared_artists
            if shared.artist_id in artists
        ),
        related_artists=tuple(
            RelatedArtists(artists[related.yours], artists[related.theirs], related.cosine)
            for related in explanation.related_artists
            if related.yours in artists and related.theirs in artists
        ),
        features=explanation.features,
        parts=explanation.parts,
        missing=explanation.missing,
    )
