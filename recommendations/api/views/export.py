"""All that the site keeps of the asker, in one file."""

from collections.abc import Iterable

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.api.throttles import ExportThrottle
from recommendations.api.views.asker import asker
from recommendations.services.export_account import export_account


class _WhateverIsAccepted(BaseContentNegotiation):
    """Render errors as JSON, whatever a client says that it accepts: it is a zip that it wants."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:  # noqa: ARG002
        return next(iter(parsers))

    def select_renderer(
        self,
        request: Request,  # noqa: ARG002
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,  # noqa: ARG002
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class ExportView(APIView):
    """All that the site keeps of me."""

    content_negotiation_class = _WhateverIsAccepted

    def get_throttles(self) -> list[BaseThrottle]:
        """Bound how often it is written."""
        return [*super().get_throttles(), ExportThrottle()]

    @extend_schema(
        operation_id="export",
        tags=["me"],
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> FileResponse:
        """Download all that the site keeps of me as one zip, with JSON and CSV.

        Brought back by `POST me/uploads/`, it restores my lists with their sources, and what I
        leave out.
        """
        name = f"metarec-{timezone.now():%Y-%m-%d}.zip"
        return FileResponse(
            export_account(asker(request)),
            as_attachment=True,
            filename=name,
            content_type="application/zip",
        )
