"""The connection to Elasticsearch, which takes only whole answers."""

from typing import Any

from elastic_transport import ConnectionError as BrokenConnection
from elastic_transport import Urllib3HttpNode


class WholeAnswersNode(Urllib3HttpNode):
    """Refuses an answer whose head does not say how long it is: it broke off there.

    Python takes what came until then for all headers and for an empty body, which could be read as
    an index that holds nothing. Elasticsearch always says it.
    """

    def perform_request(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - as in the client
        """Return the answer. Raises the client's own errors."""
        answer = super().perform_request(*args, **options)
        headers = answer.meta.headers
        is_measured = (headers.get("content-length") or "").isdigit()
        if not is_measured and headers.get("transfer-encoding") != "chunked":
            raise BrokenConnection("The answer broke off.")
        return answer
