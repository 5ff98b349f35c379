"""Receives uploaded files, into the folder of uploads at once, and no more than may come."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Takes the files of whoever is signed in, up to ``UPLOAD_MAX_BYTES`` for a whole request.

    What comes after that is read and dropped, so that the browser gets to see an answer.
    """

    is_over_limit = False
    _is_open = False

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ANN401
        META: Any,  # noqa: ANN401, N803
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Know of a request that is too large before a byte of it is written."""
        super().handle_raw_input(input_data, META, content_length, boundary, encoding)
        self._received = 0
        # The fields and boundaries around the files are some hundred bytes each.
        self.is_over_limit = content_length > settings.UPLOAD_MAX_BYTES + 64 * 1024

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Begin a file."""
        user = getattr(self.request, "user", None)
        if self.is_over_limit or user is None or not user.is_authenticated:
            raise StopUpload(connection_reset=False)
        super().new_file(*args, **kwargs)
        self._is_open = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Write a part of a file."""
        self._received += len(raw_data)
        if self._received > settings.UPLOAD_MAX_BYTES:
            self.is_over_limit = True
            raise StopUpload(connection_reset=False)
        return super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        """Hand over a file that is whole; whoever gets it closes it."""
        self._is_open = False
        return super().file_complete(file_size)

    def end(self) -> None:
        """Remove the file that a form broke off in, if it did."""
        if self._is_open:
            self._is_open = False
            self.upload_interrupted()


def is_over_limit(request: HttpRequest) -> bool:
    """Tell whether files were left out of a request because they are too large."""
    return any(getattr(handler, "is_over_limit", False) for handler in request.upload_handlers)
