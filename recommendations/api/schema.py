"""What drf-spectacular cannot see for itself: errors, examples, and the body of a deletion."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from recommendations.api.examples import add_examples

# The one shape that errors.py makes.
ERROR_COMPONENT = {
    "type": "object",
    "description": "Every error has this shape.",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "details"],
            "additionalProperties": False,
            "properties": {
                "code": {"type": "string", "description": "For programs; never translated."},
                "message": {"type": "string", "description": "For people."},
                "details": {
                    "type": "object",
                    "description": "Messages by field, `missing`, `retry_after_s`, or nothing.",
                    "additionalProperties": True,
                },
            },
        },
    },
}
# For views that compare.
NOT_ENOUGH_LISTENING = OpenApiResponse(
    description="`not_enough_listening`: There is not enough listening yet. `details.missing` says "
    "what it would take."
)
# For views that name listeners in the query.
NOT_THERE = OpenApiResponse(description="No such listener, or nobody for the asker to see.")
# For views that add to a bounded list.
TOO_MANY = OpenApiResponse(description="`too_many`: You have as many as you can. Remove one first.")
# For views of what is found by a token alone.
TOKEN_IN_PATH = OpenApiParameter(
    "token", {"type": "string", "pattern": "^[A-Za-z0-9_-]{32}$"}, OpenApiParameter.PATH
)
# drf-spectacular gives DELETE no body; that of the account asks for the password.
DELETION_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["password"],
                "properties": {
                    "password": {"type": "string", "minLength": 1, "maxLength": 4096},
                },
            },
        },
    },
}
_NOT_MODIFIED = {
    "304": {"description": "`If-None-Match` names the `ETag` of this answer: it has not changed."}
}
_ALWAYS = {
    "406": "The Accept header allows nothing that this answers in.",
    "429": "Too many requests; Retry-After says in how many seconds to come back.",
    "500": "A fault of the site.",
    "503": "The site is busy; nothing was changed.",
}
_WITH_QUERY = {"400": "A parameter is wrong; `details` has messages by field."}
_WITH_BODY = {
    "400": "The body is wrong; `details` has messages by field.",
    "413": "The body is too large.",
    "415": "The body is of a media type that is not taken here.",
}
_WITH_PATH = {"404": "There is nothing here, or nothing for the asker to see."}
_WITH_TOKEN = {"401": "No token, or a wrong or expired one; for sign-in, a wrong password."}
_WITH_SESSION = {"403": "A session without its CSRF token, a wrong password, or a personal token."}


def complete_schema(result: dict[str, Any], **_kwargs: object) -> dict[str, Any]:
    """Add to each operation its errors, and examples; drf-spectacular calls this last."""
    result["components"].setdefault("schemas", {})["Error"] = ERROR_COMPONENT
    for operations in result["paths"].values():
        if operations.get("delete", {}).get("operationId") == "me_delete":
            operations["delete"]["requestBody"] = DELETION_BODY
        for method, operation in operations.items():
            operation["responses"] = _complete_responses(method, operation)
    add_examples(result)
    return result


def _complete_responses(method: str, operation: dict[str, Any]) -> dict[str, Any]:
    """Return the responses of the view, its errors in the one shape, and those of the site."""
    own: dict[str, Any] = operation["responses"]
    errors = _errors(method, operation)
    errors |= {status: own[status]["description"] for status in own if status >= "400"}
    completed = own | {status: _error_response(text) for status, text in errors.items()}
    if method == "get":
        completed |= _NOT_MODIFIED
    return dict(sorted(completed.items()))


def _errors(method: str, operation: dict[str, Any]) -> dict[str, str]:
    places = {parameter["in"] for parameter in operation.get("parameters", ())}
    takes_session = any("cookieAuth" in scheme for scheme in operation["security"])
    return (
        _ALWAYS
        | _WITH_TOKEN
        | (_WITH_SESSION if takes_session and method != "get" else {})
        | (_WITH_QUERY if "query" in places else {})
        | (_WITH_BODY if "requestBody" in operation else {})
        | (_WITH_PATH if "path" in places else {})
    )


def _error_response(description: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {"description": description, "content": content}
