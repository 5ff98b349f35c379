"""Whether the API keeps to its schema, whatever is sent: schemathesis asks it through WSGI."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckFunction
from schemathesis.core.parameters import ParameterLocation
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance

from accounts.models import ApiToken, User
from tests.recommendations.conftest import Cast

# Chosen by us: two dozen requests for each endpoint, mode and asker, in seconds.
few = settings(
    max_examples=25,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.fixture(autouse=True)
def kept_connection() -> Iterator[None]:
    """Let requests stay in the test's transaction, as those of Django's test client do."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.fixture
def schema(cast: Cast, uploads_folder: Path) -> BaseSchema:  # noqa: ARG001 - what there is to see
    """The schema as the site serves it."""
    site = get_wsgi_application()

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # A server names the asker's address; sign-in counts attempts by it.
        with closing(site(environ | {"REMOTE_ADDR": "192.0.2.1"}, start_response)) as answer:
            return [b"".join(answer)]

    loaded = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
    # Texts with null characters are refused, which the schema does not say of each text.
    loaded.config.generation.update(allow_x00=False)
    return loaded


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_listener_with_data_gets_what_the_schema_says(
    schema: BaseSchema, cast: Cast, mode: GenerationMode
) -> None:
    ask_everything(schema, mode, lambda: token_of(cast.ana))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_nobody_gets_what_the_schema_says(schema: BaseSchema, mode: GenerationMode) -> None:
    ask_everything(schema, mode, dict)


def ask_everything(
    schema: BaseSchema, mode: GenerationMode, headers: Callable[[], dict[str, str]]
) -> None:
    """Send requests to every endpoint and run schemathesis' checks on each answer."""
    for result in schema.get_all_operations():
        operation = result.ok()  # type: ignore[union-attr] # an error fails the test
        if mode is GenerationMode.NEGATIVE and not takes_input(operation):
            continue

        @few
        @given(case=operation.as_strategy(generation_mode=mode))
        def conforms(case: Case[Any]) -> None:
            case.call_and_validate(headers=headers(), excluded_checks=unfit_checks(case.operation))

        conforms()


def unfit_checks(operation: APIOperation[Any, Any, Any, Any]) -> list[CheckFunction]:
    """Return the checks that cannot hold: no schema says which texts are cursors or public hosts.

    Nor does one say which bytes are a history.
    """
    has_cursor = any(parameter.name == "cursor" for parameter in operation.iter_parameters())
    takes_more = operation.path.endswith(("/uploads/", "/webhooks/"))
    return [positive_data_acceptance] if has_cursor or takes_more else []


def takes_input(operation: APIOperation[Any, Any, Any, Any]) -> bool:
    """Tell whether there is anything to get wrong apart from who asks."""
    places = {parameter.location for parameter in operation.iter_parameters()}
    return bool(places & {ParameterLocation.PATH, ParameterLocation.QUERY} or operation.body)


def token_of(user: User) -> dict[str, str]:
    """Return the header of a new token: the request before may have signed out."""
    _, token = ApiToken.objects.create(user=user)
    return {"Authorization": f"Token {token}"}
