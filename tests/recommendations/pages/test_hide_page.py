import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.sharing import UnseenListener
from recommendations.services import unseen_listeners
from recommendations.services.unseen_listeners import hide_listener
from recommendations.services.visibility import set_discoverable
from tests.recommendations.conftest import Cast
from tests.recommendations.pages.reading import read_text

pytestmark = pytest.mark.django_db

MY_DATA = reverse("recommendations:my_data")
SIMILAR_USERS = reverse("recommendations:similar_users")


def hide_address(user_id: int) -> str:
    return reverse("recommendations:hide_listener", args=[user_id])


def show_address(user_id: int) -> str:
    return reverse("recommendations:show_listener", args=[user_id])


def profile_address(user_id: int) -> str:
    return reverse("recommendations:listener", args=[user_id])


@pytest.mark.parametrize("address", [hide_address(1), show_address(1)])
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_are_sent_to_sign_in(client: Client, address: str, method: str) -> None:
    response = getattr(client, method)(address)

    assert response["Location"] == f"{reverse('account_login')}?next={address}"


def test_hiding_takes_a_sibling_off_the_lists_and_is_undone(ana: Client, cast: Cast) -> None:
    page = read_text(ana.get(hide_address(cast.sibling.pk)))
    assert "Hide or block sibling ?" in page

    text = read_text(ana.post(hide_address(cast.sibling.pk), {"choice": "hide"}, follow=True))
    assert "sibling is hidden." in text
    assert "1 stranger" in text
    assert "2 sibling" not in text
    assert ana.get(profile_address(cast.sibling.pk)).status_code == 200

    assert "sibling hidden since" in read_text(ana.get(MY_DATA))
    text = read_text(ana.post(show_address(cast.sibling.pk), follow=True))
    assert "That is undone." in text
    assert "sibling" not in text
    assert "1 sibling" in read_text(ana.get(SIMILAR_USERS))


def test_a_block_looks_like_not_being_discoverable(ana: Client, cast: Cast) -> None:
    sibling = Client()
    sibling.force_login(cast.sibling)
    set_discoverable(cast.ana, value=False)
    hidden = [sibling.get(address) for address in (SIMILAR_USERS, profile_address(cast.ana.pk))]
    set_discoverable(cast.ana, value=True)

    text = read_text(ana.post(hide_address(cast.sibling.pk), {"choice": "block"}, follow=True))
    blocked = [sibling.get(address) for address in (SIMILAR_USERS, profile_address(cast.ana.pk))]

    assert "sibling is blocked." in text
    assert [page.status_code for page in blocked] == [200, 404]
    assert [read_text(page) for page in blocked] == [read_text(page) for page in hidden]
    assert ana.get(profile_address(cast.sibling.pk)).status_code == 404
    assert Client().get(profile_address(cast.ana.pk)).status_code == 200
    home = read_text(sibling.get(reverse("recommendations:home")))
    assert "ana" not in home.split()


def test_only_my_own_hiding_is_undone(ana: Client, cast: Cast) -> None:
    hide_listener(cast.stranger, cast.sibling.pk, is_blocked=True)

    for user_id in (cast.sibling.pk, cast.hidden.pk, 10**9, 10**30):
        assert ana.post(show_address(user_id)).status_code == 302

    assert UnseenListener.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_hidden_the_blocking_the_unknown_and_oneself_look_the_same(
    ana: Client, cast: Cast, method: str
) -> None:
    hide_listener(cast.stranger, cast.ana.pk, is_blocked=True)
    user_ids = [cast.hidden.pk, cast.stranger.pk, 10**9, 10**30, cast.ana.pk]

    pages = [getattr(ana, method)(hide_address(pk), {"choice": "block"}) for pk in user_ids]

    assert {page.status_code for page in pages} == {404}
    assert len({read_text(page) for page in pages}) == 1
    assert not UnseenListener.objects.filter(user=cast.ana).exists()


@pytest.mark.parametrize("choice", ["", "both"])
def test_without_a_choice_nothing_is_hidden(ana: Client, cast: Cast, choice: str) -> None:
    assert ana.post(hide_address(cast.sibling.pk), {"choice": choice}).status_code == 200
    assert not UnseenListener.objects.exists()


def test_forms_of_other_sites_are_refused(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ana)

    for address in (hide_address(cast.sibling.pk), show_address(cast.sibling.pk)):
        assert client.post(address, {"choice": "hide"}).status_code == 403


def test_the_bound_is_told(ana: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unseen_listeners, "MAX_UNSEEN", 0)

    text = read_text(ana.post(hide_address(cast.sibling.pk), {"choice": "hide"}, follow=True))

    assert "Show one of them again first." in text


def test_names_are_shown_as_text(ana: Client, cast: Cast) -> None:
    script = "<script>alert(1)</script>{0}"
    User.objects.filter(pk=cast.sibling.pk).update(username=script)

    pages = [
        ana.get(hide_address(cast.sibling.pk)),
        ana.post(hide_address(cast.sibling.pk), {"choice": "hide"}, follow=True),
        ana.get(MY_DATA),
    ]

    for page in pages:
        assert "<script>a" not in page.content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{0}" in page.content.decode()
