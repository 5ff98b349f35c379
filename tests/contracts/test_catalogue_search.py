"""What every engine of the search must do, against its rules applied to row after row."""

import random
from collections.abc import Callable, Iterator

import pytest
from elasticsearch import Elasticsearch

from recommendations.index.base import IndexUnavailable
from recommendations.index.catalogue import (
    CatalogueBlock,
    CatalogueQuery,
    CatalogueRemovals,
    CatalogueSearch,
)
from recommendations.index.elasticsearch_catalogue import ElasticsearchCatalogue
from recommendations.models import Artist, Track
from recommendations.name_key import build_name_key
from recommendations.services.catalogue_database import DatabaseCatalogue
from recommendations.services.catalogue_rows import load_all_blocks, load_block
from tests.elasticsearch_node import own_alias
from tests.factories import make_artist, make_track

pytestmark = pytest.mark.django_db

# Returns the engine once it has what the database holds.
Fill = Callable[[], CatalogueSearch]


@pytest.fixture(params=["database", "elasticsearch"])
def fill(request: pytest.FixtureRequest) -> Iterator[Fill]:
    if request.param == "database":
        yield DatabaseCatalogue
        return
    client: Elasticsearch = request.getfixturevalue("elasticsearch_client")
    with own_alias(client) as alias:
        index = ElasticsearchCatalogue(client, alias=alias)

        def fill_index() -> CatalogueSearch:
            index.draft(load_all_blocks(), revision=0).publish()
            return index

        yield fill_index


@pytest.fixture
def catalogue(
    elasticsearch_client: Elasticsearch, elasticsearch_alias: str
) -> ElasticsearchCatalogue:
    return ElasticsearchCatalogue(elasticsearch_client, alias=elasticsearch_alias)


def found_tracks(engine: CatalogueSearch, text: str, limit: int = 50) -> list[str]:
    ids = engine.find_tracks(CatalogueQuery.of(text), limit)
    names = Track.objects.in_bulk(ids)
    return [names[pk].name for pk in ids]


def found_artists(engine: CatalogueSearch, text: str, limit: int = 50) -> list[str]:
    ids = engine.find_artists(CatalogueQuery.of(text), limit)
    names = Artist.objects.in_bulk(ids)
    return [names[pk].name for pk in ids]


def name_artist(name: str) -> Artist:
    return make_artist(name, name_key=build_name_key(name))


def test_tracks_come_by_exact_name_artist_beginning_and_words(fill: Fill) -> None:
    artist = name_artist("Love")
    for name, popularity in [("My Love", 99), ("Love Story", 98), ("Glovebox", 97), ("Love", 1)]:
        make_track(name=name, popularity=popularity)
    make_track(name="Alone Again Or", artists=[artist], popularity=0)

    assert found_tracks(fill(), "love") == ["Love", "Alone Again Or", "Love Story", "My Love"]


def test_equals_come_by_popularity_then_as_they_were_stored(fill: Fill) -> None:
    tracks = [make_track(name="Intro", popularity=value) for value in (None, 5, 7, 5, None)]

    found = fill().find_tracks(CatalogueQuery.of("intro"), 10)

    assert found == [tracks[row].pk for row in (2, 1, 3, 0, 4)]


@pytest.mark.parametrize(
    "text",
    [
        "creep radiohead",
        "Radiohead Creep",
        "RADIOHEAD: creep!",
        "radiohead cre",
        "the radiohead creep",
        "creep the radiohead",
    ],
)
def test_an_artist_and_words_of_a_track_find_it(fill: Fill, text: str) -> None:
    artist = name_artist("Radiohead")
    make_track(name="Creep", artists=[make_artist("Somebody"), artist])
    make_track(name="Creep", artists=[make_artist("TLC")])
    make_track(name="Karma Police", artists=[artist])
    engine = fill()

    found = engine.find_tracks(CatalogueQuery.of(text), 10)

    assert [Track.objects.get(pk=pk).artists.filter(pk=artist.pk).exists() for pk in found] == [
        True
    ]


@pytest.mark.parametrize("text", ["rosalía", "ROSALIA", "rosa", "“Rosalía”", "\x00rosalia\x00"])
def test_case_accents_and_punctuation_do_not_matter(fill: Fill, text: str) -> None:
    name_artist("Rosalía")
    make_track(name="Rosalía!", artists=[])
    engine = fill()

    assert found_artists(engine, text) == ["Rosalía"]
    assert found_tracks(engine, text) == ["Rosalía!"]


def test_artists_come_by_exact_name_beginning_and_words_then_by_name(fill: Fill) -> None:
    for name in ("Talking Heads", "Heads Up", "Radioheads", "The Heads", "Heads Down"):
        name_artist(name)

    found = found_artists(fill(), "heads")

    assert found == ["The Heads", "Heads Down", "Heads Up", "Talking Heads"]


@pytest.mark.parametrize("name", ["!!!", "÷", "100%", "AC/DC", "小夜曲", "Ёлка", "a_b", "*"])
def test_names_of_any_letters_are_found(fill: Fill, name: str) -> None:
    name_artist(name)
    make_track(name=name)
    make_track(name="Another")
    engine = fill()

    assert found_artists(engine, name) == [name]
    assert found_tracks(engine, name) == [name]


