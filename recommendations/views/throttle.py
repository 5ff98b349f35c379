"""Bounds how often a page may be asked that costs as much as a call of the API."""

import math
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from accounts.too_often import answer_too_often


def count_request(
    request: HttpRequest, throttles: Iterable[type[SimpleRateThrottle]]
) -> int | None:
    """Count a request toward rates of the API.

    Returns None if it may be answered, else after how many seconds to come back.
    """
    asked = Request(request)
    asked.user = request.user
    for throttle in (make() for make in throttles):
        if not throttle.allow_request(asked, APIView()):
            return math.ceil(throttle.wait() or 1)
    return None


def refuse_too_often(
    request: HttpRequest, throttles: Iterable[type[SimpleRateThrottle]]
) -> HttpResponse | None:
    """Count a request likewise; return None if it may be answered, else what to answer."""
    wait_s = count_request(request, throttles)
    return None if wait_s is None else answer_too_often(request, wait_s)
