"""Whether the API keeps to its schema, whatever is sent: schemathesis asks it through WSGI."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.schemas import BaseSchema

from accounts.models import User
from metarec.wsgi import application
from tests.recommendations.api.conftest import api_client
from tests.recommendations.pages.conftest import Cast

# Few examples for each endpoint on top of schemathesis' own boundary cases: the tests stay quick.
few = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def schema(cast: Cast) -> BaseSchema:  # noqa: ARG001 - there has to be something to see
    """The schema as the site serves it."""
    return schemathesis.openapi.from_wsgi("/api/v1/schema/", application)


every_endpoint = schemathesis.pytest.from_fixture("schema")


@every_endpoint.parametrize()
@few
def test_listener_with_data_gets_what_the_schema_says(case: schemathesis.Case, cast: Cast) -> None:
    case.call_and_validate(headers=token_of(cast.ana))


@every_endpoint.parametrize()
@few
def test_nobody_gets_what_the_schema_says(case: schemathesis.Case) -> None:
    case.call_and_validate()


def token_of(user: User) -> dict[str, str]:
    """Return the header of a token that is new: the last example may have signed out."""
    return {"Authorization": api_client(user)._credentials["HTTP_AUTHORIZATION"]}  # noqa: SLF001