@pytest.mark.parametrize("text", ["nothing", "lo ve", "ove", "%", "*", "l_ve", "love nothing"])
def test_what_is_not_there_is_not_found(fill: Fill, text: str) -> None:
    make_track(name="Love", artists=[name_artist("Love")])
    engine = fill()

    assert found_tracks(engine, text) == []
    assert found_artists(engine, text) == []


def test_lists_end_at_the_limit(fill: Fill) -> None:
    artist = name_artist("Blue")
    for number in range(4):
        make_track(name=f"Blue {number}", artists=[artist], popularity=number)
        name_artist(f"Blue {number}")
    engine = fill()

    assert found_tracks(engine, "blue", 3) == ["Blue 3", "Blue 2", "Blue 1"]
    assert found_artists(engine, "blue", 2) == ["Blue", "Blue 0"]


def test_a_text_of_many_words_is_answered(fill: Fill) -> None:
    name = " ".join("abcdefghijklmnopqrstuvwxyz" * 2)
    make_track(name=name)

    assert found_tracks(fill(), name) == [name]


def test_any_catalogue_and_text_agree_with_the_rules(fill: Fill) -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    words = ["la", "lá", "las", "lasso", "The", "so", "solo", "x"]
    artists = [name_artist(_draw_name(chance, words)) for _ in range(25)]
    for _ in range(150):
        make_track(
            name=_draw_name(chance, words),
            artists=chance.sample(artists, chance.randrange(3)),
            popularity=chance.choice([None, 10, 20]),
        )
    engine = fill()

    for _ in range(60):
        query = CatalogueQuery.of(_draw_name(chance, words))
        assert engine.find_tracks(query, 40) == expected_tracks(query)[:40]
        assert engine.find_artists(query, 40) == expected_artists(query)[:40]


def _draw_name(chance: random.Random, words: list[str]) -> str:
    return " ".join(chance.choices(words, k=chance.randrange(1, 4)))


def expected_tracks(query: CatalogueQuery) -> list[int]:
    places = []
    for track in Track.objects.prefetch_related("artists"):
        key, artists = track.name_key, {artist.name_key for artist in track.artists.all()}
        credited = any(
            artist in artists and _has_words(key, words) for artist, words in query.credits()
        )
        fits = [key == query.key, credited, key.startswith(query.key), _has_words(key, query.words)]
        if any(fits):
            popularity = -1 if track.popularity is None else track.popularity
            places.append((fits.index(True), -popularity, track.pk))
    return [pk for *_, pk in sorted(places)]


def expected_artists(query: CatalogueQuery) -> list[int]:
    places = []
    for artist in Artist.objects.all():
        key = artist.name_key
        fits = [key == query.key, key.startswith(query.key), _has_words(key, query.words)]
        if any(fits):
            places.append((fits.index(True), key, artist.pk))
    return [pk for *_, pk in sorted(places)]


def _has_words(key: str, words: tuple[str, ...]) -> bool:
    return all(any(own.startswith(word) for own in key.split()) for word in words)


def test_an_index_that_was_never_filled_is_not_available(
    catalogue: ElasticsearchCatalogue,
) -> None:
    assert (catalogue.revision(), catalogue.count()) == (-1, 0)
    with pytest.raises(IndexUnavailable, match="being filled"):
        catalogue.find_tracks(CatalogueQuery.of("love"), 1)
    with pytest.raises(RuntimeError):
        catalogue.apply(upserts=CatalogueBlock(), removals=CatalogueRemovals(), revision=1)


def test_changes_are_taken_over_once_and_in_order(catalogue: ElasticsearchCatalogue) -> None:
    artist = name_artist("Sade")
    tracks = [make_track(name="Jezebel", artists=[artist]), make_track(name="Cherry Pie")]
    catalogue.draft(load_all_blocks(), revision=1).publish()
    Track.objects.filter(pk=tracks[0].pk).update(name_key="paradise")
    changed = load_block([tracks[0].pk], [])
    gone = CatalogueRemovals(track_ids=[tracks[1].pk], artist_ids=[artist.pk])

    catalogue.apply(upserts=changed, removals=gone, revision=5)
    late = CatalogueRemovals(track_ids=[tracks[0].pk])
    catalogue.apply(upserts=CatalogueBlock(), removals=late, revision=5)

    assert (catalogue.revision(), catalogue.count()) == (5, 1)
    assert catalogue.find_tracks(CatalogueQuery.of("paradise"), 9) == [tracks[0].pk]
    assert catalogue.find_tracks(CatalogueQuery.of("jezebel"), 9) == []


def test_a_document_holds_the_track_with_artists_and_features(
    catalogue: ElasticsearchCatalogue,
    elasticsearch_client: Elasticsearch,
    elasticsearch_alias: str,
) -> None:
    artist = name_artist("Sade")
    features = {"energy": 0.25, "valence": None, "key": 11}
    track = make_track(
        name="Jezebel", artists=[artist], features=features, duration_ms=1, popularity=2
    )
    catalogue.draft(load_all_blocks(), revision=1).publish()

    held = elasticsearch_client.get(index=elasticsearch_alias, id=f"track-{track.pk}")["_source"]

    assert held.pop("danceability") == 0.5
    assert "valence" not in held
    assert (
        held.items()
        >= {
            "track_id": track.pk,
            "name": "Jezebel",
            "spotify_id": track.spotify_id,
            "energy": 0.25,
            "key": 11,
            "duration_ms": 1,
            "popularity": 2,
        }.items()
    )
    assert (held["artist_ids"], held["artist_names"]) == ([artist.pk], ["Sade"])
