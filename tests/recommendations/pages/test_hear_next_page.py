"""The page of what to hear next."""

import pytest
from django.test import Client
from django.urls import reverse

from recommendations.models import Source
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track
from tests.recommendations.conftest import Cast
from tests.recommendations.pages.reading import read_text

pytestmark = pytest.mark.django_db

HEAR_NEXT = reverse("recommendations:hear_next")


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    assert client.get(HEAR_NEXT)["Location"] == f"{reverse('account_login')}?next={HEAR_NEXT}"


def test_the_page_says_who_plays_it_and_leaves_out_what_is_not_for_me(
    ana: Client, cast: Cast
) -> None:
    page = ana.get(HEAR_NEXT)
    text = read_text(page)
    assert "Sade One of your similar users plays it: stranger (" in text
    assert "hidden" not in text
    sade = cast.stranger.top_artists.get(rank=2).artist
    assert f'form="leave-out" name="artist" value="{sade.pk}"' in page.content.decode()

    exclusions = reverse("recommendations:exclusions")
    text = read_text(ana.post(exclusions, {"artist": sade.pk, "next": HEAR_NEXT}, follow=True))

    assert "Sade is left out of your taste." in text
    assert "Sade One of" not in text


def test_what_came_from_spotify_leads_back_there(ana: Client, cast: Cast) -> None:
    artist = make_artist("Tricky")
    track = make_track(name="Overcome", artists=[artist])
    make_top_tracks(cast.sibling, [track], source=Source.SPOTIFY)

    page = ana.get(HEAR_NEXT).content.decode()

    assert f'href="https://open.spotify.com/track/{track.spotify_id}"' in page
    assert page.count("https://open.spotify.com/track/") == 1


def test_names_are_shown_as_text(ana: Client, cast: Cast) -> None:
    script = "<script>alert(1)</script>"
    artist = make_artist(script)
    make_top_artists(cast.sibling, [artist], source=Source.LASTFM)
    make_top_tracks(cast.sibling, [make_track(name=script, artists=[artist])], source=Source.LASTFM)
    cast.sibling.username = script
    cast.sibling.save()

    page = ana.get(HEAR_NEXT).content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_newcomers_are_told_what_is_missing(client: Client, cast: Cast) -> None:
    client.force_login(cast.newcomer)

    assert "Now bring your listening" in read_text(client.get(HEAR_NEXT))
