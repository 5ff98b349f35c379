"""The page of a playlist for two, and its files."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_artist, make_top_tracks, make_track
from tests.recommendations.conftest import Cast
from tests.recommendations.pages.reading import read_text

pytestmark = pytest.mark.django_db


def page_of(user_id: int) -> str:
    return reverse("recommendations:shared_playlist", args=[user_id])


def file_of(user_id: int, extension: str) -> str:
    return reverse("recommendations:shared_playlist_file", args=[user_id, extension])


def test_a_profile_leads_to_a_playlist_with_its_files(ana: Client, cast: Cast) -> None:
    track = make_track(name="Roads", artists=[make_artist("Portishead II")])
    for user in (cast.ana, cast.sibling):
        make_top_tracks(user, [track], source="lastfm")
    address = page_of(cast.sibling.pk)
    profile = ana.get(reverse("recommendations:listener", args=[cast.sibling.pk]))
    assert address in profile.content.decode()

    page = ana.get(address)

    assert "Roads Portishead II both play it" in read_text(page)
    for extension, media_type in {
        "csv": "text/csv",
        "jspf": "application/json",
        "xspf": "application/xspf+xml",
    }.items():
        assert file_of(cast.sibling.pk, extension) in page.content.decode()
        answer = ana.get(file_of(cast.sibling.pk, extension))
        assert answer["Content-Type"] == f"{media_type}; charset=utf-8"
        assert answer["Content-Disposition"].startswith("attachment")
        assert "Roads" in answer.content.decode()


def test_nobody_gets_one_with_the_hidden_the_unknown_and_oneself(ana: Client, cast: Cast) -> None:
    answers = [
        ana.get(address)
        for user_id in (cast.hidden.pk, cast.newcomer.pk, 1_000_000, cast.ana.pk)
        for address in (page_of(user_id), file_of(user_id, "csv"))
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({read_text(answer) for answer in answers}) == 1


def test_there_is_no_other_kind_of_file(ana: Client, cast: Cast) -> None:
    assert ana.get(file_of(cast.sibling.pk, "exe")).status_code == 404


def test_strangers_are_sent_to_sign_in(client: Client, cast: Cast) -> None:
    for address in (page_of(cast.sibling.pk), file_of(cast.sibling.pk, "csv")):
        assert client.get(address)["Location"].startswith(reverse("account_login"))


def test_names_are_shown_as_text(ana: Client, cast: Cast) -> None:
    script = "</textarea><script>alert(1)</script>"
    track = make_track(name=script, artists=[make_artist(script)])
    for user in (cast.ana, cast.sibling):
        make_top_tracks(user, [track], source="lastfm")

    page = ana.get(page_of(cast.sibling.pk)).content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
