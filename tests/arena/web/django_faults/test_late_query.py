"""A query with too many fields is refused, whatever charset the request names."""

from typing import Any
from unittest.mock import Mock

import pytest
from django.test import RequestFactory

from arena.web.django_faults.late_query import LateQueryRequest
from arena.wsgi import application

MANY = "&".join(f"p{number}=1" for number in range(1001))


def environ(query: str, kind: str) -> dict[str, Any]:
    made: dict[str, Any] = RequestFactory().get(f"/api/v1/?{query}", headers={"host": "localhost"}).environ
    return made | {"CONTENT_TYPE": kind}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["text/plain", "text/plain; charset=utf-8", "text/html; charset=utf-7"])
def test_too_many_fields_are_a_bad_request(kind: str) -> None:
    start = Mock()
    list(application(environ(MANY, kind), start))
    assert start.call_args.args[0] == "400 Bad Request"


def test_query_is_read_in_the_charset_of_the_request() -> None:
    request = LateQueryRequest(environ("q=%E4", "text/plain; charset=latin-1"))
    assert (request.encoding, request.GET["q"]) == ("latin-1", "ä")
    request.encoding = "cp437"
    assert request.GET["q"] == "Σ"
