"""The facets of a listener's taste, each with its artists, tracks and similar users."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from recommendations.models import Artist, Track
from recommendations.services.catalogue_search import described_tracks
from recommendations.services.listening import load_lists
from recommendations.services.pairs import Search
from recommendations.services.similar_users import (
    NotEnoughListening,
    SimilarUser,
    default_ranking,
    search_with,
)
from recommendations.services.spaces import load_active_space
from recommendations.taste import facets as taste
from recommendations.taste.profiles import Profile
from recommendations.taste.space import Space

# Chosen by us: enough to know a facet by.
ARTISTS_SHOWN = 10
TRACKS_SHOWN = 5
SIMILAR_USERS_SHOWN = 5


class NoSuchFacet(Exception):  # noqa: N818 - named for what the listener is told
    """The listener's taste has fewer facets than that."""


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with what it is known by: its heaviest artists, best tracks and similar users.

    ``number`` counts from 1; the counts are of all artists and tracks of the facet.
    """

    number: int
    artist_count: int
    track_count: int
    artists: list[Artist]
    tracks: list[Track]
    similar_users: list[SimilarUser]


@dataclass(frozen=True, slots=True)
class Facets:
    """One to four facets; ``breadth`` as in ``taste.facets.Facets``."""

    facets: list[Facet]
    breadth: float | None


def find_facets(user: User) -> Facets:
    """Return a listener's facets. Raises ``NotEnoughListening``."""
    lists = load_lists([user.pk], load_active_space()[1].scales)
    divided = taste.Facets((), None)

    def build_queries(space: Space) -> Iterable[Profile | None]:
        nonlocal divided
        divided = taste.divide_taste(lists, space)
        return [taste.build_facet_profile(lists, facet, space) for facet in divided.facets]

    found = search_with(build_queries, Search(SIMILAR_USERS_SHOWN, default_ranking()))
    if not found:
        raise NotEnoughListening.of(user)
    return Facets(_load_rows(divided, [one.similar_users for one in found]), divided.breadth)


def build_facet_query(user_id: int, number: int, space: Space) -> Profile | None:
    """Return what to search with for the facet of this number. Raises ``NoSuchFacet``."""
    lists = load_lists([user_id], space.scales)
    facets = taste.divide_taste(lists, space).facets
    if not 0 < number <= len(facets):
        raise NoSuchFacet(number)
    return taste.build_facet_profile(lists, facets[number - 1], space)


def _load_rows(divided: taste.Facets, similar_users: list[list[SimilarUser]]) -> list[Facet]:
    """Load the artists and tracks by which the facets are known, all at once."""
    heaviest = [facet.artist_ids[:ARTISTS_SHOWN].tolist() for facet in divided.facets]
    best = [facet.track_ids[:TRACKS_SHOWN].tolist() for facet in divided.facets]
    artists = Artist.objects.in_bulk([artist_id for ids in heaviest for artist_id in ids])
    tracks = described_tracks().in_bulk([track_id for ids in best for track_id in ids])
    return [
        Facet(
            number=number,
            artist_count=len(facet.artist_ids),
            track_count=len(facet.track_ids),
            artists=[artists[artist_id] for artist_id in heaviest[number - 1]],
            tracks=[tracks[track_id] for track_id in best[number - 1]],
            similar_users=similar_users[number - 1],
        )
        for number, facet in enumerate(divided.facets, start=1)
    ]
