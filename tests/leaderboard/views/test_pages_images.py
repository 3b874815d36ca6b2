"""Pictures under their public names: those of open prompts only."""

import uuid

import pytest
from django.test import Client
from pytest_django import Settings

from arena.catalog.models import Prompt
from arena.generation.ingest.renditions import WIDTHS
from tests.factories import make_generation, make_prompt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


@pytest.mark.parametrize("width", WIDTHS)
def test_open_picture_is_served_for_ever(client: Client, width: int) -> None:
    generation = make_generation(prompt=make_prompt(state="open"))
    response = client.get(f"/images/{generation.image.public_id}/{width}.webp")
    assert response.status_code == 200
    assert response.content[:4] == b"RIFF"
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_picture_in_play_is_not_served_until_it_is_open(client: Client) -> None:
    generation = make_generation(prompt=make_prompt())
    url = f"/images/{generation.image.public_id}/{WIDTHS[0]}.webp"
    assert client.get(url).status_code == 404
    Prompt.objects.update(state="open")
    assert client.get(url).status_code == 200


def test_unknown_picture_and_width_are_not_found(client: Client) -> None:
    generation = make_generation(prompt=make_prompt(state="open"))
    assert client.get(f"/images/{uuid.uuid4()}/{WIDTHS[0]}.webp").status_code == 404
    assert client.get(f"/images/{generation.image.public_id}/640.webp").status_code == 404
    assert client.get(f"/images/{generation.image.public_id}/99999999999999999999.webp").status_code == 404


def test_shared_caches_keep_nothing_of_an_arena_behind_a_login(
    admin_client: Client, client: Client, settings: Settings
) -> None:
    settings.ACCESS = "login"
    generation = make_generation(prompt=make_prompt(state="open"))
    url = f"/images/{generation.image.public_id}/{WIDTHS[0]}.webp"
    assert admin_client.get(url).headers["Cache-Control"].startswith("private")
    client.logout()
    assert client.get(url).status_code == 302
