"""Renditions are equal in everything but their pixels, whatever image they are made from."""

import io
import os
import uuid
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from PIL import Image
from pytest_django import Settings

from arena.catalog.models import Category, Prompt
from arena.errors import NotFound
from arena.fake_provider.server import make_bomb, make_png
from arena.generation.ingest.images import attach_image, keep_files
from arena.generation.ingest.originals import read_public_original
from arena.generation.ingest.rendering_again import look_at_waiting, render_waiting
from arena.generation.ingest.renditions import (
    MAT,
    RECIPE,
    SHORTEST,
    WIDTHS,
    box_size,
    length_class,
    make_renditions,
    pad_rendition,
    read_frame,
    read_public_rendition,
    read_rendition,
)
from arena.generation.models import Generation, Rendition
from arena.generation.models import Image as StoredImage
from arena.pictures.bad_images import BadImage
from tests.factories import make_editing_prompt, make_generation, make_prompt


def noise(width: int, height: int) -> Image.Image:
    """Return random noise, the hardest picture to compress."""
    return Image.frombytes("RGB", (width, height), os.urandom(3 * width * height))


def store_image(data: bytes, generation: Generation | None = None) -> StoredImage:
    """Store an image for this generation, or for a new one."""
    with keep_files(data) as files:
        owner = generation or make_generation(pixels=False)
        return attach_image(generation=owner, files=files, provenance={"provider": "fake"})


PICTURES = {
    "flat": Image.new("RGB", (1024, 1024), (10, 200, 90)),
    "noise": noise(1024, 1024),
    "small": noise(200, 200),
    "wide": noise(1536, 1024),
    "sliver": noise(2000, 64),
    "tall": Image.new("RGB", (300, 900), (1, 2, 3)),
}


@pytest.mark.parametrize("name", PICTURES)
def test_rendition_has_one_box_and_a_length_of_its_class(name: str) -> None:
    renditions = make_renditions(PICTURES[name])
    assert set(renditions) == {*WIDTHS, *([2048] if max(PICTURES[name].size) > 1024 else [])}
    for width, webp in renditions.items():
        length = length_class(width, len(webp))
        served = pad_rendition(webp, length)
        assert len(served) == length
        opened = Image.open(io.BytesIO(served))
        assert (opened.format, opened.size, opened.mode) == ("WEBP", (width, width), "RGB")
        assert opened.tobytes() == Image.open(io.BytesIO(webp)).tobytes()


def test_wide_picture_is_letterboxed_and_not_cropped() -> None:
    picture = Image.new("RGB", (800, 400), (255, 0, 0))
    box = Image.open(io.BytesIO(make_renditions(picture)[512])).convert("RGB")
    for point, colour in {(256, 10): MAT, (256, 500): MAT, (5, 256): (255, 0, 0), (506, 256): (255, 0, 0)}.items():
        pixel = box.getpixel(point)
        assert isinstance(pixel, tuple)
        assert all(abs(one - other) < 9 for one, other in zip(pixel, colour, strict=True))


