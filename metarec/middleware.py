"""What every answer of the site carries."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render, resolve_url

from accounts.music_services import Service, is_on

# Files of this site only, and nothing written into the page itself: a script that came in with
# somebody's artist would not run. Django's admin and Swagger UI have small images as data.
# https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CSP
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def build_content_security_policy() -> str:
    """Return the policy; where Spotify is on, the form that connects may lead there."""
    if not is_on(Service.SPOTIFY):
        return CONTENT_SECURITY_POLICY
    parts = urlsplit(settings.SPOTIFY_ACCOUNTS_URL)
    own = "form-action 'self'"
    return CONTENT_SECURITY_POLICY.replace(own, f"{own} {parts.scheme}://{parts.netloc}")


def _may_evaluate(request: HttpRequest) -> bool:
    """Tell whether the page's own scripts may make functions out of text.

    plotly draws by WebGL with regl, which writes its drawing functions at run time
    (https://github.com/plotly/plotly.js/issues/897); the build of plotly that does without is
    in no Python package. Scripts still come from this site's files alone, none from the page.
    """
    match = request.resolver_match
    return match is not None and match.view_name == "recommendations:sound_map"


def content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Tell the browser what pages may load, unless a view has told it already."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        policy = build_content_security_policy()
        if _may_evaluate(request):
            policy += "; script-src 'self' 'unsafe-eval'"
        response.headers.setdefault("Content-Security-Policy", policy)
        return response

    return answer


def page_of_wrong_method(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Say something to whoever opens what only a form leads to, as signing in anew does."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or request.method != "GET":
            return response
        page = render(request, "405.html", status=response.status_code)
        page["Allow"] = response["Allow"]
        return page

    return answer


def page_of_signing_in(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Have htmx load the page again where a part of it is for those who are signed in.

    Otherwise it would follow to the page for signing in, and put that into the part's place.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        leads_to = response.headers.get("Location", "")
        sign_in = f"{resolve_url(settings.LOGIN_URL)}?"
        if "HX-Request" not in request.headers or not leads_to.startswith(sign_in):
            return response
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Refresh": "true"})

    return answer


class PageCompression(GZipMiddleware):
    """Compresses pages, but none that may not be kept: those have secrets in them.

    How well a page compresses tells whether what an attacker had written into its address
    stands in it once more, letter by letter (https://www.breachattack.com). Django hides that
    behind bytes of chance, and tokens of forms are other ones each time; what opens something
    for long, and the e-mail address, is on no page that is compressed.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Return the answer, compressed if it is a page and the browser takes that."""
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if not is_page or "no-store" in response.headers.get("Cache-Control", ""):
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed
