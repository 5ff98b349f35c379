"""What every answer of the site carries."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

# Files of this site only, and nothing written into the page itself: a script that came in with
# somebody's artist would not run. Django's admin and Swagger UI have small images as data.
# https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CSP
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Tell the browser what pages may load, unless a view has told it already."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response

    return answer
