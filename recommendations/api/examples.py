"""Examples for the schema, built from it: of every body that is sent or answered, and every error.

So an example has all the fields there are, and none that is gone. What a field says comes from its
name, else from its type.
"""

import re
from collections.abc import Mapping
from typing import Any

_NOW = "2026-11-28T17:20:03.112874Z"
# Of text and numbers by the name of the field; a type that does not take it has its own.
_BY_NAME: Mapping[str, Any] = {
    "acousticness": 0.49,
    "album_name": "Dummy",
    "artist_count": 212,
    "artist_similarity": 0.62,
    "average": 0.51,
    "both": "below",
    "code": "damaged",
    "cosine": 0.83,
    "danceability": 0.37,
    "days": 90,
    "described_track_count": 640,
    "duration_ms": 301_000,
    "email": "ada@example.org",
    "energy": 0.41,
    "error": "",
    "file": "Streaming_History_Audio_2026.json",
    "file_name": "my_spotify_data.zip",
    "gap": -0.4,
    "instrumentalness": 0.02,
    "key": 9,
    "kind": "extended_history",
    "liveness": 0.11,
    "login": "ada.falk",
    "loudness_db": -11.2,
    "meta_vector_track_count": 640,
    "mode": 1,
    "name": "Portishead",
    "password": "a pass phrase of your own",
    "percent": 99.87174695387392,
    "play_count": 311,
    "plays": 12,
    "popularity": 68,
    "previous": None,
    "rank": 1,
    "score": 0.6686991565522361,
    "secret": "whsec_fhqJ8Q2h3nB0oXh1mV7sZ5rT9yE4wK6cL2uD8aGpN0M",
    "share": 0.31,
    "size_bytes": 4_194_304,
    "read_bytes": 4_194_304,
    "speechiness": 0.03,
    "spotify_id": "6liAMWkVf5LH7YR9yfFy1Y",
    "status": 204,
    "step": "tracks:short_term",
    "tempo_bpm": 76.5,
    "theirs": 0.43,
    "time_signature": 4,
    "title": "Glory Box",
    "token": "8c2b0f41d6e97a35b1c04f8ea2d973560e1b84fa7c25d39e608fb1427ac5d93e",
    "track_count": 652,
    "tries": 1,
    "url": "https://example.org/hook",
    "username": "ada.falk",
    "valence": 0.22,
    "weight": 0.18,
    "yours": 0.41,
}
_BY_FORMAT: Mapping[str, Any] = {
    "date-time": _NOW,
    "uri": "https://metarec.example/api/v1/me/uploads/?cursor=WyJ4Il0",
    "uuid": "0b6e5d34-6a1c-4c8e-9f7d-2f3a5b7c9d10",
    "binary": "…",
}
_BY_TYPE: Mapping[str, Any] = {
    "boolean": True,
    "integer": 84,
    "null": None,
    "number": 0.25,
    "string": "text",
}
_PYTHON: Mapping[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "integer": (int,),
    "null": (type(None),),
    "number": (int, float),
    "string": (str,),
}
# What each status says where nothing more is known: its code, message and details.
_ERRORS: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "400": ("invalid", "Invalid input.", {"page_size": ["A valid integer is required."]}),
    "401": ("not_authenticated", "Authentication credentials were not provided.", {}),
    "403": ("permission_denied", "CSRF Failed: CSRF token missing.", {}),
    "404": ("not_found", "No such listener.", {}),
    "406": ("not_acceptable", "Could not satisfy the request Accept header.", {}),
    "409": ("conflict", "This cannot be done now.", {}),
    "413": ("too_large", "The body is too large. Nothing was changed.", {}),
    "415": ("unsupported_media_type", "Unsupported media type “text/plain” in request.", {}),
    "429": ("throttled", "Request was throttled.", {"retry_after_s": 24}),
    "500": ("internal_error", "Something went wrong on our side. It has been noted.", {}),
    "503": (
        "unavailable",
        "The site is busy. Nothing was changed; try again soon.",
        {"retry_after_s": 5},
    ),
}
_CODE = re.compile(r"`(\w+)`:")
_MISSING = {"not_enough_listening": {"missing": ["top_tracks", "top_artists"]}}


def add_examples(schema: dict[str, Any]) -> None:
    """Add an example to every body of every operation that has none."""
    components = schema["components"]["schemas"]
    for operations in schema["paths"].values():
        for operation in operations.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                _add(content, components)
            for status, response in operation["responses"].items():
                for content in response.get("content", {}).values():
                    if status in _ERRORS:
                        content["example"] = _build_error(status, response["description"])
                    else:
                        _add(content, components)


def _add(content: dict[str, Any], components: Mapping[str, Any]) -> None:
    if "example" not in content and "examples" not in content:
        content["example"] = build_example(content["schema"], components)


def _build_error(status: str, description: str) -> dict[str, Any]:
    """Return an error; a description may begin with its code, as in "`too_many_tokens`: You …"."""
    code, message, details = _ERRORS[status]
    own = _CODE.match(description)
    if own is not None:
        code, message = own[1], description[own.end() :].strip()
        details = _MISSING.get(code, details)
    return {"error": {"code": code, "message": message, "details": dict(details)}}


def build_example(schema: Mapping[str, Any], components: Mapping[str, Any], name: str = "") -> Any:  # noqa: ANN401 - whatever the schema describes
    """Return a value that the schema takes, for a field of this name."""
    if "$ref" in schema:
        return build_example(components[schema["$ref"].rsplit("/", 1)[1]], components, name)
    for key in ("allOf", "oneOf", "anyOf"):
        if key in schema:
            return build_example(schema[key][0], components, name)
    if "enum" in schema:
        return schema["enum"][0]
    kinds = schema.get("type", "object")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "array" in kinds:
        return [build_example(schema["items"], components, name)] * schema.get("minItems", 1)
    if "object" in kinds:
        return _build_object(schema, components)
    return _build_plain(schema, kinds, name)


def _build_object(schema: Mapping[str, Any], components: Mapping[str, Any]) -> dict[str, Any]:
    fields = schema.get("properties", {})
    return {name: build_example(field, components, name) for name, field in fields.items()}


def _build_plain(schema: Mapping[str, Any], kinds: list[str], name: str) -> Any:  # noqa: ANN401
    taken = tuple(kind for each in kinds for kind in _PYTHON[each])
    if name in _BY_NAME and type(_BY_NAME[name]) in taken:
        return _BY_NAME[name]
    value = _BY_FORMAT.get(schema.get("format", ""), _BY_TYPE[kinds[0]])
    if "minimum" in schema and value < schema["minimum"]:
        return schema["minimum"]
    if "maximum" in schema and value > schema["maximum"]:
        return schema["maximum"]
    return value
