"""Splits a catalogue's text of several artists into artists, in their order."""

import ast
from collections.abc import Iterable
from typing import NamedTuple

from recommendations.names import clean_name, split_bare_commas, split_escaped_commas
from recommendations.rejected_row import RejectedRow
from recommendations.spotify_id import is_spotify_id

# Chosen by us: a classical recording credits some dozens. It bounds what ``ast`` has to parse.
MAX_LIST_LENGTH = 20_000
MAX_ARTISTS = 200


class CreditedArtist(NamedTuple):
    """An artist as a file names them; the id is Spotify's, None where the file has none."""

    name: str
    spotify_id: str | None


def split_semicolons(names: str, _ids: str) -> tuple[CreditedArtist, ...]:
    """Read ``A;B``, as in the 114k set."""
    return _without_ids(names.split(";"))


def read_python_lists(names: str, ids: str) -> tuple[CreditedArtist, ...]:
    """Read ``['A', 'B']``, with a second such list of ids where the file has one.

    Ids count only where there is one for each name. Raises ``RejectedRow``.
    """
    name_list = _parse_list(names)
    id_list = _parse_list(ids)
    if len(id_list) != len(name_list):
        return _without_ids(name_list)
    return _with_ids(name_list, id_list)


def read_bare_commas(names: str, _ids: str) -> tuple[CreditedArtist, ...]:
    """Read ``A,B`` or ``A;B``, as exportify.net writes it."""
    return _without_ids(split_bare_commas(names))


def read_by_uris(names: str, uris: str) -> tuple[CreditedArtist, ...]:
    """Read ``A, B`` by the count of ``spotify:artist:…`` beside it, as exportify.app writes it.

    Where the counts differ, it is unknown who is who, and nobody is credited.
    """
    ids = [uri.strip().removeprefix("spotify:artist:") for uri in uris.split(",") if uri.strip()]
    split = split_escaped_commas(names, len(ids))
    return _with_ids(split, ids) if split else ()


def _with_ids(names: list[str], ids: list[str]) -> tuple[CreditedArtist, ...]:
    credited = (
        CreditedArtist(clean_name(name), text if is_spotify_id(text) else None)
        for name, text in zip(names, ids, strict=True)
    )
    return _distinct(credit for credit in credited if credit.name)


def _without_ids(names: list[str]) -> tuple[CreditedArtist, ...]:
    cleaned = (clean_name(name) for name in names)
    return _distinct(CreditedArtist(name, None) for name in cleaned if name)


def _distinct(credited: Iterable[CreditedArtist]) -> tuple[CreditedArtist, ...]:
    return tuple(dict.fromkeys(credited))[:MAX_ARTISTS]


def _parse_list(text: str) -> list[str]:
    """Parse Python's way of printing a list of texts; an empty text is an empty list."""
    text = text.strip()
    if not text:
        return []
    if text.startswith("['") and text.endswith("']") and "\\" not in text and '"' not in text:
        items = text[2:-2].split("', '")
        if not any("'" in item for item in items):
            return items
    return _parse_literal(text)


def _parse_literal(text: str) -> list[str]:
    if len(text) > MAX_LIST_LENGTH:
        raise RejectedRow("the list of artists is too long")
    try:
        items = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
        raise RejectedRow("the artists are not a list like ['A', 'B']") from error
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise RejectedRow("the artists are not a list like ['A', 'B']")
    return items
