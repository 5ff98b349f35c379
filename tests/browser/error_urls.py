"""The site's addresses, and one below which everything fails in the ways that have a page."""

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.csrf import csrf_failure

from metarec.urls import handler500
from metarec.urls import urlpatterns as pages

FAILURES = {"forbidden": 403, "csrf": 403, "too-often": 429, "broken": 500, "server-away": 503}


def fail(request: HttpRequest, failure: str) -> HttpResponse:
    """Fail as the site does."""
    match failure:
        case "forbidden":
            raise PermissionDenied
        case "csrf":
            return csrf_failure(request)
        case "too-often":
            return render(request, "429.html", status=429)
        case "server-away":
            raise OperationalError
        case _:
            raise ArithmeticError


urlpatterns = [path("failing/<slug:failure>/", fail), *pages]

__all__ = ["handler500", "urlpatterns"]
