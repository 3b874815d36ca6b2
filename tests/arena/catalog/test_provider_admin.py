"""The admin of providers: nobody can send an operator's key to their own address."""

import pytest
from django.test import Client

from arena.catalog.models import Contender, Provider
from tests.factories import make_image_model

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


@pytest.mark.parametrize(
    ("options", "kept"), [("", {}), ("null", {}), ('{"a": 1}', {"a": 1}), ("[]", None), ("5", None), ("{", None)]
)
def test_options_are_an_object_or_nothing(admin_client: Client, options: str, kept: dict[str, int] | None) -> None:
    form = {"slug": "mine", "name": "Mine", "concurrency": 1, "options": options}
    page = admin_client.post("/admin/catalog/provider/add/", form)
    assert [each.options for each in Provider.objects.all()] == ([] if kept is None else [kept])
    if kept is None:
        assert page.context["adminform"].form.errors["options"] == ["Enter a valid JSON."]


@pytest.mark.parametrize("typed", ["null", "", "[]", "{"])
def test_settings_of_a_contender_are_an_object_or_none(admin_client: Client, typed: str) -> None:
    form = {"slug": "one", "name": "One", "image_model": make_image_model().pk, "settings": typed}
    page = admin_client.post("/admin/catalog/contender/add/", form)
    if typed in ("null", ""):
        assert page.status_code == 302
        assert Contender.objects.get().settings == {}
    else:
        [said] = page.context["adminform"].form.errors["settings"]
        assert said == 'Give a JSON object such as {"quality": "high"}.'
