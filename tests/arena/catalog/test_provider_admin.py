"""The admin of providers: nobody can send an operator's key to their own address."""

import pytest
from django.test import Client

from arena.catalog.models import Provider

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def test_admin_takes_neither_address_nor_key(admin_client: Client) -> None:
    new = {"slug": "mine", "name": "Mine", "concurrency": 1}
    theirs = {"family": "openai_compatible", "base_url": "https://example.org/v1", "key_env": "SECRET_KEY"}
    assert admin_client.post("/admin/catalog/provider/add/", new | theirs).status_code == 302
    provider = Provider.objects.get(slug="mine")
    assert admin_client.post(f"/admin/catalog/provider/{provider.pk}/change/", new | theirs).status_code == 302
    provider.refresh_from_db()
    assert (provider.family, provider.base_url, provider.key_env) == ("", "", "")


def test_admin_takes_no_provider_without_room_for_a_call(admin_client: Client) -> None:
    page = admin_client.post("/admin/catalog/provider/add/", {"slug": "mine", "name": "Mine", "concurrency": 0})
    assert page.context["adminform"].form.errors["concurrency"] == ["Ensure this value is greater than or equal to 1."]
