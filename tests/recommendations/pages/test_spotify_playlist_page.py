"""The way to a playlist at Spotify: the permission, the making, who sees it."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import MusicAccount
from recommendations.models import SpotifyPlaylist
from recommendations.services.compare_links import make_compare_link, revoke_compare_link
from recommendations.services.spotify_playlists import continue_playlist
from tests.accounts.conftest import Visitor, sign_in
from tests.doubles.spotify import SpotifyDouble
from tests.factories import make_artist, make_top_tracks, make_track
from tests.recommendations.conftest import Cast
from tests.recommendations.pages.reading import read_text

pytestmark = pytest.mark.django_db

SCOPES = "playlist-modify-private user-top-read"


@pytest.fixture
def visitor(cast: Cast, spotify: SpotifyDouble) -> Visitor:
    """Ana's browser; she and her sibling play a track that Spotify knows."""
    track = make_track(name="Roads", artists=[make_artist()], spotify_id="r" * 22)
    for user in (cast.ana, cast.sibling):
        make_top_tracks(user, [track], source="lastfm")
    browser = Visitor(spotify, Client(SERVER_NAME="127.0.0.1"))
    sign_in(browser, cast.ana)
    return browser


def page_of(user_id: int) -> str:
    return reverse("recommendations:shared_playlist", args=[user_id])


def make_for(user_id: int) -> str:
    return reverse("recommendations:make_spotify_playlist", args=[user_id])


def test_the_permission_is_asked_for_only_then_and_the_playlist_is_made(
    visitor: Visitor, cast: Cast, spotify: SpotifyDouble
) -> None:
    visitor.go("ada")
    assert MusicAccount.objects.get().scopes == "user-top-read"

    asked = visitor.client.post(make_for(cast.sibling.pk))["Location"]
    assert "make private playlists" in read_text(visitor.client.get(asked))
    back = visitor.go("ada", address=asked)

    assert back["Location"] == page_of(cast.sibling.pk)
    assert sorted(MusicAccount.objects.get().scopes.split()) == SCOPES.split()
    shown = visitor.client.post(make_for(cast.sibling.pk))["Location"]
    assert "is being made" in read_text(visitor.client.get(shown))
    assert [one.path for one in spotify.requests if one.path == "/v1/me/playlists"] == []
    playlist = SpotifyPlaylist.objects.get()
    now: datetime | None = timezone.now()
    while now is not None:
        now = continue_playlist(playlist.pk, now)
    assert spotify.listeners["ada"].playlists[0].uris[0] == f"spotify:track:{'r' * 22}"
    page = visitor.client.get(shown)
    assert "Your playlist is on Spotify." in read_text(page)
    address = f"https://open.spotify.com/playlist/{spotify.listeners['ada'].playlists[0].id}"
    assert address in page.content.decode()


def test_a_friends_link_leads_to_one_until_it_ends(visitor: Visitor, cast: Cast) -> None:
    link = make_compare_link(cast.hidden, "Friend")
    page = reverse("recommendations:friends_playlist", args=[link.token])
    make = reverse("recommendations:make_friends_spotify_playlist", args=[link.token])
    visitor.go("ada")
    assert f'action="{make}"' in visitor.client.get(page).content.decode()

    asked = visitor.client.post(make)["Location"]
    back = visitor.go("ada", address=asked)
    shown = visitor.client.post(make)["Location"]
    revoke_compare_link(cast.hidden, link.pk)

    assert back["Location"] == page
    assert "is being made" in read_text(visitor.client.get(shown))
    assert visitor.client.post(make).status_code == 404


def test_connecting_again_keeps_the_larger_permission(visitor: Visitor, cast: Cast) -> None:
    visitor.go("ada", address=f"{reverse('spotify_login')}?playlists=yes")

    visitor.go("ada")

    assert cast.ana.music_accounts.get().scopes.split() == SCOPES.split()


def test_who_is_not_signed_in_is_asked_for_no_more_than_ever(visitor: Visitor) -> None:
    stranger = Visitor(visitor.spotify, Client(SERVER_NAME="127.0.0.1"))

    address = stranger.leave(f"{reverse('spotify_login')}?playlists=yes")

    assert "playlist" not in address


def test_who_says_no_keeps_what_they_permitted(visitor: Visitor, cast: Cast) -> None:
    visitor.go("ada")

    visitor.go("ada", address=f"{reverse('spotify_login')}?playlists=yes", agrees=False)

    assert cast.ana.music_accounts.get().scopes == "user-top-read"


def test_each_sees_their_own_alone(visitor: Visitor, cast: Cast) -> None:
    visitor.go("ada", address=f"{reverse('spotify_login')}?playlists=yes")
    shown = visitor.client.post(make_for(cast.sibling.pk))["Location"]
    other, stranger = Client(), Client()
    other.force_login(cast.sibling)

    assert other.get(shown).status_code == 404
    assert stranger.get(shown)["Location"].startswith(reverse("account_login"))
    assert visitor.client.post(make_for(cast.hidden.pk)).status_code == 404
    assert visitor.client.get(make_for(cast.sibling.pk)).status_code == 405


def test_forms_of_other_sites_are_refused(cast: Cast, spotify: SpotifyDouble) -> None:
    client = Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1")
    client.force_login(cast.ana)

    assert spotify.is_running
    assert client.post(make_for(cast.sibling.pk)).status_code == 403


def test_a_site_without_spotify_offers_none(ana: Client, cast: Cast) -> None:
    assert "Make it on Spotify" not in read_text(ana.get(page_of(cast.sibling.pk)))
    assert ana.post(make_for(cast.sibling.pk)).status_code == 404
