"""Normalised names, and how artists are found, made and merged."""

import pytest

from recommendations.features.artist_lists import CreditedArtist
from recommendations.models import Artist, StaleProfile, TopArtist, TrackArtist
from recommendations.name_key import build_name_key
from recommendations.services.artists import resolve_artists
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track, make_user
from tests.recommendations.imports.files import ARTIST_X, ARTIST_Y


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("The Beatles", "beatles"),
        ("Björk", "BJORK"),
        ("Panic! At the Disco", "Panic at the Disco"),
        ("blink-182", "Blink 182"),
        ("Simon & Garfunkel", "Simon and Garfunkel"),
        ("Florence + The Machine", "Florence and the Machine"),
        ("Eldad  Lidor", "Eldad Lidor"),
        ("НАСТЯ", "Настя"),
        ("\uff21\uff22\uff23", "abc"),
        ("Straße", "STRASSE"),
    ],
)
def test_spellings_of_one_name_have_one_key(name: str, other: str) -> None:
    assert build_name_key(name) == build_name_key(other)


@pytest.mark.parametrize(
    ("name", "other"),
    [("The The", "The Band"), ("!!!", "???"), ("ガ", "カ"), ("Theory", "Ory"), ("R&B", "RB")],
)
def test_different_names_have_different_keys(name: str, other: str) -> None:
    assert build_name_key(name) != build_name_key(other)


@pytest.mark.parametrize(
    ("name", "key"), [("The", "the"), ("!!!", "!!!"), ("The The", "the"), ("", "")]
)
def test_key_of_a_name_is_never_lost(name: str, key: str) -> None:
    assert build_name_key(name) == key


def test_key_fits_its_column_whatever_the_name() -> None:
    assert len(build_name_key("ﷺ" * 500)) == 500


@pytest.mark.django_db
def test_names_of_one_key_become_one_artist() -> None:
    names = [CreditedArtist("The Beatles", None), CreditedArtist("beatles", None)]

    found = resolve_artists(names)

    assert len(set(found.values())) == 1
    assert Artist.objects.get().name == "The Beatles"


@pytest.mark.django_db
def test_artists_of_one_name_with_two_ids_stay_two() -> None:
    names = [CreditedArtist("Nirvana", ARTIST_X), CreditedArtist("Nirvana", ARTIST_Y)]

    found = resolve_artists(names)

    assert len(set(found.values())) == 2


@pytest.mark.django_db
def test_name_without_id_is_the_first_artist_known_by_it() -> None:
    first = make_artist("Nirvana", name_key="nirvana")
    make_artist("Nirvana", name_key="nirvana")
    name = CreditedArtist("NIRVANA", None)

    assert resolve_artists([name]) == {name: first.pk}


@pytest.mark.django_db
def test_artist_known_by_name_takes_the_id_when_it_becomes_known() -> None:
    known = make_artist("Air", name_key="air", spotify_id=None)
    named = CreditedArtist("AIR", ARTIST_X)

    assert resolve_artists([named]) == {named: known.pk}
    assert Artist.objects.get().spotify_id == ARTIST_X


@pytest.mark.django_db
def test_id_and_name_in_one_batch_are_one_artist() -> None:
    found = resolve_artists([CreditedArtist("Air", None), CreditedArtist("Air", ARTIST_X)])

    assert len(set(found.values())) == 1


@pytest.mark.django_db
def test_merge_moves_credits_and_top_artists_to_the_artist_with_the_id() -> None:
    known = make_artist("Air", name_key="air", spotify_id=ARTIST_X)
    nameless = make_artist("Air", name_key="air", spotify_id=None)
    track = make_track(artists=[nameless])
    by_track, by_artist = make_user(), make_user()
    make_top_tracks(by_track, [track])
    make_top_artists(by_artist, [nameless], play_counts=[7])

    resolve_artists([CreditedArtist("Air", ARTIST_X)])

    assert Artist.objects.get() == known
    assert TrackArtist.objects.get(track=track).artist == known
    assert TopArtist.objects.get(user=by_artist).artist == known
    assert set(StaleProfile.objects.values_list("pk", flat=True)) == {by_track.pk, by_artist.pk}


@pytest.mark.django_db
def test_merge_keeps_one_credit_and_the_better_place_of_each_list() -> None:
    known = make_artist("Air", name_key="air", spotify_id=ARTIST_X)
    nameless = make_artist("Air", name_key="air", spotify_id=None)
    other = make_artist("Moby")
    track = make_track(artists=[nameless, other, known])
    listener = make_user()
    make_top_artists(listener, [nameless, other, known], play_counts=[9, 5, 1])

    resolve_artists([CreditedArtist("Air", ARTIST_X)])

    assert [credit.artist for credit in track.credits.all()] == [known, other]
    places = TopArtist.objects.order_by("rank").values_list("rank", "artist", "play_count")
    assert list(places) == [(1, known.pk, 9), (2, other.pk, 5)]
