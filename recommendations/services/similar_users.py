"""Finds similar users and says why: step 7 of the data's way."""

from dataclasses import dataclass

from accounts.models import User
from recommendations.index.base import Ranking
from recommendations.models import Artist
from recommendations.taste.explanation import FeatureComparison, MissingPart


class NotEnoughListening(Exception):  # noqa: N818 - named for what the listener is told
    """A listener without a profile.

    ``missing`` holds ``"top_tracks"`` and ``"top_artists"`` when there is no listening at all,
    else ``"audio_features"`` and ``"artists"``: there are top tracks, but nothing known of them.
    """

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


@dataclass(frozen=True, slots=True)
class SharedArtist:
    """An artist of both listeners and what they add to the similarity."""

    artist: Artist
    share: float


@dataclass(frozen=True, slots=True)
class RelatedArtists:
    """An artist of either side whom the same people listen to; ``cosine`` on the artist map."""

    yours: Artist
    theirs: Artist
    cosine: float


@dataclass(frozen=True, slots=True)
class SimilarityParts:
    """The terms of the hybrid similarity; they add up to it."""

    artists: float
    taste_map: float
    sound: float


@dataclass(frozen=True, slots=True)
class SimilarUser:
    """One similar user with the reasons; everything is unrounded.

    ``rank`` 1 is best; ``score`` is what the ranking orders by; ``percent`` in [0, 100] is the
    share of random pairs that this pair is closer than. ``missing`` names the parts that
    could not be compared.
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
    parts: SimilarityParts
    missing: tuple[MissingPart, ...]


def find_similar_users(
    user: User, *, limit: int, ranking: Ranking | None = None
) -> list[SimilarUser]:
    """Return the discoverable listeners most similar to this one, best first.

    Without a ranking the site's is used. Raises ``NotEnoughListening``.
    """
    raise NotImplementedError


def compare_listeners(user: User, other: User, *, ranking: Ranking | None = None) -> SimilarUser:
    """Compare two listeners; ``rank`` is 1. Whether the viewer may see the other is the caller's.

    Raises ``NotEnoughListening`` if either has no profile.
    """
    raise NotImplementedError
