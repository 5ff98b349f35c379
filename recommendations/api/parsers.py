"""Reads request bodies."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser


class BodyTooLarge(APIException):
    """A body beyond Django's ``DATA_UPLOAD_MAX_MEMORY_SIZE``."""

    status_code = 413
    default_detail = _("The body is too large. Nothing was changed.")
    default_code = "too_large"


class JSONParser(BaseParser):
    """JSON in UTF-8, of bounded size, without NaN and infinities.

    DRF's own parser reads a body of any size into memory, and fails without an answer on one that
    is nested very deeply or declares a codec that is not text.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - whatever the JSON holds; serializers check it
        """Return what the body holds; raise ``BodyTooLarge`` or ``ParseError``."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        headers = parser_context["request"].META if parser_context else {}
        if int(headers.get("CONTENT_LENGTH") or 0) > limit:
            raise BodyTooLarge
        try:
            return json.loads(stream.read().decode("utf-8"), parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not JSON.")) from error


class UploadParser(MultiPartParser):
    """Fields and files of a form; the files go where ``CappedUploadHandler`` puts them."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> "DataAndFiles[Any, Any]":
        """Return what the body holds; raise ``ParseError``, for too many fields or files too."""
        try:
            return super().parse(stream, media_type, parser_context)
        except RequestDataTooBig as error:
            raise BodyTooLarge from error
        except TooManyFilesSent as error:
            text = _("The form has more files than %(count)d, the most that are taken at once.")
            raise ParseError(text % {"count": settings.DATA_UPLOAD_MAX_NUMBER_FILES}) from error
        except TooManyFieldsSent as error:
            text = _("The form has more than %(count)d fields; it takes files and keep_readable.")
            raise ParseError(text % {"count": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS}) from error
        finally:
            # Of a form that breaks off in the middle of a file, nobody else closes the file.
            for handler in parser_context["request"].upload_handlers if parser_context else ():
                handler.end()


def _refuse_constant(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
