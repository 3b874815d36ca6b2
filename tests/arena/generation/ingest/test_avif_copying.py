"""AVIF copies: made of open prompts' images alone, offered beside the WebP, and gone with their rendition."""

import io

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image
from pytest_django import Settings

from arena.fake_provider.server import make_png
from arena.generation.ingest.avif_copying import copy_waiting
from arena.generation.ingest.images import attach_image, keep_files
from arena.generation.ingest.renditions import WIDTHS
from arena.generation.models import AvifCopy, Generation, Rendition
from arena.generation.tasks import render
from tests.factories import make_generation, make_prompt

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plain_static_files")]


def make_image(state: str, slug: str) -> Generation:
    """Return a generation with a stored picture, of a prompt in this state."""
    generation = make_generation(prompt=make_prompt(slug=slug, state=state), pixels=False)
    with keep_files(make_png(slug)) as files:
        attach_image(generation=generation, files=files, provenance={})
    return generation


def test_open_pictures_alone_are_copied_and_offered_as_avif(client: Client, settings: Settings) -> None:
    shown, played = make_image("open", "shown"), make_image("play", "played")
    hidden = make_image("open", "hidden")
    Generation.objects.filter(pk=hidden.pk).update(hidden_at="2026-11-30T00:00:00Z")
    render()
    assert not AvifCopy.objects.exists()
    settings.AVIF = True
    assert "<source" not in client.get("/competitions/shown/").content.decode()
    render()
    assert set(AvifCopy.objects.values_list("rendition__image__generation", flat=True)) == {shown.pk}
    assert copy_waiting(limit=9) == 0

    page = client.get("/competitions/shown/").content.decode()
    for width in WIDTHS:
        address = f"/images/{shown.image.public_id}/{width}.avif"
        assert f"{address} {width}w" in page
        answer = client.get(address)
        assert answer.headers["Content-Type"] == "image/avif"
        with Image.open(io.BytesIO(answer.content)) as picture:
            assert (picture.format, picture.size, len(picture.getexif())) == ("AVIF", (width, width), 0)
        # The WebP has an address of its own, so no cache needs to ask what a browser takes.
        assert client.get(f"/images/{shown.image.public_id}/{width}.webp").headers["Content-Type"] == "image/webp"
    for other in (played, hidden):
        assert client.get(f"/images/{other.image.public_id}/512.avif").status_code == 404
    settings.AVIF = False
    assert "<source" not in client.get("/competitions/shown/").content.decode()


def test_copies_and_their_files_go_with_their_renditions(settings: Settings) -> None:
    settings.AVIF = True
    generation = make_image("open", "shown")
    assert copy_waiting(limit=1) == 1
    keys = list(AvifCopy.objects.values_list("storage_key", flat=True))
    assert len(keys) == len(WIDTHS)
    assert all(default_storage.exists(key) for key in keys)
    Rendition.objects.filter(image=generation.image).update(recipe=1)
    render()
    assert not any(default_storage.exists(key) for key in keys)
    assert AvifCopy.objects.count() == len(WIDTHS)
