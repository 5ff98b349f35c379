"""Leaving things out of one's taste by buttons, and taking them back."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from recommendations.models import Exclusion
from recommendations.services.exclusions import exclude_artist, exclude_track
from tests.factories import make_artist, make_top_tracks, make_track, make_user
from tests.recommendations.conftest import Cast
from tests.recommendations.pages.reading import read_text

pytestmark = pytest.mark.django_db

EXCLUSIONS = reverse("recommendations:exclusions")
TOP_TRACKS = reverse("recommendations:top_tracks")


def removal(exclusion: Exclusion) -> str:
    return reverse("recommendations:remove_exclusion", args=[exclusion.pk])


@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_are_sent_to_sign_in(client: Client, method: str) -> None:
    for url in (EXCLUSIONS, f"{EXCLUSIONS}1/removal/"):
        assert getattr(client, method)(url)["Location"].startswith(reverse("account_login"))


def test_a_button_among_top_tracks_leaves_the_artist_out(client: Client) -> None:
    user, artist = make_user(), make_artist("White Noise")
    make_top_tracks(user, [make_track(name="Rain", artists=[artist])])
    client.force_login(user)
    page = client.get(TOP_TRACKS).content.decode()
    assert f'form="leave-out" name="artist" value="{artist.pk}"' in page

    answer = client.post(EXCLUSIONS, {"artist": artist.pk, "next": TOP_TRACKS}, follow=True)

    assert answer.redirect_chain == [(TOP_TRACKS, 302)]
    text = read_text(answer)
    assert "White Noise is left out of your taste." in text
    assert "Rain" in text
    assert text.endswith("left out")


def test_the_list_takes_back_what_it_names(ana: Client, cast: Cast) -> None:
    track = make_track(name="Lullaby", artists=[make_artist("Rain")])
    exclusion = exclude_track(cast.ana, track.pk)
    assert "Lullaby Rain Count it again" in read_text(ana.get(EXCLUSIONS))

    text = read_text(ana.post(removal(exclusion), follow=True))

    assert "It counts again." in text
    assert "You leave nothing out." in text


def test_nobody_reads_or_takes_back_those_of_others(ana: Client, cast: Cast) -> None:
    exclusion = exclude_artist(cast.sibling, make_artist("Theirs").pk)

    assert "Theirs" not in read_text(ana.get(EXCLUSIONS))
    assert ana.post(removal(exclusion)).status_code == 404
    assert Exclusion.objects.filter(pk=exclusion.pk).exists()


def test_a_profile_offers_it_to_its_owner_alone(ana: Client, cast: Cast) -> None:
    own, other = (
        ana.get(reverse("recommendations:listener", args=[user.pk])).content.decode()
        for user in (cast.ana, cast.sibling)
    )

    assert 'form="leave-out" name="artist"' in own
    assert 'form="leave-out" name="track"' in own
    assert "leave-out" not in other


@pytest.mark.parametrize(
    "data", [{}, {"artist": "x"}, {"artist": "0"}, {"track": "99999999999"}, {"artist": "123456"}]
)
def test_what_is_not_there_is_not_found(ana: Client, data: dict[str, str]) -> None:
    assert ana.post(EXCLUSIONS, data).status_code == 404
    assert not Exclusion.objects.exists()


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_no_address_leads_elsewhere(ana: Client, address: str) -> None:
    answer = ana.post(EXCLUSIONS, {"artist": make_artist().pk, "next": address})

    assert answer["Location"] == EXCLUSIONS


def test_forms_of_other_sites_are_refused(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ana)
    exclusion = exclude_artist(cast.ana, make_artist().pk)

    assert client.post(EXCLUSIONS, {"artist": make_artist().pk}).status_code == 403
    assert client.post(removal(exclusion)).status_code == 403
    assert Exclusion.objects.get() == exclusion


def test_names_are_shown_as_text(ana: Client, cast: Cast) -> None:
    script = "<script>alert(1)</script>"
    artist = make_artist(script)
    make_top_tracks(cast.ana, [make_track(name=script, artists=[artist])], source="demo")
    exclude_track(cast.ana, make_track(name=script, artists=[artist]).pk)

    said = ana.post(EXCLUSIONS, {"artist": artist.pk}, follow=True)

    for page in (said, ana.get(TOP_TRACKS), ana.get(EXCLUSIONS)):
        assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize("count", [1, 25])
def test_the_number_of_queries_does_not_grow_with_the_list(
    ana: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _ in range(count):
        track = make_track(artists=[make_artist()])
        Exclusion.objects.create(user=cast.ana, track=track)
        Exclusion.objects.create(user=cast.ana, artist=make_artist())

    # Session, user, count, rows with names, credits with artists.
    with django_assert_num_queries(5):
        ana.get(EXCLUSIONS)
