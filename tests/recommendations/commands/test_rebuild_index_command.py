"""The command that fills both shared indexes anew, and what it shows meanwhile."""

import io
import re
from collections.abc import Iterator
from contextlib import redirect_stderr

import pytest
from django.core.management import CommandError, call_command
from elasticsearch import Elasticsearch

from recommendations.index import use_catalogue, use_shared
from recommendations.index.elasticsearch import ElasticsearchIndex, connect
from recommendations.index.elasticsearch_catalogue import ElasticsearchCatalogue
from recommendations.services import catalogue_rows, profile_store
from recommendations.services.profiles import recompute_all_profiles
from tests.elasticsearch_node import own_alias
from tests.factories import make_artist, make_top_artists, make_track, make_user

pytestmark = pytest.mark.django_db


class Terminal(io.StringIO):
    """Where a person looks at standard error."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def indexes(
    elasticsearch_client: Elasticsearch,
) -> Iterator[tuple[ElasticsearchIndex, ElasticsearchCatalogue]]:
    client = elasticsearch_client
    with own_alias(client) as listeners, own_alias(client) as songs:
        both = (
            ElasticsearchIndex(client, alias=listeners),
            ElasticsearchCatalogue(client, alias=songs),
        )
        use_shared(both[0])
        use_catalogue(both[1])
        yield both
        use_shared(None)
        use_catalogue(None)


@pytest.fixture
def rows() -> None:
    """Four listeners, an artist and six tracks."""
    artist = make_artist()
    for _ in range(4):
        make_top_artists(make_user(), [artist])
    for _ in range(6):
        make_track(artists=[artist])
    recompute_all_profiles()


def read_steps(shown: str, unit: str) -> list[str]:
    """Return each amount done that a bar of this unit showed, in order, with the total."""
    steps = re.findall(rf"(\d+\.\d+/\d+\.\d+) \[[^\]]*{unit}", shown)
    return list(dict.fromkeys(steps))


@pytest.mark.usefixtures("rows")
def test_both_indexes_are_filled_under_a_bar_each(
    indexes: tuple[ElasticsearchIndex, ElasticsearchCatalogue],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Small blocks are several steps; tqdm shows each only when a tenth of a second has passed.
    monkeypatch.setattr(profile_store, "BLOCK_SIZE", 2)
    monkeypatch.setattr(catalogue_rows, "BLOCK_SIZE", 2)
    terminal, output = Terminal(), io.StringIO()

    with redirect_stderr(terminal):
        call_command("rebuild_index", stdout=output)

    assert (indexes[0].count(), indexes[1].count()) == (4, 7)
    assert "4 discoverable listeners, 7 tracks and artists" in output.getvalue()
    of_listeners = read_steps(terminal.getvalue(), "listeners")
    of_catalogue = read_steps(terminal.getvalue(), "tracks and artists")
    assert (of_listeners[0], of_listeners[-1]) == ("0.00/4.00", "4.00/4.00")
    assert (of_catalogue[0], of_catalogue[-1]) == ("0.00/7.00", "7.00/7.00")


@pytest.mark.usefixtures("rows", "indexes")
def test_without_a_terminal_nothing_but_the_result_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("rebuild_index")

    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("rows")
def test_a_server_that_is_away_is_one_clear_sentence() -> None:
    with connect("http://127.0.0.1:1", "") as client:
        use_catalogue(ElasticsearchCatalogue(client))
        try:
            with pytest.raises(CommandError, match="The index in use is unchanged"):
                call_command("rebuild_index", stdout=io.StringIO())
        finally:
            use_catalogue(None)
