import logging
from io import StringIO

import pytest
from django.conf import settings
from django.test import Client

from metarec.log_masking import MaskTokens

TOKEN = "abcDEF-_" * 4


def test_the_sites_log_masks_tokens(db: None) -> None:  # noqa: ARG001 - asks for the database
    handlers: dict[str, dict[str, object]] = settings.LOGGING["handlers"]  # type: ignore[assignment]
    assert handlers["console"]["filters"] == ["mask_tokens"]
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(MaskTokens())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        for address in ("/cards/{}/", "/cards/{}/picture.png", "/api/v1/cards/{}/"):
            Client().get(address.format(TOKEN))
    finally:
        logger.removeHandler(handler)

    assert stream.getvalue().splitlines() == [
        "Not Found: /cards/…/",
        "Not Found: /cards/…/picture.png",
        "Not Found: /api/v1/cards/…/",
    ]


@pytest.mark.parametrize("text", ["50% of /cards/", "/listeners/12/", "/cards/12/remove/"])
def test_other_messages_stay_as_they_are(text: str) -> None:
    record = logging.makeLogRecord({"msg": "%s", "args": (text,)})

    assert MaskTokens().filter(record)
    assert (record.msg, record.getMessage()) == ("%s", text)
