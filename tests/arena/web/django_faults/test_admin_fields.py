"""Rows of the admin that are named by what cannot be their key are refused, and those that are right are not."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_category

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
LIST = "/admin/catalog/category/"


@pytest.mark.parametrize("chosen", ["x", " ", "", "1\x00", "1e9"])
def test_chosen_row_that_is_no_key_is_refused(admin_client: Client, chosen: str) -> None:
    rows = [str(make_category().pk), chosen]
    answer = admin_client.post(LIST, {"action": "delete_selected", "_selected_action": rows})
    assert answer.status_code == 400
    assert "cannot be read" in answer.content.decode()


def test_chosen_rows_are_asked_about(admin_client: Client) -> None:
    rows = [str(make_category().pk), "9" * 30]
    answer = admin_client.post(LIST, {"action": "delete_selected", "_selected_action": rows})
    assert answer.status_code == 200


def test_field_without_a_name_finds_no_row(admin_client: Client, admin_user: User) -> None:
    address = f"{LIST}{make_category().pk}/change/"
    assert admin_client.get(f"{address}?_to_field=").status_code == 400
    assert admin_client.post(address, {"_to_field": ""}).status_code == 400
    assert admin_client.get(f"{address}?_to_field=id").status_code == 200
