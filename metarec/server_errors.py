"""What is answered where an error got through: a page, or the API's shape of an error."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.views.defaults import server_error

from recommendations.api.errors import exception_handler
from recommendations.servers_away import SERVERS_AWAY

# In seconds, chosen by us: a server that is started again is back by then.
_RETRY_AFTER_S = 30


def answer_server_error(request: HttpRequest) -> HttpResponse:
    """Return 503 if a server is away, else 500; Django calls this while it handles the error.

    The pages are made without the database and without the cache, which may be what is away.
    """
    error = sys.exception()
    if isinstance(error, Exception) and request.path.startswith("/api/"):
        answer = exception_handler(error, {"request": request})
        response = JsonResponse(answer.data, status=answer.status_code)
        if "Retry-After" in answer:
            response["Retry-After"] = answer["Retry-After"]
        return response
    if not isinstance(error, SERVERS_AWAY):
        return server_error(request)
    page = loader.get_template("503.html").render()
    return HttpResponse(page, status=503, headers={"Retry-After": str(_RETRY_AFTER_S)})
