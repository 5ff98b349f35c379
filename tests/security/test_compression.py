"""What opens something for long is on no page that is compressed: its size would tell of it."""

import gzip
from collections.abc import Mapping

from accounts.models import CompareLink
from tests.addresses import PAGES
from tests.askers import Listeners
from tests.asking import Asking, fill

SECRET = "u" * 43


def test_no_secret_is_on_a_page_whose_size_tells(
    asking: Asking, listeners: Listeners, values: Mapping[str, object]
) -> None:
    owner = listeners["owner"]
    CompareLink.objects.create(maker=owner, name="Friend", token=SECRET)
    answers = {
        route: asking.ask("owner", "GET", fill(route, values), {}, {"Accept-Encoding": "gzip"})
        for route, methods in PAGES.items()
        if "GET" in methods
    }

    compressed = {
        route: gzip.decompress(one.content).decode()
        for route, one in answers.items()
        if one.headers.get("Content-Encoding") == "gzip"
    }

    plain = {route for route in answers if route not in compressed}
    assert "compare/links/" in plain
    assert len(compressed) > 15
    assert [
        route for route, text in compressed.items() if SECRET in text or owner.email in text
    ] == []
