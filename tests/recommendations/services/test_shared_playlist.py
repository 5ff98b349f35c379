"""A playlist for two, and its files."""

import csv
import io
import json
from xml.etree import ElementTree as ET

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from recommendations.models import Source
from recommendations.services.exclusions import exclude_artist, exclude_track
from recommendations.services.listeners import ListenerNotVisible
from recommendations.services.playlist_files import write_lines, write_playlist
from recommendations.services.profiles import recompute_profiles
from recommendations.services.shared_playlist import (
    SharedPlaylist,
    build_shared_playlist,
    load_partner,
)
from recommendations.services.similar_users import NotEnoughListening
from recommendations.taste.shared_playlist import Part
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track, make_user
from tests.recommendations.conftest import Cast

pytestmark = pytest.mark.django_db

XSPF = "{http://xspf.org/ns/0/}"


@pytest.fixture
def pair() -> tuple[User, User]:
    """Both play Teardrop and Tricky; ``ana`` alone has Roads, ``bo`` alone Overcome and Angel."""
    massive, tricky, portishead = (
        make_artist(name) for name in ("Massive Attack", "Tricky", "Portishead")
    )
    ana, bo = make_user(username="ana"), make_user(username="bo")
    teardrop = make_track(name="Teardrop", artists=[massive], spotify_id="t" * 22)
    make_top_tracks(ana, [make_track(name="Roads", artists=[portishead]), teardrop])
    bos = [make_track(name="Overcome", artists=[tricky]), make_track(name="Angel"), teardrop]
    make_top_tracks(bo, bos, source=Source.SPOTIFY)
    make_top_artists(ana, [tricky])
    make_top_artists(bo, [portishead])
    recompute_profiles([ana.pk, bo.pk])
    return ana, bo


def parts_of(playlist: SharedPlaylist) -> list[tuple[str, Part]]:
    return [(one.track.name, one.part) for one in playlist.tracks]


def test_what_both_play_then_what_of_each_fits_the_other(pair: tuple[User, User]) -> None:
    playlist = build_shared_playlist(*pair)

    assert parts_of(playlist)[:3] == [
        ("Teardrop", Part.SHARED),
        ("Roads", Part.YOURS),
        ("Overcome", Part.THEIRS),
    ]
    from_spotify = {one.track.name for one in playlist.tracks if one.is_from_spotify}
    assert from_spotify <= {"Teardrop", "Overcome", "Angel"}
    assert "Roads" not in from_spotify


def test_the_other_gets_the_same_from_their_side(pair: tuple[User, User]) -> None:
    ana, bo = pair

    names = [name for name, _ in parts_of(build_shared_playlist(bo, ana))]

    assert names[:3] == ["Teardrop", "Overcome", "Roads"]


def test_what_either_leaves_out_is_in_no_playlist(pair: tuple[User, User]) -> None:
    ana, bo = pair
    tricky = ana.top_artists.get().artist
    exclude_artist(ana, tricky.pk)
    exclude_track(bo, bo.top_tracks.get(track__name="Teardrop").track_id)

    names = {name for name, _ in parts_of(build_shared_playlist(ana, bo))}

    assert names.isdisjoint({"Overcome", "Teardrop"})
    assert "Roads" in names


def test_partners_are_others_whom_one_may_see(cast: Cast) -> None:
    assert load_partner(cast.ana, cast.sibling.pk) == cast.sibling
    for user in (cast.ana, cast.hidden):
        with pytest.raises(ListenerNotVisible):
            load_partner(cast.ana, user.pk)


def test_without_a_profile_there_is_none(cast: Cast) -> None:
    with pytest.raises(NotEnoughListening):
        build_shared_playlist(cast.ana, cast.newcomer)


def test_the_number_of_queries_does_not_grow_with_the_lists(
    pair: tuple[User, User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ana, bo = pair
    tracks = [make_track(artists=[make_artist()]) for _ in range(30)]
    make_top_tracks(ana, tracks, source=Source.LASTFM)
    make_top_tracks(bo, tracks, source=Source.LASTFM)
    recompute_profiles([ana.pk, bo.pk])
    build_shared_playlist(ana, bo)

    # Who is stale, the space, profiles, lists (5), what is left out (2), artists named first,
    # tracks with features, credits with artists, which are from Spotify.
    with django_assert_num_queries(14):
        build_shared_playlist(ana, bo)


def test_lines_name_artists_and_track(pair: tuple[User, User]) -> None:
    lines = write_lines(build_shared_playlist(*pair)).splitlines()

    assert lines[0] == "Massive Attack - Teardrop"
    assert "Angel" in lines


def hostile(cast: Cast) -> SharedPlaylist:
    """A shared track whose names are a formula, markup and quotes."""
    artist = make_artist('<&"Sade">')
    track = make_track(
        name="=HYPERLINK(1)", artists=[artist], album_name="@album", spotify_id="t" * 22
    )
    for user in (cast.ana, cast.sibling):
        make_top_tracks(user, [track], source=Source.LASTFM)
    recompute_profiles([cast.ana.pk, cast.sibling.pk])
    return build_shared_playlist(cast.ana, cast.sibling, limit=1)


def test_csv_has_no_formulas(cast: Cast) -> None:
    file = write_playlist(hostile(cast), "csv")

    head, row = csv.reader(io.StringIO(file.content))
    assert head == ["artists", "title", "album", "duration_ms", "isrc", "spotify_uri", "whose"]
    assert row == [
        '<&"Sade">',
        "'=HYPERLINK(1)",
        "'@album",
        "200000",
        "",
        f"spotify:track:{'t' * 22}",
        "shared",
    ]


def test_xspf_is_what_its_specification_says(cast: Cast) -> None:
    file = write_playlist(hostile(cast), "xspf")

    playlist = ET.fromstring(file.content)  # noqa: S314 - our own
    assert playlist.tag == f"{XSPF}playlist"
    assert playlist.attrib == {"version": "1"}
    assert [child.tag for child in playlist] == [f"{XSPF}title", f"{XSPF}trackList"]
    assert playlist.findtext(f"{XSPF}title") == "ana and sibling"
    [track] = playlist.iter(f"{XSPF}track")
    assert {child.tag.removeprefix(XSPF): child.text for child in track} == {
        "identifier": f"spotify:track:{'t' * 22}",
        "title": "=HYPERLINK(1)",
        "creator": '<&"Sade">',
        "album": "@album",
        "duration": "200000",
    }


def test_jspf_is_the_same_in_json(cast: Cast) -> None:
    file = write_playlist(hostile(cast), "jspf")

    assert json.loads(file.content) == {
        "playlist": {
            "title": "ana and sibling",
            "track": [
                {
                    "identifier": [f"spotify:track:{'t' * 22}"],
                    "title": "=HYPERLINK(1)",
                    "creator": '<&"Sade">',
                    "album": "@album",
                    "duration": 200_000,
                }
            ],
        }
    }
