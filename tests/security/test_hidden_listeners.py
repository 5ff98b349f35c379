"""Nobody finds out about a hidden listener: not by an id, a name, a count, a tag or the work done.

``tests/test_every_address.py`` compares the statuses.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from recommendations.services.clustering import compute_clusters
from recommendations.services.mapping import compute_map
from recommendations.services.profiles import recompute_profiles
from recommendations.services.visibility import set_discoverable
from tests.addresses import ADDRESSES, Answers
from tests.askers import Listeners
from tests.asking import Asking, fill, fill_body
from tests.factories import make_top_artists, make_top_tracks, make_user

NOBODY = 2**31 - 1
# Other ones each time: tokens of forms, the time in a signed cursor, and when a token was used.
_CHANGING = re.compile(
    r'name="csrfmiddlewaretoken" value="\w+"|cursor=[^"&]+|"last_used_at":"[^"]+"'
)

Values = Mapping[str, object]


def read(response: Any) -> tuple[int, str]:
    """Return the status and the text, without what is another one each time."""
    if response.streaming:
        return response.status_code, ""
    return response.status_code, _CHANGING.sub("", response.content.decode(errors="replace"))


def ask_about(
    asking: Asking, values: Values, user_id: int, headers: Mapping[str, str] | None = None
) -> dict[str, tuple[int, str, int]]:
    """Return what is answered at each address that takes the id of a listener, and its queries."""
    named = {**values, "user_id": user_id}
    found = {}
    for route, methods in ADDRESSES.items():
        for method, answers in methods.items():
            if "user_id" not in f"{route} {answers.body} {answers.query}":
                continue
            address = fill(route, named) + answers.query.format_map(named)
            for asker in ("anonymous", "other"):
                with CaptureQueriesContext(connection) as queries:
                    body = fill_body(answers, named)
                    status, text = read(asking.ask(asker, method, address, body, headers))
                text = re.sub(rf"(?<=[/=]){user_id}\b", "ID", text)
                found[f"{method} {route} {asker}"] = status, text, len(queries)
    return found


def test_hidden_is_answered_and_looked_for_like_nobody(
    asking: Asking, values: Values, listeners: Listeners
) -> None:
    ask_about(asking, values, NOBODY)  # What is asked first only is over.

    about_nobody = ask_about(asking, values, NOBODY)
    about_hidden = ask_about(asking, values, listeners["hidden"].pk)

    assert len(about_hidden) > 20
    assert about_hidden == about_nobody


@pytest.mark.parametrize("tag", ["*", "known"])
def test_known_tag_is_no_way_to_ask_whether_somebody_is_here(
    asking: Asking, values: Values, listeners: Listeners, tag: str
) -> None:
    hidden = listeners["hidden"]
    if tag == "known":
        User.objects.filter(pk=hidden.pk).update(is_discoverable=True)
        shown = asking.ask("other", "GET", f"/api/v1/listeners/{hidden.pk}/", {})
        User.objects.filter(pk=hidden.pk).update(is_discoverable=False)
        tag = shown["ETag"]

    about_hidden = ask_about(asking, values, hidden.pk, {"If-None-Match": tag})
    about_nobody = ask_about(asking, values, NOBODY, {"If-None-Match": tag})

    assert {status for status, _, _ in about_hidden.values()}.isdisjoint({200, 304, 412})
    assert about_hidden == about_nobody


def test_name_of_a_hidden_listener_is_like_a_name_of_nobody(listeners: Listeners) -> None:
    client = Client()
    client.force_login(listeners["other"])
    User.objects.filter(pk=listeners["hidden"].pk).update(username="unmistakable")

    def compare_with(name: str) -> tuple[int, str, int]:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("recommendations:compare"), {"with": name})
        status, text = read(page)
        return status, text.replace(name, ""), len(queries)

    assert compare_with("unmistakable") == compare_with("unheard-of")


def ask_everything(
    asking: Asking, values: Values, askers: Sequence[str] = ("anonymous", "other", "owner")
) -> dict[str, tuple[int, str]]:
    """Return what is answered wherever there is something to look at."""
    return {
        f"{route} {asker}": read(
            asking.ask(asker, "GET", fill(route, values) + _query(answers, values), {})
        )
        for route, methods in ADDRESSES.items()
        for method, answers in methods.items()
        if method == "GET"
        for asker in askers
    }


def _query(answers: Answers, values: Values) -> str:
    return answers.query.format_map(values)


def join_hidden(twin: User) -> User:
    """Let somebody hidden play what another plays, and be counted wherever they are."""
    hidden = make_user(is_discoverable=False)
    make_top_artists(hidden, [one.artist for one in twin.top_artists.order_by("rank")])
    make_top_tracks(hidden, [one.track for one in twin.top_tracks.order_by("rank")])
    recompute_profiles([hidden.pk])
    compute_clusters()
    compute_map()
    return hidden


def test_nothing_that_anybody_sees_changes_when_somebody_hidden_joins(
    asking: Asking, values: Values, listeners: Listeners
) -> None:
    """No size of a cluster, total, page, point of the map, reason or recommendation."""
    compute_map()
    before = ask_everything(asking, values)

    hidden = join_hidden(listeners["sibling"])

    after = ask_everything(asking, values)
    assert hidden.cluster_places.exists()
    assert {key for key in before if before[key] != after[key]} == set()


def test_who_hides_is_named_to_nobody_anywhere(
    asking: Asking, values: Values, listeners: Listeners
) -> None:
    compute_map()
    sibling = listeners["sibling"]
    User.objects.filter(pk=sibling.pk).update(username="unmistakable")
    shown = _name_where(asking, values)

    set_discoverable(sibling, value=False)

    assert len(shown) > 20
    assert _name_where(asking, values) == set()


def _name_where(asking: Asking, values: Values) -> set[str]:
    answers = ask_everything(asking, values, ("anonymous", "owner"))
    return {key for key, (_, text) in answers.items() if "unmistakable" in text}
