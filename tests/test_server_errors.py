"""Whatever gets through as an error: a server that is away is told from a fault of ours."""

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import ConnectionError as NoConnection

from metarec.server_errors import answer_server_error


def answer_both(rf: RequestFactory, error: Exception) -> tuple[HttpResponse, HttpResponse]:
    """Return what a page and the API answer while the error is handled."""
    try:
        raise error
    except type(error):
        return answer_server_error(rf.get("/")), answer_server_error(rf.get("/api/v1/me/"))


@pytest.mark.parametrize("error", [OperationalError(), BrokerError(), NoConnection()])
def test_a_server_that_is_away_is_503_with_a_time_to_come_back(
    rf: RequestFactory, error: Exception
) -> None:
    page, answer = answer_both(rf, error)

    assert (page.status_code, page["Retry-After"]) == (503, "30")
    assert "This is not available just now" in page.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Content-Type"] == "application/json"


def test_a_fault_of_ours_is_500(rf: RequestFactory) -> None:
    page, answer = answer_both(rf, ValueError())

    assert (page.status_code, answer.status_code) == (500, 500)
    assert "Something broke on our side" in page.content.decode()
    assert answer["Content-Type"] == "application/json"
