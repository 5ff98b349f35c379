"""What a listener's own file says of a Spotify id gives way to what is proven."""

from pathlib import Path

import pytest
from django.core.management import call_command
from elasticsearch import Elasticsearch

from accounts.models import User
from recommendations.index import use_catalogue
from recommendations.index.elasticsearch_catalogue import ElasticsearchCatalogue
from recommendations.models import Artist, Source, StaleProfile, TimeRange, Track
from recommendations.services.catalogue_indexing import catch_up_catalogue, rebuild_catalogue
from recommendations.services.catalogue_search import search_catalogue
from recommendations.services.match_tracks import NamedTrack, match_tracks
from recommendations.services.store_top_lists import store_top_lists
from recommendations.sources.base import ListenedArtist, ListenedTrack, PlayedArtist, TopLists
from tests.factories import make_artist, make_track, make_user
from tests.recommendations.imports.files import ARTIST_X, ARTIST_Y, ID_A, row_1m2, write_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def liar() -> User:
    return make_user()


@pytest.fixture
def other() -> User:
    return make_user()


def bring(user: User, source: Source, track: ListenedTrack, *artists: ListenedArtist) -> None:
    top = TopLists([track], [PlayedArtist(artist) for artist in artists])
    store_top_lists(user.pk, source, {TimeRange.LONG_TERM: top})


FALSE = ListenedTrack(
    "False", (ListenedArtist("Nobody", ARTIST_X),), ID_A, album_name="Lies", duration_ms=1_000
)
TRUE = ListenedTrack(
    "True", (ListenedArtist("Sade", ARTIST_X),), ID_A, album_name="Love", duration_ms=200_000
)


def read_track() -> tuple[str, str, int | None, list[tuple[str, str | None]]]:
    track = Track.objects.get(spotify_id=ID_A)
    artists = track.artists.order_by("credits__position").values_list("name", "spotify_id")
    return track.name, track.album_name, track.duration_ms, list(artists)


@pytest.mark.parametrize("source", [Source.OWN_EXPORT, Source.EXPORTIFY, Source.LISTENBRAINZ])
def test_spotify_corrects_what_others_called_a_track(
    liar: User, other: User, source: Source
) -> None:
    bring(liar, source, FALSE)
    StaleProfile.objects.all().delete()

    bring(other, Source.SPOTIFY, TRUE)

    assert read_track() == ("True", "Love", 200_000, [("Sade", ARTIST_X)])
    # Whoever else has it is computed anew, by its true artist.
    assert set(StaleProfile.objects.values_list("pk", flat=True)) == {liar.pk, other.pk}


def test_catalogue_corrects_what_a_file_called_a_track(
    liar: User, other: User, tmp_path: Path
) -> None:
    bring(liar, Source.OWN_EXPORT, FALSE)

    row = row_1m2(name="True", artists="['Sade']", artist_ids=f"['{ARTIST_X}']")
    call_command("import_catalogue", str(write_csv(tmp_path / "a.csv", row)))
    catalogued = read_track()
    bring(other, Source.SPOTIFY, FALSE)

    assert (catalogued[0], catalogued[3]) == ("True", [("Sade", ARTIST_X)])
    assert read_track() == catalogued


def test_file_does_not_rename_what_spotify_named(liar: User, other: User) -> None:
    bring(other, Source.SPOTIFY, TRUE)

    bring(liar, Source.OWN_EXPORT, FALSE, ListenedArtist("Nobody", ARTIST_X))

    assert read_track() == ("True", "Love", 200_000, [("Sade", ARTIST_X)])
    assert list(Artist.objects.values_list("name", flat=True)) == ["Sade"]


def test_file_gives_no_id_to_an_artist_known_by_name(liar: User, other: User) -> None:
    sade = make_artist("Sade", spotify_id=None)

    bring(liar, Source.OWN_EXPORT, FALSE, ListenedArtist("Sade", ARTIST_Y))
    sade.refresh_from_db()
    after_the_file = sade.spotify_id
    bring(other, Source.SPOTIFY, TRUE)

    sade.refresh_from_db()
    assert (after_the_file, sade.spotify_id) == (None, ARTIST_X)


def test_spelling_of_an_artist_is_spotifys(liar: User, other: User) -> None:
    bring(liar, Source.OWN_EXPORT, FALSE, ListenedArtist("SADÉ"))
    spelt = list(Artist.objects.filter(name_key="sade").values_list("name", flat=True))

    bring(other, Source.SPOTIFY, TRUE)

    assert read_track()[3] == [("Sade", ARTIST_X)]
    assert spelt == ["SADÉ"]


def test_name_finds_the_track_that_is_proven(liar: User, other: User) -> None:
    claimed = ListenedTrack("True", (ListenedArtist("Sade"),), "liar" + "x" * 18, duration_ms=1_000)
    bring(liar, Source.OWN_EXPORT, claimed)
    bring(other, Source.SPOTIFY, TRUE)

    name = NamedTrack("Sade", "True")

    found = match_tracks([name]).found
    assert found == {name: Track.objects.get(spotify_id=ID_A).pk}


def test_names_of_before_give_way_once(other: User) -> None:
    make_track(spotify_id=ID_A, name="Before", popularity=70)

    bring(other, Source.SPOTIFY, TRUE)
    bring(make_user(), Source.SPOTIFY, FALSE)

    track = Track.objects.get()
    assert (track.name, track.popularity, track.is_name_proven) == ("True", 70, True)


def test_search_finds_the_true_name(
    elasticsearch_client: Elasticsearch, elasticsearch_alias: str, liar: User, other: User
) -> None:
    use_catalogue(ElasticsearchCatalogue(elasticsearch_client, alias=elasticsearch_alias))
    try:
        bring(liar, Source.OWN_EXPORT, FALSE, ListenedArtist("SADÉ"))
        rebuild_catalogue()

        bring(other, Source.SPOTIFY, TRUE)
        catch_up_catalogue()

        [track] = search_catalogue("True Sade", limit=5).tracks
        assert (track.name, [artist.name for artist in track.artists.all()]) == ("True", ["Sade"])
        assert not search_catalogue("False", limit=5).tracks
    finally:
        use_catalogue(None)
