"""The index of tracks and artists follows the database, whatever changes there."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from io import StringIO
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from elasticsearch import Elasticsearch

from accounts.models import User
from recommendations.features.artist_lists import CreditedArtist
from recommendations.index import use_catalogue, use_shared
from recommendations.index.elasticsearch import ElasticsearchIndex
from recommendations.index.elasticsearch_catalogue import ElasticsearchCatalogue
from recommendations.index.elasticsearch_catalogue_documents import build_catalogue_documents
from recommendations.models import Artist, ArtistChange, Track, TrackChange
from recommendations.services import catalogue_rows
from recommendations.services.artists import resolve_artists
from recommendations.services.catalogue_changes import (
    catalogue_changes_committed,
    record_artist_changes,
    record_catalogue_changes,
)
from recommendations.services.catalogue_indexing import catch_up_catalogue, rebuild_catalogue
from recommendations.services.catalogue_search import SearchUnavailable, search_catalogue
from recommendations.services.demo import load_demo, remove_demo
from recommendations.services.describe import describe_tracks
from recommendations.services.forget import forget_listener
from recommendations.services.indexing import catch_up_index
from recommendations.services.profiles import recompute_profiles
from recommendations.services.revisions import Counter, load_last_revision
from tests.elasticsearch_node import own_alias
from tests.factories import (
    make_artist,
    make_top_artists,
    make_top_tracks,
    make_track,
    make_user,
)
from tests.recommendations.imports.files import ID_A, ID_B, row_114k, write_csv
from tests.recommendations.services.test_shared_index import held_ids, live_indexes

pytestmark = pytest.mark.django_db


@pytest.fixture
def index(
    elasticsearch_client: Elasticsearch, elasticsearch_alias: str
) -> Iterator[ElasticsearchCatalogue]:
    cache.clear()
    shared = ElasticsearchCatalogue(elasticsearch_client, alias=elasticsearch_alias)
    use_catalogue(shared)
    yield shared
    use_catalogue(None)


@pytest.fixture
def profiles(elasticsearch_client: Elasticsearch) -> Iterator[str]:
    """The name of an index of profiles beside it."""
    with own_alias(elasticsearch_client) as alias:
        use_shared(ElasticsearchIndex(elasticsearch_client, alias=alias))
        yield alias
        use_shared(None)


def assert_equal_to_database(client: Elasticsearch, alias: str) -> None:
    """Compare the ids of all documents, and what each shows, with what the database has."""
    expected = {
        document_id
        for block in catalogue_rows.load_all_blocks()
        for document_id, _ in build_catalogue_documents(block.tracks, block.artists)
    }
    assert set(held_ids(client, alias)) == expected | {"state"}
    hits = client.search(index=alias, query={"exists": {"field": "name_key"}}, size=1_000)
    for hit in hits["hits"]["hits"]:
        if "track_id" in hit["_source"]:
            track = Track.objects.get(pk=hit["_source"]["track_id"])
            credited = track.credits.order_by("position")
            names = list(credited.values_list("artist__name", flat=True))
            assert (hit["_source"]["name"], hit["_source"]["artist_names"]) == (track.name, names)
        else:
            artist = Artist.objects.get(pk=hit["_source"]["artist_id"])
            assert hit["_source"]["name"] == artist.name
            assert hit["_source"].get("spotify_id") == artist.spotify_id


def test_an_index_that_was_never_filled_is_not_available(index: ElasticsearchCatalogue) -> None:
    make_track(name="Jezebel")

    with pytest.raises(SearchUnavailable, match="being filled"):
        search_catalogue("jezebel", limit=3)

    assert index.count() == 0


def test_catching_up_fills_it_first(index: ElasticsearchCatalogue) -> None:
    track = make_track(name="Jezebel", artists=[make_artist("Sade")])

    catch_up_catalogue()

    assert index.count() == 2
    assert search_catalogue("sade jez", limit=3).tracks == [track]


def test_an_import_is_taken_over(
    index: ElasticsearchCatalogue,
    elasticsearch_client: Elasticsearch,
    elasticsearch_alias: str,
    tmp_path: Path,
) -> None:
    catch_up_catalogue()
    for name in ("Song", "Another Name"):
        rows = [row_114k(ID_A, track_name=name), row_114k(ID_B, track_name="Same", artists="Air")]
        path = write_csv(tmp_path / "tracks.csv", *rows)
        call_command("import_catalogue", str(path), stdout=StringIO())
        catch_up_catalogue()

        assert_equal_to_database(elasticsearch_client, elasticsearch_alias)
        assert index.revision() == load_last_revision(Counter.CATALOGUE)
        found = search_catalogue(f"{name} moby", limit=3).tracks
        assert [track.spotify_id for track in found] == [ID_A]
    assert not search_catalogue("song", limit=3)


def test_merged_artists_leave_one(
    index: ElasticsearchCatalogue,
    elasticsearch_client: Elasticsearch,
    elasticsearch_alias: str,
) -> None:
    nameless = make_artist("sade", spotify_id=None)
    named = make_artist("Sade", name_key="sade")
    make_track(artists=[nameless])
    catch_up_catalogue()

    resolve_artists([CreditedArtist("Sade", named.spotify_id)])
    catch_up_catalogue()

    assert not Artist.objects.filter(pk=nameless.pk).exists()
    assert_equal_to_database(elasticsearch_client, elasticsearch_alias)
    assert index.count() == 2


def test_a_renamed_artist_is_renamed_in_all_tracks(
    index: ElasticsearchCatalogue,
    elasticsearch_client: Elasticsearch,
    elasticsearch_alias: str,
    admin_client: Client,
) -> None:
    artist = make_artist("Sade")
    track = make_track(name="Jezebel", artists=[artist])
    catch_up_catalogue()
    address = reverse("admin:recommendations_artist_change", args=[artist.pk])

    admin_client.post(address, {"name": "Helen Adu", "spotify_id": artist.spotify_id})
    catch_up_catalogue()

    assert search_catalogue("helen adu jezebel", limit=3).tracks == [track]
    assert not search_catalogue("sade", limit=3)
    assert_equal_to_database(elasticsearch_client, elasticsearch_alias)
    assert index.revision() == load_last_revision(Counter.CATALOGUE)


def test_described_again_is_taken_over(
    index: ElasticsearchCatalogue, elasticsearch_client: Elasticsearch, elasticsearch_alias: str
) -> None:
    track = make_track(features={"energy": 7.0})
    catch_up_catalogue()

    describe_tracks([track.pk])
    catch_up_catalogue()

    held = elasticsearch_client.get(index=elasticsearch_alias, id=f"track-{track.pk}")["_source"]
    assert "energy" not in held
    assert index.count() == 1


def test_the_demo_comes_and_goes(
    index: ElasticsearchCatalogue, elasticsearch_client: Elasticsearch, elasticsearch_alias: str
) -> None:
    kept = make_track(features=None)
    catch_up_catalogue()

    load_demo()
    catch_up_catalogue()
    assert index.count() == Track.objects.count() + Artist.objects.count() > 100
    remove_demo()
    catch_up_catalogue()

    assert held_ids(elasticsearch_client, elasticsearch_alias) == ["state", f"track-{kept.pk}"]


def test_a_deleted_track_is_not_found_even_before_the_index_knows(
    index: ElasticsearchCatalogue,
) -> None:
    track = make_track(name="Jezebel")
    catch_up_catalogue()
    track.delete()

    assert not search_catalogue("jezebel", limit=3)
    assert index.count() == 1


def test_deleted_tracks_and_artists_leave_no_trace(
    index: ElasticsearchCatalogue, elasticsearch_client: Elasticsearch, elasticsearch_alias: str
) -> None:
    artist = make_artist("Sade")
    track = make_track(name="Jezebel", artists=[artist])
    other = make_track(name="Creep", artists=[artist])
    catch_up_catalogue()

    record_artist_changes([artist.pk])
    artist.delete()
    record_catalogue_changes(track_ids=[track.pk])
    track.delete()
    catch_up_catalogue()

    found = elasticsearch_client.search(index=elasticsearch_alias)["hits"]["hits"]
    assert sorted(hit["_id"] for hit in found) == ["state", f"track-{other.pk}"]
    assert "Sade" not in str(found)
    assert index.revision() == load_last_revision(Counter.CATALOGUE)


def test_a_deleted_listener_is_in_neither_index(
    index: ElasticsearchCatalogue,
    profiles: str,
    elasticsearch_client: Elasticsearch,
    elasticsearch_alias: str,
) -> None:
    listener = make_user(username="remarkable-name", email="remarkable@example.org")
    track = make_track(name="Jezebel", artists=[make_artist("Sade")])
    make_top_tracks(listener, [track])
    make_top_artists(listener, list(track.artists.all()))
    recompute_profiles([listener.pk])
    catch_up_index()
    catch_up_catalogue()
    assert str(listener.pk) in held_ids(elasticsearch_client, profiles)
    before = elasticsearch_client.search(index=elasticsearch_alias)["hits"]["hits"]

    forgotten_id = str(listener.pk)
    forget_listener(listener)
    catch_up_index()
    catch_up_catalogue()

    assert held_ids(elasticsearch_client, profiles) == ["state"]
    after = elasticsearch_client.search(index=elasticsearch_alias)["hits"]["hits"]
    assert after == before
    assert forgotten_id not in held_ids(elasticsearch_client, elasticsearch_alias)
    assert "remarkable" not in str(after)
    assert User.objects.count() == 0
    assert index.count() == 2


def test_changes_of_both_kinds_are_taken_over_in_small_blocks(
    index: ElasticsearchCatalogue,
    elasticsearch_client: Elasticsearch,
    elasticsearch_alias: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    catch_up_catalogue()
    monkeypatch.setattr("recommendations.services.catalogue_indexing.BLOCK_SIZE", 3)
    for _ in range(5):
        artists = [make_artist(), make_artist()]
        tracks = [make_track(artists=artists) for _ in range(3)]
        record_catalogue_changes(
            track_ids=[track.pk for track in tracks], artist_ids=[artist.pk for artist in artists]
        )

    catch_up_catalogue()

    assert_equal_to_database(elasticsearch_client, elasticsearch_alias)
    assert index.revision() == load_last_revision(Counter.CATALOGUE) == 25


def test_an_index_ahead_of_a_restored_database_is_replaced(index: ElasticsearchCatalogue) -> None:
    make_track()
    index.draft([], revision=1_000).publish()

    catch_up_catalogue()

    assert (index.count(), index.revision()) == (1, 0)


def test_a_rebuild_that_was_stopped_and_run_again_leaves_one_index(
    index: ElasticsearchCatalogue, elasticsearch_client: Elasticsearch, elasticsearch_alias: str
) -> None:
    make_track()
    catch_up_catalogue()

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild_catalogue(stop)
    assert sorted(live_indexes(elasticsearch_client, elasticsearch_alias).values()) == [False, True]

    assert rebuild_catalogue() == (1, 1)
    assert list(live_indexes(elasticsearch_client, elasticsearch_alias).values()) == [True]
    assert index.count() == 1


def test_changes_during_a_rebuild_are_not_lost_and_sweeps_leave_it_alone(
    index: ElasticsearchCatalogue,
) -> None:
    make_track(name="Before")

    artist = make_artist("Before")

    def change(done: int, total: int) -> None:
        assert total == 2
        if done == total:
            track = make_track(name="Meanwhile", artists=[artist])
            record_catalogue_changes(track_ids=[track.pk])
            catch_up_catalogue()
            assert index.count() == 0

    assert rebuild_catalogue(change) == (3, 3)
    assert search_catalogue("meanwhile", limit=1)


def test_without_an_index_there_is_nothing_to_keep() -> None:
    assert rebuild_catalogue() is None
    catch_up_catalogue()


@pytest.mark.usefixtures("index")
def test_only_the_latest_revision_is_kept() -> None:
    record_catalogue_changes(track_ids=[7], artist_ids=[7])
    record_catalogue_changes(track_ids=[7])
    record_catalogue_changes()

    assert list(TrackChange.objects.values_list("track_id", "revision")) == [(7, 3)]
    assert list(ArtistChange.objects.values_list("artist_id", "revision")) == [(7, 2)]


def test_changes_while_the_index_was_switched_off_are_not_lost(
    index: ElasticsearchCatalogue,
) -> None:
    make_track(name="Before")
    catch_up_catalogue()
    use_catalogue(None)
    record_catalogue_changes(track_ids=[make_track(name="Meanwhile").pk])
    assert not TrackChange.objects.exists()
    use_catalogue(index)
    record_catalogue_changes(track_ids=[make_track(name="After").pk])

    catch_up_catalogue()

    assert index.count() == 3
    assert index.revision() == load_last_revision(Counter.CATALOGUE)


@pytest.mark.usefixtures("index")
def test_a_change_is_announced_when_it_is_committed(
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    heard = []

    def hear(**_signal: object) -> None:
        heard.append(True)

    catalogue_changes_committed.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            record_catalogue_changes(track_ids=[1])
            assert not heard
    finally:
        catalogue_changes_committed.disconnect(hear)

    assert heard == [True]
