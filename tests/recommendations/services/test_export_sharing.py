"""What the export holds of whom a listener hides and what they share."""

import json
import zipfile
from pathlib import Path

import pytest

from recommendations.services.cards import make_card
from recommendations.services.compare_links import make_compare_link
from recommendations.services.export_listening import export_listening
from recommendations.services.export_sharing import SHARING_MEMBER
from recommendations.services.unseen_listeners import hide_listener
from recommendations.sources.brought_file import OWN_EXPORT_MEMBER, BroughtFile, recognise
from tests.recommendations.conftest import Cast

pytestmark = pytest.mark.django_db


def test_everything_is_there_but_the_tokens(cast: Cast) -> None:
    hide_listener(cast.ana, cast.stranger.pk, is_blocked=True)
    link = make_compare_link(cast.ana, "friend")
    card = make_card(cast.ana, cast.sibling.pk, language="en")

    with export_listening(cast.ana) as file, zipfile.ZipFile(file) as archive:
        text = archive.read(SHARING_MEMBER).decode()

    sharing = json.loads(text)
    assert [row["username"] for row in sharing["unseen_listeners"]] == ["stranger"]
    assert [row["name"] for row in sharing["compare_links"]] == ["friend"]
    assert [row["sibling"] for row in sharing["cards"]] == ["sibling"]
    assert link.token not in text
    assert card.token not in text


def test_the_import_reads_the_listening_alone(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with export_listening(cast.ana) as file:
        path.write_bytes(file.read())

    members = recognise(BroughtFile(path, path.name)).members

    assert [member.entry for member in members] == [OWN_EXPORT_MEMBER]
