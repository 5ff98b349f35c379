"""The page of a playlist for two, and its files."""

from collections.abc import Iterable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.sharing import UnseenListener
from recommendations.services.compare_links import make_compare_link, revoke_compare_link
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


def make_friends_addresses(maker: User) -> list[str]:
    """Make a link, and return the addresses of its comparison, playlist and file."""
    token = make_compare_link(maker, "Friend").token
    return [
        reverse("recommendations:compare_by_link", args=[token]),
        reverse("recommendations:friends_playlist", args=[token]),
        reverse("recommendations:friends_playlist_file", args=[token, "xspf"]),
    ]


def statuses_of(client: Client, addresses: Iterable[str]) -> set[int]:
    return {client.get(address).status_code for address in addresses}


def test_a_friends_link_leads_to_a_playlist_though_they_hide(ana: Client, cast: Cast) -> None:
    track = make_track(name="Roads", artists=[make_artist("Portishead II")])
    for user in (cast.ana, cast.hidden):
        make_top_tracks(user, [track], source="lastfm")
    comparison, playlist, file = make_friends_addresses(cast.hidden)
    assert f'href="{playlist}"' in ana.get(comparison).content.decode()

    page = ana.get(playlist)

    assert "Roads Portishead II both play it" in read_text(page)
    assert f'href="{file}"' in page.content.decode()
    assert f'href="{comparison}"' in page.content.decode()
    assert page_of(cast.hidden.pk) not in page.content.decode()
    assert "Roads" in ana.get(file).content.decode()


def test_a_friends_playlist_is_for_nobody_else_and_ends_with_the_link(
    ana: Client, cast: Cast
) -> None:
    addresses = make_friends_addresses(cast.hidden)[1:]
    owner, stranger = Client(), Client()
    owner.force_login(cast.hidden)

    assert statuses_of(ana, addresses) == {200}
    assert statuses_of(owner, addresses) == {404}
    assert statuses_of(stranger, addresses) == {302}
    UnseenListener.objects.create(user=cast.hidden, unseen=cast.ana, is_blocked=True)
    assert statuses_of(ana, addresses) == {404}
    UnseenListener.objects.all().delete()
    revoke_compare_link(cast.hidden, cast.hidden.compare_links.get().pk)
    assert statuses_of(ana, addresses) == {404}
