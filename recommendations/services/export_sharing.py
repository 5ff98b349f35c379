"""Adds to a listener's export whom they hide, their links for friends and the cards they are on.

Written only: other sites know other listeners. Tokens are left out, so that a file that is passed
on opens nothing.
"""

import json
import zipfile
from typing import IO, Any

from accounts.models import User
from recommendations.services.cards import load_cards
from recommendations.services.compare_links import load_compare_links
from recommendations.services.unseen_listeners import load_unseen_listeners

SHARING_MEMBER = "metarec-sharing.json"


def add_sharing(archive_file: IO[bytes], user: User) -> None:
    """Add one JSON file to the zip."""
    content = json.dumps(_load_sharing(user), ensure_ascii=False, indent=1)
    with zipfile.ZipFile(archive_file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(SHARING_MEMBER, content)


def _load_sharing(user: User) -> dict[str, Any]:
    return {
        "format": "metarec sharing",
        "version": 1,
        "unseen_listeners": [
            {
                "username": row.unseen.username,
                "is_blocked": row.is_blocked,
                "hidden_at": row.hidden_at.isoformat(),
            }
            for row in load_unseen_listeners(user)
        ],
        "compare_links": [
            {
                "name": link.name,
                "made_at": link.made_at.isoformat(),
                "last_used_at": link.last_used_at and link.last_used_at.isoformat(),
            }
            for link in load_compare_links(user)
        ],
        "cards": [
            {
                "maker": card.maker.username,
                "sibling": card.sibling.username,
                "made_at": card.made_at.isoformat(),
            }
            for card in load_cards(user)
        ],
    }
