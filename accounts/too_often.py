"""What is answered to whoever asks too often."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# Most rates are by the minute.
RETRY_AFTER_S = 60
# As settings.ACCOUNT_RATE_LIMITS has it for the wrong passwords of one login.
FAILED_RETRY_AFTER_S = 300


def answer_too_often(request: HttpRequest, retry_after_s: int = RETRY_AFTER_S) -> HttpResponse:
    """Return a page that says so, with when to come back in its header."""
    response = render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(retry_after_s)
    return response