def test_length_classes_are_few_and_hold_their_files() -> None:
    assert [length_class(1024, size) // 1024 for size in (1, 180_000, 181_000, 1_000_000)] == [176, 176, 352, 1408]
    for width, shortest in {**SHORTEST, 2048: 704 * 1024}.items():
        assert length_class(width, shortest - 8) == shortest
        assert length_class(width, shortest - 7) == 2 * shortest


@pytest.mark.django_db
def test_stored_image_is_private_opaque_and_free_of_metadata(storage: Path) -> None:
    generation = make_generation(pixels=False)
    data = make_png("gpt-image-1-mini")
    assert b"gpt-image" in data
    image = store_image(data, generation)
    assert (storage / image.storage_key).read_bytes() == data
    assert image.storage_key == f"originals/{image.sha256[:2]}/{image.sha256}"
    for row in image.renditions.all():
        stored = (storage / row.storage_key).read_bytes()
        assert b"gpt-image" not in stored
        assert len(stored) == row.byte_size
        assert image.sha256 not in row.storage_key
    keys = Rendition.objects.values_list("storage_key", flat=True)
    assert len(set(keys)) == len(WIDTHS)


@pytest.mark.django_db
def test_same_original_is_kept_once(storage: Path) -> None:
    data = make_png("one")
    first, second = store_image(data), store_image(data)
    assert first.storage_key == second.storage_key
    assert set(first.renditions.values_list("storage_key")).isdisjoint(second.renditions.values_list("storage_key"))
    assert len([*(storage / "originals").glob("*/*")]) == 1


@pytest.mark.django_db
def test_original_that_another_job_is_writing_is_left_alone(storage: Path) -> None:
    data = make_png("one")
    first = store_image(data)
    (storage / first.storage_key).write_bytes(data[:100])
    second = store_image(data)
    assert second.storage_key != first.storage_key
    assert (storage / second.storage_key).read_bytes() == data
    assert (storage / first.storage_key).read_bytes() == data[:100]


@pytest.mark.django_db
def test_bad_image_leaves_neither_file_nor_row(storage: Path) -> None:
    with pytest.raises(BadImage):
        store_image(make_bomb())
    assert not storage.exists()
    assert not StoredImage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_image_whose_rows_fail_leaves_no_rendition_files(storage: Path) -> None:
    generation = make_generation(pixels=False)
    store_image(make_png("one"), generation)
    before = sorted(storage.glob("renditions/*/*"))
    with pytest.raises(Exception, match="duplicate key"):
        store_image(make_png("two"), generation)
    assert sorted(storage.glob("renditions/*/*")) == before
    assert StoredImage.objects.count() == 1


def pictured(picture: Image.Image, prompt: Prompt) -> int:
    """Store the picture as an image of the prompt; return the key of its generation."""
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return store_image(file.getvalue(), make_generation(prompt=prompt, pixels=False)).generation_id


def read(generation: int, beside: int, width: int) -> tuple[int, int]:
    """Return length and box of what is served of a generation beside another."""
    served = read_rendition(generation_id=generation, beside=beside, width=width)
    return len(served), Image.open(io.BytesIO(served)).width


@pytest.mark.django_db
def test_both_sides_are_as_long_as_the_larger_one(storage: Path) -> None:
    prompt = make_prompt()
    flat, noisy = pictured(PICTURES["flat"], prompt), pictured(PICTURES["noise"], prompt)
    for width in WIDTHS:
        assert read(flat, noisy, width) == read(noisy, flat, width)
        assert read(flat, flat, width) == (SHORTEST[width], width)
        assert read(noisy, flat, width)[0] > SHORTEST[width]


@pytest.mark.django_db
def test_detail_is_shown_of_both_sides_or_of_none(storage: Path, settings: Settings) -> None:
    prompt = make_prompt()
    large, small = pictured(PICTURES["wide"], prompt), pictured(PICTURES["small"], prompt)
    other = pictured(PICTURES["flat"], make_prompt())
    assert read(large, small, 2048)[1] == read(small, large, 2048)[1] == 1024
    assert render_waiting() == 1
    assert render_waiting() == 0
    assert read(large, small, 2048) == read(small, large, 2048)
    assert read(small, large, 2048)[1] == 2048
    assert read(other, other, 2048)[1] == 1024
    settings.PIXELS_OF_VIEW = 1200
    assert render_waiting() == 2
    assert read(small, large, 1200)[1] == 1200
    settings.PIXELS_OF_VIEW = 0
    assert render_waiting() == 0


@pytest.mark.django_db(transaction=True)
def test_image_of_an_older_recipe_is_rendered_again(storage: Path) -> None:
    generation = pictured(PICTURES["flat"], make_prompt())
    lost = pictured(PICTURES["tall"], make_prompt())
    Rendition.objects.update(recipe=RECIPE - 1)
    (storage / StoredImage.objects.get(generation=lost).storage_key).unlink()
    before = set(storage.glob("renditions/*/*"))
    assert render_waiting(limit=5) == 1
    now = set(storage.glob("renditions/*/*"))
    assert (len(now), len(now & before)) == (len(before), len(WIDTHS))
    assert set(Rendition.objects.filter(image__generation=generation).values_list("recipe", flat=True)) == {RECIPE}
    # The image whose original is lost is still shown as it was.
    assert read(lost, generation, 512) == (SHORTEST[512], 512)


@pytest.mark.django_db
def test_rendition_narrower_than_any_is_not_found() -> None:
    generation = make_generation().pk
    with pytest.raises(NotFound):
        read_rendition(generation_id=generation, beside=generation, width=511)


@pytest.mark.django_db
def test_rendition_without_image_or_file_is_not_found(storage: Path) -> None:
    generation = make_generation(pixels=False)
    with pytest.raises(NotFound):
        read_rendition(generation_id=generation.pk, beside=generation.pk, width=512)
    store_image(make_png("one"), generation)
    for file in storage.glob("renditions/*/*"):
        file.unlink()
    with pytest.raises(NotFound, match="missing"):
        read_rendition(generation_id=generation.pk, beside=generation.pk, width=512)


def _public(generation: Generation) -> bytes:
    return read_public_rendition(public_id=StoredImage.objects.get(generation=generation).public_id, width=512)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [Prompt.State.DRAFT, Prompt.State.PLAY])
def test_public_rendition_of_a_prompt_that_is_not_open_is_not_found(state: str) -> None:
    generation = make_generation(prompt=make_prompt(state=state), pixels=False)
    store_image(make_png("one"), generation)
    with pytest.raises(NotFound):
        _public(generation)


