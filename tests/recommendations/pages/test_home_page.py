import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from tests.factories import make_user
from tests.recommendations.pages.reading import read_text

pytestmark = pytest.mark.django_db

HOME = reverse("recommendations:home")


def test_home_names_discoverable_listeners_only(client: Client) -> None:
    make_user(username="seen")
    make_user(username="unseen", is_discoverable=False)
    make_user(username="locked", is_active=False)

    text = read_text(client.get(HOME))

    assert "seen" in text.split()
    assert "unseen" not in text
    assert "locked" not in text


def test_home_says_who_is_made_up(client: Client) -> None:
    make_user(username="someone", origin="demo")

    assert "someone made up" in read_text(client.get(HOME))


def test_home_works_without_listeners(client: Client) -> None:
    response = client.get(HOME)

    assert "Listeners to look at" not in read_text(response)


def test_home_offers_signing_up_to_strangers_only(client: Client) -> None:
    assert "Sign up" in read_text(client.get(HOME))

    client.force_login(make_user())

    assert "Sign up" not in read_text(client.get(HOME))


def test_home_leads_strangers_to_similar_users_in_three_steps(client: Client) -> None:
    page = client.get(HOME)

    text = read_text(page)
    steps = ["Sign up A user name", "Bring your listening Files", "See your similar users The"]
    assert "Three steps to your similar users" in text
    assert [step for step in steps if step not in text] == []
    assert f'href="{reverse("recommendations:uploads")}"' in page.content.decode()


def test_home_takes_two_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        make_user()

    client.get(HOME)

    # What is kept of the site's figures, in the database's cache, and listeners.
    with django_assert_num_queries(2):
        client.get(HOME)


def test_home_refuses_posts(client: Client) -> None:
    assert client.post(HOME).status_code == 405


@pytest.mark.parametrize(("language", "words"), [("es", "Cómo funciona"), ("en", "How it works")])
def test_language_is_switched_by_a_form(client: Client, language: str, words: str) -> None:
    response = client.post(
        reverse("set_language"), {"language": language, "next": HOME}, follow=True
    )

    assert words in read_text(response)
    assert f'<html lang="{language}">' in response.content.decode()


def test_language_switch_does_not_lead_off_the_site(client: Client) -> None:
    response = client.post(
        reverse("set_language"), {"language": "es", "next": "https://evil.example/"}
    )

    assert response["Location"] == "/"


def test_language_switch_comes_back_to_the_same_page(client: Client) -> None:
    page = client.get(reverse("account_login") + "?next=/top-tracks/").content.decode()

    assert 'name="next" value="/accounts/login/?next=/top-tracks/"' in page


@pytest.mark.parametrize(
    ("ranking", "words"),
    [("hybrid", "the rarer an artist is"), ("seed", "comes before everybody who shares none")],
)
def test_home_tells_how_the_ranking_in_use_works(
    client: Client, settings: Settings, ranking: str, words: str
) -> None:
    settings.METAREC_RANKING = ranking

    assert words in read_text(client.get(HOME))
