"""A form with files that is too large is refused unread, and others come through."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from arena.web.django_faults.large_forms import LARGEST_FORM

KIND = "multipart/form-data; boundary=b"


class Unread(BytesIO):
    """A body that must not be read."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise AssertionError("It was read.")


@pytest.mark.django_db
@pytest.mark.usefixtures("plain_static_files")
@pytest.mark.parametrize("path", ["/accounts/login/", "/vote/languages/"])
def test_form_that_is_too_large_is_refused_unread(path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["easel_csrf"] = "c" * 32
    sent: Any = {"CONTENT_LENGTH": str(LARGEST_FORM + 1), "CONTENT_TYPE": KIND, "wsgi.input": Unread()}
    answer = client.generic("POST", path, **sent)
    assert answer.status_code == 400


def test_file_of_usual_size_comes_through_whole() -> None:
    content = b"x" * 3_000_000
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("a.png", content), "name": "a"})
    file: Any = request.FILES["file"]
    with file:
        assert (file.read(), request.POST["name"]) == (content, "a")
