"""Bounds how often a page may be asked that costs as much as a call of the API."""

import math
from collections.abc import Iterable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView


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


def answer_too_often(
    request: HttpRequest, throttles: Iterable[type[SimpleRateThrottle]]
) -> HttpResponse | None:
    """Count a request as ``count_request`` does; return the page that refuses it, if need be."""
    wait_s = count_request(request, throttles)
    if wait_s is None:
        return None
    response = render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(wait_s)
    return response
