"""What Django cannot read gets a page, or the API's one shape, and never a bare line."""

import pytest
from django.test import Client

pytestmark = pytest.mark.usefixtures("plain_static_files")


@pytest.mark.parametrize(("path", "accept"), [("/api/v1/boards/", "*/*"), ("/vote/", "application/json")])
def test_foreign_host_is_told_to_programs_in_the_one_shape(path: str, accept: str, client: Client) -> None:
    answer = client.get(path, headers={"host": "evil.example", "accept": accept})
    assert answer.status_code == 400
    assert (answer.json()["code"], set(answer.json())) == ("bad_request", {"code", "message"})


def test_foreign_host_is_told_to_people_on_a_page(client: Client) -> None:
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "cannot be read" in answer.content.decode()
    assert "evil.example" not in answer.content.decode()
