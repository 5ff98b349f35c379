"""Which of several stored tracks a name stands for, and what that costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations.models import Artist
from recommendations.name_key import build_name_key
from recommendations.services.match_tracks import NamedTrack, match_tracks
from tests.factories import make_artist, make_track

pytestmark = pytest.mark.django_db


def make_named_artist(name: str) -> Artist:
    return make_artist(name, name_key=build_name_key(name))


@pytest.fixture
def quill() -> Artist:
    return make_named_artist("Mara Quill")


def test_of_one_recording_on_two_releases_the_more_popular_is_found(quill: Artist) -> None:
    make_track(artists=[quill], name="Embers", duration_ms=200_000, popularity=20)
    popular = make_track(artists=[quill], name="Embers", duration_ms=201_500, popularity=60)

    name = NamedTrack("Mara Quill", "Embers")
    assert match_tracks([name]).found == {name: popular.pk}


def test_of_equally_popular_releases_the_first_stored_is_found(quill: Artist) -> None:
    first = make_track(artists=[quill], name="Embers", popularity=None)
    make_track(artists=[quill], name="Embers - Remastered 2011", popularity=None)

    name = NamedTrack("Mara Quill", "Embers (2011 Remaster)")
    assert match_tracks([name]).found == {name: first.pk}


def test_releases_of_one_isrc_are_one_recording_whatever_their_length(quill: Artist) -> None:
    first = make_track(artists=[quill], name="Embers", duration_ms=200_000, isrc="QZES11100001")
    make_track(artists=[quill], name="Embers", duration_ms=None, isrc="QZES11100001")

    name = NamedTrack("Mara Quill", "Embers")
    assert match_tracks([name]).found == {name: first.pk}


def test_recordings_of_different_length_make_a_name_ambiguous(quill: Artist) -> None:
    make_track(artists=[quill], name="Intro", duration_ms=60_000)
    make_track(artists=[quill], name="Intro", duration_ms=90_000)

    name = NamedTrack("Mara Quill", "Intro")
    matches = match_tracks([name])
    assert (matches.found, matches.ambiguous, matches.unknown) == ({}, {name}, set())


def test_the_very_title_comes_before_a_variant_of_it(quill: Artist) -> None:
    make_track(artists=[quill], name="Embers", duration_ms=300_000, popularity=90)
    edit = make_track(artists=[quill], name="Embers - Radio Edit", duration_ms=180_000)

    name = NamedTrack("Mara Quill", "Embers (radio edit)")
    assert match_tracks([name]).found == {name: edit.pk}


def test_the_artists_own_track_comes_before_one_they_are_a_guest_on(quill: Artist) -> None:
    make_track(artists=[make_named_artist("Dane Oster"), quill], name="Intro", popularity=90)
    own = make_track(artists=[quill], name="Intro", duration_ms=60_000, popularity=1)

    name = NamedTrack("Mara Quill", "Intro")
    assert match_tracks([name]).found == {name: own.pk}


def test_a_track_of_both_artists_comes_before_one_of_the_first(quill: Artist) -> None:
    oster = make_named_artist("Dane Oster")
    make_track(artists=[quill], name="Intro", popularity=90)
    both = make_track(artists=[oster, quill], name="Intro", duration_ms=60_000, popularity=1)

    name = NamedTrack("Mara Quill & Dane Oster", "Intro")
    assert match_tracks([name]).found == {name: both.pk}


def test_an_artist_whose_name_looks_like_several_is_one() -> None:
    band = make_named_artist("Rain, Hail & Thunder")
    make_track(artists=[make_named_artist("Rain")], name="Weather House", popularity=90)
    of_band = make_track(artists=[band], name="Weather House", popularity=1)

    name = NamedTrack("Rain, Hail & Thunder", "Weather House")
    assert match_tracks([name]).found == {name: of_band.pk}


def test_names_of_nothing_stored_are_unknown(quill: Artist) -> None:
    make_track(artists=[quill], name="Embers")

    names = [NamedTrack("Mara Quill", "Ashes"), NamedTrack("", ""), NamedTrack("?", "!")]
    assert match_tracks(names).unknown == set(names)


def test_two_thousand_names_take_two_queries(quill: Artist) -> None:
    make_track(artists=[quill], name="Embers")
    names = [NamedTrack("Mara Quill", "Embers")]
    names += [NamedTrack(f"Nobody {number}", "Embers") for number in range(1_999)]

    with CaptureQueriesContext(connection) as queries:
        match_tracks(names)
    assert len(queries) == 2
