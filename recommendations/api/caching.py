"""What the API says about keeping its answers: ask again, and get 304 while nothing has changed."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.utils.cache import patch_cache_control


class ApiCachingMiddleware(ConditionalGetMiddleware):
    """Gives each answer to a GET an ``ETag``, made of its body, and compares ``If-None-Match``.

    Most answers are for the asker alone, and who hides has to be gone at once: so no cache between
    may keep one, and a client has to ask before it uses what it kept. Other answers may hold a
    secret that is shown once: nobody may keep them.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Complete the answers below ``/api/``."""
        if not request.path.startswith("/api/"):
            return response
        if not response.has_header("Cache-Control"):
            kept = {"no_cache": True} if request.method in {"GET", "HEAD"} else {"no_store": True}
            patch_cache_control(response, private=True, **kept)
        answered: HttpResponseBase = super().process_response(request, response)
        return answered
