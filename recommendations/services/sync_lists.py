"""Keeps the pages that a sync has fetched, as JSON in its row, until all lists are there."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from recommendations.models import TimeRange
from recommendations.sources.base import (
    ListenedArtist,
    ListenedTrack,
    PlayedArtist,
    TopLists,
)
from recommendations.sources.pages import ListKind, Page, TopList

# By the name of a list, its rows; and beside them the number of the page that is next.
Fetched = dict[str, Any]
_NEXT_PAGE = "next_page"


def name_list(top_list: TopList) -> str:
    """Return the name by which a sync calls a list."""
    return f"{top_list.kind}:{top_list.time_range}"


def find_next_page(fetched: Mapping[str, Any]) -> int:
    """Return the number of the page that is to be fetched of the present list."""
    return int(fetched.get(_NEXT_PAGE, 0))


def add_page(fetched: Mapping[str, Any], top_list: TopList, page: Page) -> Fetched:
    """Return what was fetched so far with a page more."""
    name = name_list(top_list)
    rows = [*fetched.get(name, ()), *map(asdict, page.tracks), *map(asdict, page.artists)]
    return {**fetched, name: rows, _NEXT_PAGE: page.next_page or 0}


def build_top_lists(fetched: Mapping[str, Any]) -> dict[TimeRange, TopLists]:
    """Return the lists that were fetched, by time range."""
    return {
        time_range: TopLists(
            tracks=[_build_track(row) for row in _load(fetched, ListKind.TRACKS, time_range)],
            artists=[_build_artist(row) for row in _load(fetched, ListKind.ARTISTS, time_range)],
        )
        for time_range in TimeRange
    }


def _load(fetched: Mapping[str, Any], kind: ListKind, time_range: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = fetched.get(name_list(TopList(kind, time_range)), [])
    return rows


def _build_track(row: Mapping[str, Any]) -> ListenedTrack:
    artists = tuple(ListenedArtist(**artist) for artist in row["artists"])
    return ListenedTrack(**{**row, "artists": artists})


def _build_artist(row: Mapping[str, Any]) -> PlayedArtist:
    return PlayedArtist(ListenedArtist(**row["artist"]), row["play_count"])
