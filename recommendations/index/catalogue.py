"""What every index of the catalogue can do: find tracks and artists by name.

The same rules hold for every engine. A word of the text is found at the beginning of any word of a
name. Tracks come in this order: those named exactly so; those of an artist whose whole name is in
the text, with the text's other words in the track's name; those whose names begin so; those whose
names have all the words. Among equals the most popular come first, then those stored first. For
artists it is: named so, begins so, has all the words; among equals by name.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from recommendations.name_key import build_name_key

# Chosen by us: beyond any name that somebody types from memory, and each costs a condition.
MAX_WORDS = 10


@dataclass(frozen=True, slots=True)
class CatalogueQuery:
    """What is looked for: the normalised text, and its first words."""

    key: str
    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the query for a text as it was typed; its key may be empty."""
        key = build_name_key(text.replace("\x00", " "))
        return cls(key, tuple(key.split()[:MAX_WORDS]))

    def credits(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each way to read the text as an artist's whole name and words of a track's."""
        yield self.key, ()
        for end in range(1, len(self.words)):
            first, rest = self.words[:end], self.words[end:]
            yield build_name_key(" ".join(first)), rest
            yield build_name_key(" ".join(rest)), first


@dataclass(frozen=True, slots=True)
class IndexedArtist:
    """What an index holds of an artist."""

    artist_id: int
    name: str
    name_key: str
    spotify_id: str | None


@dataclass(frozen=True, slots=True)
class IndexedTrack:
    """What an index holds of a track; ``features`` are the known of the 14, by name."""

    track_id: int
    name: str
    name_key: str
    spotify_id: str | None
    artists: Sequence[IndexedArtist]
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class CatalogueBlock:
    """Some tracks and artists."""

    tracks: Sequence[IndexedTrack] = ()
    artists: Sequence[IndexedArtist] = ()

    def __len__(self) -> int:
        return len(self.tracks) + len(self.artists)


@dataclass(frozen=True, slots=True)
class CatalogueRemovals:
    """Keys of tracks and artists that are no more."""

    track_ids: Collection[int] = ()
    artist_ids: Collection[int] = ()


class CatalogueSearch(Protocol):
    """Finds tracks and artists. May raise ``IndexUnavailable``."""

    def find_tracks(self, query: CatalogueQuery, limit: int) -> list[int]:
        """Return the keys of the first tracks in the order of this module."""

    def find_artists(self, query: CatalogueQuery, limit: int) -> list[int]:
        """Return the keys of the first artists in the order of this module."""


class CatalogueContent(Protocol):
    """Tracks and artists, caught up with the database by revision."""

    def apply(self, *, upserts: CatalogueBlock, removals: CatalogueRemovals, revision: int) -> None:
        """Take over changes up to ``revision``; those that are not newer change nothing."""

    def revision(self) -> int:
        """Return the last revision taken over, -1 where there is no content."""

    def count(self) -> int:
        """Return the number of tracks and artists held."""


class CatalogueDraft(CatalogueContent, Protocol):
    """The next content, which nobody sees before it is published."""

    def publish(self) -> None:
        """Put this content in the place of the live one, which is dropped."""


class CatalogueIndex(CatalogueSearch, CatalogueContent, Protocol):
    """An index of all processes. Every method may raise ``IndexUnavailable``."""

    def draft(self, blocks: Iterable[CatalogueBlock], *, revision: int) -> CatalogueDraft:
        """Return a draft of these rows, which stood at ``revision`` when they were read.

        It takes the place of every other draft.
        """
