"""Show a listener's similar users."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recommendations.index.base import RANKINGS, IndexUnavailable, Ranking
from recommendations.management.arguments import load_listeners, positive_integer
from recommendations.services.similar_users import (
    NotEnoughListening,
    SimilarUser,
    default_ranking,
    find_similar_users,
)

# Chosen by us: as many shared artists as fit a line of a terminal.
_ARTISTS_SHOWN = 5


class Command(BaseCommand):
    help = "Shows the discoverable listeners most similar to LISTENER, with shared artists."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("listener", metavar="LISTENER", help="a user name")
        parser.add_argument("--ranking", choices=RANKINGS, help="the site's unless given")
        parser.add_argument("--limit", type=positive_integer, default=10, metavar="N")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(
        self,
        *,
        listener: str,
        ranking: Ranking | None,
        limit: int,
        format: str,  # noqa: A002 - the option's name
        **_options: Any,  # noqa: ANN401 - Django's
    ) -> None:
        user = load_listeners([listener])[0]
        used = ranking or default_ranking()
        try:
            found = find_similar_users(user, limit=limit, ranking=used)
        except NotEnoughListening as error:
            missing = " and ".join(error.missing).replace("_", " ")
            raise CommandError(f"Not enough is known of {listener!r} yet: no {missing}.") from error
        except IndexUnavailable as error:
            raise CommandError(f"{error} Nothing was lost; try again soon.") from error
        if format == "json":
            self.stdout.write(json.dumps(_to_json(listener, used, found), indent=2))
            return
        for line in _to_text(listener, used, found):
            self.stdout.write(line)


def _to_json(listener: str, ranking: str, found: list[SimilarUser]) -> dict[str, Any]:
    return {
        "listener": listener,
        "ranking": ranking,
        "similar_users": [
            {
                "rank": similar.rank,
                "listener": similar.user.username,
                "score": similar.score,
                "percent": similar.percent,
                "cosine": similar.cosine,
                "artist_similarity": similar.artist_similarity,
                "shared_artists": [
                    {"artist": shared.artist.name, "share": shared.share}
                    for shared in similar.shared_artists
                ],
            }
            for similar in found
        ],
    }


def _to_text(listener: str, ranking: str, found: list[SimilarUser]) -> Iterator[str]:
    if not found:
        yield f"No other discoverable listener has a profile to compare with {listener}'s."
        return
    width = max(len("listener"), *(len(similar.user.username) for similar in found))
    yield f"Similar users of {listener} by the {ranking} ranking"
    yield f"{'rank':>4}  {'listener':<{width}}  {'closer than':>11}  {'score':>9}  shared artists"
    for similar in found:
        yield (
            f"{similar.rank:>4}  {similar.user.username:<{width}}  {similar.percent:>9.2f} %  "
            f"{similar.score:>9.4f}  {_shared_artists(similar)}"
        )


def _shared_artists(similar: SimilarUser) -> str:
    names = [shared.artist.name for shared in similar.shared_artists]
    more = len(names) - _ARTISTS_SHOWN
    listed = ", ".join(names[:_ARTISTS_SHOWN]) or "none"
    return f"{listed} and {more} more" if more > 0 else listed