@pytest.mark.django_db
def test_no_picture_of_a_draft_category_is_public() -> None:
    prompt = make_prompt(state=Prompt.State.OPEN)
    generation = make_generation(prompt=prompt, pixels=False)
    image = store_image(make_png("one"), generation)
    assert _public(generation)
    assert read_public_original(public_id=image.public_id).content
    Category.objects.filter(pk=prompt.category_id).update(state=Category.State.DRAFT)
    with pytest.raises(NotFound):
        _public(generation)
    with pytest.raises(NotFound):
        read_public_original(public_id=image.public_id)


@pytest.mark.django_db
def test_public_rendition_of_an_open_prompt_is_served() -> None:
    generation = make_generation(prompt=make_prompt(state=Prompt.State.OPEN), pixels=False)
    store_image(make_png("one"), generation)
    assert Image.open(io.BytesIO(_public(generation))).size == (512, 512)
    with pytest.raises(NotFound):
        read_public_rendition(public_id=uuid.uuid4(), width=512)


@pytest.mark.django_db
def test_image_that_no_release_looked_at_is_looked_at_without_rendering(storage: Path) -> None:
    image = store_image(make_png("cat"))
    known = StoredImage.objects.get(pk=image.pk)
    assert known.look is not None
    assert known.credentials == {"c2pa": False, "synthid": False, "source_type": ""}
    broken = store_image(make_png("dog"))
    default_storage.delete(broken.storage_key)
    StoredImage.objects.update(look=None, is_blank=None, credentials=None, pixels="")
    before = set(Rendition.objects.values_list("storage_key", flat=True))
    assert look_at_waiting(limit=0) == 0
    assert look_at_waiting() == 1
    again = StoredImage.objects.get(pk=image.pk)
    assert (again.look, again.is_blank, again.credentials, again.pixels) == (
        known.look, known.is_blank, known.credentials, known.pixels,
    )  # fmt: skip
    assert StoredImage.objects.get(pk=broken.pk).look is None
    assert set(Rendition.objects.values_list("storage_key", flat=True)) == before


EDITED = (96, 64)


@pytest.mark.parametrize("name", PICTURES)
def test_edit_fills_the_box_of_its_source_whatever_size_came_back(name: str) -> None:
    for width, webp in make_renditions(PICTURES[name], frame=EDITED).items():
        with Image.open(io.BytesIO(webp)) as opened:
            assert opened.size == box_size(width, EDITED)
    assert box_size(1024, EDITED) == (1024, 683)
    assert box_size(1024, (64, 96)) == (683, 1024)
    assert box_size(1024, (8000, 1)) == (1024, 1)


def test_edit_of_another_shape_is_cut_to_its_middle_and_has_no_mat() -> None:
    picture = Image.new("RGB", (600, 600), (255, 0, 0))
    picture.paste((0, 0, 255), (0, 0, 600, 60))
    box = Image.open(io.BytesIO(make_renditions(picture, frame=EDITED)[512])).convert("RGB")
    colours = {box.getpixel((x, y)) for x in (2, 256, 509) for y in (2, 170, 338)}
    assert all(isinstance(one, tuple) and one[0] > 240 and max(one[1:]) < 15 for one in colours)


def test_detail_of_an_edit_is_made_for_what_its_box_shows() -> None:
    assert set(make_renditions(PICTURES["wide"], frame=(64, 64))) == set(WIDTHS)
    assert set(make_renditions(PICTURES["wide"], frame=EDITED)) == {*WIDTHS, 2048}


@pytest.mark.django_db
def test_image_in_a_wrong_box_is_rendered_again_and_others_are_not(storage: Path) -> None:
    prompt = make_editing_prompt(size=EDITED)
    plain = pictured(PICTURES["flat"], make_prompt())
    square = pictured(PICTURES["small"], prompt)
    with keep_files(make_png("one"), frame=read_frame(prompt.pk)) as files:
        framed = make_generation(prompt=prompt, pixels=False)
        attach_image(generation=framed, files=files, provenance={})
    # Until then the two are not shown beside each other: their boxes would tell them apart.
    with pytest.raises(NotFound):
        read_rendition(generation_id=square, beside=framed.pk, width=512)
    before = set(Rendition.objects.filter(image__generation__in=[plain, framed.pk]).values_list("storage_key"))
    assert render_waiting() == 1
    assert render_waiting() == 0
    assert before == set(Rendition.objects.filter(image__generation__in=[plain, framed.pk]).values_list("storage_key"))
    served = read_rendition(generation_id=square, beside=framed.pk, width=512)
    assert Image.open(io.BytesIO(served)).size == box_size(512, EDITED)
