"""Forms with files, which Django would write to the disk whatever their size and whoever sends them."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# As many bytes as the shipped proxies let through.
LARGEST_FORM = 72 * 10**6


class LargeFormHandler(FileUploadHandler):
    """Refuses a form that is too large before any of it is read; leaves the files of others to the next handler."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803 - Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Look at the size. Raises RequestDataTooBig, which is answered 400."""
        if content_length > LARGEST_FORM:
            raise RequestDataTooBig("A form with files is too large.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the bytes on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Keep nothing."""
