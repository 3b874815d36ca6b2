"""Pictures under their public names: those of open prompts only."""

import uuid

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from pytest_django import Settings

from arena.catalog.models import Prompt
from arena.generation.ingest.images import attach_image, keep_files
from arena.generation.ingest.renditions import WIDTHS
from arena.generation.models import Generation
from tests.arena.pictures.signing import SIGNED, sign
from tests.factories import make_generation, make_prompt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


@pytest.mark.parametrize("width", WIDTHS)
def test_open_picture_is_served_and_kept_for_seconds_only(client: Client, width: int) -> None:
    generation = make_generation(prompt=make_prompt(state="open"))
    response = client.get(f"/images/{generation.image.public_id}/{width}.webp")
    assert response.status_code == 200
    assert response.content[:4] == b"RIFF"
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["Cache-Control"] == "public, max-age=10, must-revalidate"
    known = {"If-None-Match": response.headers["ETag"]}
    assert client.get(f"/images/{generation.image.public_id}/{width}.webp", headers=known).status_code == 304


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


def test_picture_that_is_taken_out_is_gone_at_once_also_for_who_has_it(client: Client) -> None:
    generation = make_generation(prompt=make_prompt(state="open"))
    addresses = [f"/images/{generation.image.public_id}/{end}" for end in (f"{WIDTHS[0]}.webp", "original/")]
    known = [(address, client.get(address).headers["ETag"]) for address in addresses]
    Generation.objects.update(hidden_at="2026-11-30T00:00:00Z")
    for address, tag in known:
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 404
        assert client.get(address).status_code == 404


def test_original_of_an_open_prompt_is_what_the_provider_sent(client: Client) -> None:
    generation = make_generation(prompt=make_prompt(slug="猫", state="open"), sample=1)
    with default_storage.open(generation.image.storage_key) as file:
        sent = file.read()
    response = client.get(f"/images/{generation.image.public_id}/original/")
    assert response.content == sent
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    name = f"%E7%8C%AB.{generation.contender.slug}.2.webp"
    assert response.headers["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"


def test_original_that_is_not_published_is_served_to_nobody(admin_client: Client) -> None:
    image = make_generation(prompt=make_prompt(state="open")).image
    address = f"/images/{image.public_id}/original/"
    assert admin_client.get(address).status_code == 200
    Generation.objects.update(entered_at=None)
    assert admin_client.get(address).status_code == 404


def test_original_in_play_is_served_to_nobody(admin_client: Client, client: Client) -> None:
    generation = make_generation(prompt=make_prompt())
    for visitor in (client, admin_client):
        assert visitor.get(f"/images/{generation.image.public_id}/original/").status_code == 404


def test_content_credentials_of_an_open_picture_are_shown_whole(client: Client, admin_client: Client) -> None:
    generation = make_generation(prompt=make_prompt(slug="signed"), pixels=False)
    with keep_files(sign("JPEG")) as files:
        image = attach_image(generation=generation, files=files, provenance={})
    address = f"/images/{image.public_id}/credentials/"
    for visitor in (client, admin_client):
        assert visitor.get(address).status_code == 404
    Prompt.objects.update(state="open")
    assert address in client.get("/competitions/signed/").content.decode()
    html = client.get(address).content.decode()
    assert all(word in html for word in (SIGNED.issuer, SIGNED.generator, "Valid", "digitalSourceType", "c2pa.created"))


def test_picture_without_content_credentials_says_so(client: Client) -> None:
    generation = make_generation(prompt=make_prompt(state="open"))
    html = client.get(f"/images/{generation.image.public_id}/credentials/").content.decode()
    assert "no Content Credentials that can be read" in html
