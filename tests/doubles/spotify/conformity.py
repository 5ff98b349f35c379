"""Checks answers against the description of Spotify's Web API, as Development Mode cuts it.

Stricter than the description: an object may have no property that it does not describe. Where the
service itself is known to answer otherwise, an answer names its deviation from the list below.
"""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from openapi_schema_validator import OAS30Validator

from tests.doubles.messages import Answer, Request

Schema = dict[str, Any]

# What apps in Development Mode no longer get; the description only marks it as deprecated.
REMOVED: Mapping[str, frozenset[str]] = {
    "PrivateUserObject": frozenset(
        {"email", "country", "product", "followers", "explicit_content"}
    ),
    "TrackObject": frozenset({"popularity", "available_markets", "linked_from"}),
    "ArtistObject": frozenset({"popularity", "followers"}),
    "PlaylistObject": frozenset({"tracks", "followers"}),
    "AlbumBase": frozenset({"available_markets"}),
}


def _nullable(schemas: Mapping[str, Schema], **names: str) -> None:
    for schema, properties in names.items():
        for name in properties.split():
            own = schemas[schema]["properties"]
            own[name] = {**own[name], "nullable": True}
            own[name].pop("enum", None)


def _without_message(schemas: Mapping[str, Schema]) -> None:
    schemas["ErrorObject"]["required"].remove("message")


def _with_reason(schemas: Mapping[str, Schema]) -> None:
    schemas["ErrorObject"]["properties"]["reason"] = {"type": "string"}


def _local_file(schemas: Mapping[str, Schema]) -> None:
    _nullable(
        schemas,
        TrackObject="id href",
        SimplifiedArtistObject="id href uri",
        AlbumBase="id href uri release_date",
    )


def _unknown_among_several(schemas: Mapping[str, Schema]) -> None:
    for name in ("TrackObject", "ArtistObject", "AudioFeaturesObject"):
        schemas[name]["nullable"] = True


# Each with what makes the description fit what was seen.
DEVIATIONS: Mapping[str, Callable[[Mapping[str, Schema]], None]] = {
    "error_without_message": _without_message,
    "error_with_reason": _with_reason,
    "null_genres": lambda schemas: _nullable(schemas, ArtistObject="genres"),
    "null_display_name": lambda schemas: _nullable(schemas, PrivateUserObject="display_name"),
    "local_file": _local_file,
    "unknown_among_several": _unknown_among_several,
}
# Every error has the same shape, also where a path does not list its status.
_ANY_ERROR = {"$ref": "#/components/responses/Forbidden"}


def check_conformity(request: Request, answer: Answer, *, is_extended: bool) -> None:
    """Raise ``AssertionError`` when the description knows no such answer to this request."""
    path = request.path.removeprefix("/v1")
    schema = _find_schema(
        request.method.lower(), path, answer.status, answer.deviation, is_extended=is_extended
    )
    errors = OAS30Validator(schema).iter_errors(answer.load())
    mistakes = [f"{error.json_path}: {error.message}" for error in errors]
    assert mistakes == [], mistakes


@cache
def _find_schema(
    method: str, path: str, status: int, deviation: str, *, is_extended: bool
) -> Schema:
    description = _load_description(deviation, is_extended=is_extended)
    response = _find_responses(description, method, path).get(str(status), _ANY_ERROR)
    response = _resolve(description, response)
    return _expand(description, response["content"]["application/json"]["schema"])


def _find_responses(description: Schema, method: str, path: str) -> Schema:
    for template, operations in description["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            responses: Schema = operations.get(method, {}).get("responses", {})
            return responses
    return {}


@cache
def _load_file() -> Schema:
    description: Schema = yaml.safe_load(Path(__file__).with_name("openapi.yml").read_text())
    return description


@cache
def _load_description(deviation: str, *, is_extended: bool) -> Schema:
    description = deepcopy(_load_file())
    schemas = description["components"]["schemas"]
    if not is_extended:
        for name, removed in REMOVED.items():
            _remove(schemas[name], removed)
    if deviation:
        DEVIATIONS[deviation](schemas)
    return description


def _remove(schema: Schema, removed: frozenset[str]) -> None:
    for name in removed:
        del schema["properties"][name]
    if "required" in schema:
        schema["required"] = [name for name in schema["required"] if name not in removed]


def _resolve(description: Schema, schema: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    _, _, kind, name = schema["$ref"].split("/")
    found: Schema = description["components"][kind][name]
    return found


def _expand(description: Schema, schema: Schema) -> Schema:
    """Return the schema without references and ``allOf``; its objects take no other property."""
    schema = dict(_resolve(description, schema))
    for part in schema.pop("allOf", []):
        other = _expand(description, part)
        schema = {
            **other,
            **schema,
            "properties": {**other.get("properties", {}), **schema.get("properties", {})},
            "required": [*other.get("required", []), *schema.get("required", [])],
        }
    if "properties" in schema:
        properties = schema["properties"].items()
        schema["properties"] = {name: _expand(description, part) for name, part in properties}
        schema["additionalProperties"] = False
    if "items" in schema:
        schema["items"] = _expand(description, schema["items"])
    return schema
