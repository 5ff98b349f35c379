"""Bounds how often a page may be asked that costs as much as a call of the API."""

import math

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api.throttles import AnonymousThrottle, UserThrottle


def count_request(request: HttpRequest) -> int | None:
    """Count a request toward the API's rate of the visitor.

    Returns None if it may be answered, else after how many seconds to come back.
    """
    asked = Request(request)
    asked.user = request.user
    for throttle in (AnonymousThrottle(), UserThrottle()):
        if not throttle.allow_request(asked, APIView()):
            return math.ceil(throttle.wait() or 1)
    return None
