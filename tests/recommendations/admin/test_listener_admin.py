"""What administrators do to listeners reaches every index."""

import pytest
from django.test import Client

from accounts.models import MusicAccount, User
from recommendations.models import ProfileChange, StaleProfile, TasteProfile
from tests.factories import make_user
from tests.recommendations.admin.conftest import make_everything

LIST = "/admin/accounts/user/"


def form_of(user: User, **changes: object) -> dict[str, object]:
    fields: dict[str, object] = {
        "username": user.username,
        "email": user.email,
        "first_name": "",
        "last_name": "",
        "is_active": "on" if user.is_active else "",
        "is_discoverable": "on" if user.is_discoverable else "",
    } | changes
    return {name: value for name, value in fields.items() if value != ""} | {
        "first_name": "",
        "last_name": "",
    }


def revision_of(user_id: int) -> int:
    return ProfileChange.objects.get(pk=user_id).revision


@pytest.mark.parametrize("field", ["is_discoverable", "is_active"])
def test_hiding_and_locking_are_recorded(admin_browser: Client, listener: User, field: str) -> None:
    response = admin_browser.post(f"{LIST}{listener.pk}/change/", form_of(listener, **{field: ""}))
    assert response.status_code == 302
    listener.refresh_from_db()
    assert getattr(listener, field) is False
    assert revision_of(listener.pk) >= 1


def test_other_edits_are_not_recorded(admin_browser: Client, listener: User) -> None:
    change = form_of(listener, email="new@example.org")
    admin_browser.post(f"{LIST}{listener.pk}/change/", change)
    listener.refresh_from_db()
    assert listener.email == "new@example.org"
    assert not ProfileChange.objects.exists()


def test_origin_cannot_be_edited(admin_browser: Client, listener: User) -> None:
    admin_browser.post(f"{LIST}{listener.pk}/change/", form_of(listener, origin="import"))
    listener.refresh_from_db()
    assert listener.origin == User.Origin.SIGN_UP


def test_user_can_be_added(admin_browser: Client) -> None:
    new = {"username": "new", "usable_password": "true"}
    passwords = {"password1": "a long enough one", "password2": "a long enough one"}
    assert admin_browser.post(f"{LIST}add/", new | passwords).status_code == 302
    assert User.objects.get(username="new").check_password("a long enough one")


def test_deleting_one_forgets_them(admin_browser: Client, listener: User) -> None:
    admin_browser.post(f"{LIST}{listener.pk}/delete/", {"post": "yes"})
    assert not User.objects.filter(pk=listener.pk).exists()
    assert revision_of(listener.pk) >= 1


def test_deleting_many_forgets_each(admin_browser: Client, db: None) -> None:  # noqa: ARG001
    user_ids = [make_user().pk for _ in range(3)]
    selected = {"action": "delete_selected", "_selected_action": user_ids, "post": "yes"}
    admin_browser.post(LIST, selected)
    assert not User.objects.filter(pk__in=user_ids).exists()
    assert ProfileChange.objects.filter(pk__in=user_ids).count() == 3


def test_listeners_with_lists_and_profiles_are_deleted_too(
    admin_browser: Client,
    db: None,  # noqa: ARG001
) -> None:
    make_everything(3)
    first, *others = TasteProfile.objects.values_list("user_id", flat=True)

    admin_browser.post(f"{LIST}{first}/delete/", {"post": "yes"})
    selected = {"action": "delete_selected", "_selected_action": others, "post": "yes"}
    admin_browser.post(LIST, selected)

    assert not User.objects.filter(top_artists__isnull=False).exists()
    assert not TasteProfile.objects.exists()


def test_search_finds_the_beginning_of_a_name_and_a_whole_address(
    admin_browser: Client, listener: User, other_listener: User
) -> None:
    listener.username = "zoe"
    listener.save()
    for term in ("zo", listener.email):
        page = admin_browser.get(LIST, {"q": term}).content.decode()
        assert "zoe" in page
        assert other_listener.username not in page


def test_recompute_marks_the_selected_and_says_how_many(
    admin_browser: Client, listener: User, other_listener: User
) -> None:
    selected = {"action": "recompute", "_selected_action": [listener.pk, other_listener.pk]}
    page = admin_browser.post(LIST, selected, follow=True).content.decode()
    assert "2 listeners will be recomputed." in page
    assert StaleProfile.objects.count() == 2


def test_listeners_have_no_admin(client: Client, listener: User) -> None:
    client.force_login(listener)
    assert client.get(LIST).status_code == 302


def test_links_are_looked_at_without_their_tokens(admin_browser: Client, listener: User) -> None:
    account = MusicAccount.objects.create(
        user=listener, service="spotify", account_id="the id", encrypted_token="the token"
    )
    address = f"/admin/accounts/musicaccount/{account.pk}/change/"

    page = admin_browser.get(address).content.decode()

    assert "the id" in page
    assert "the token" not in page
    assert (
        admin_browser.post(address.replace("change", "delete"), {"post": "yes"}).status_code == 403
    )
    assert admin_browser.post(address, {"account_id": "another"}).status_code == 403


def test_links_go_with_their_listener(admin_browser: Client, listener: User) -> None:
    MusicAccount.objects.create(user=listener, service="spotify", account_id="the id")

    admin_browser.post(f"{LIST}{listener.pk}/delete/", {"post": "yes"})

    assert not User.objects.filter(pk=listener.pk).exists()
    assert not MusicAccount.objects.exists()


@pytest.mark.parametrize("model", ["socialaccount", "socialapp", "socialtoken"])
def test_allauths_own_tables_are_not_shown(admin_browser: Client, model: str) -> None:
    assert admin_browser.get(f"/admin/socialaccount/{model}/").status_code == 404
