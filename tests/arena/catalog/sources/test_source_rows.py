"""Pictures of editing prompts: stored once under their hash, frozen with the prompt, gone with their last row."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks

from arena.catalog.models import Category, Modality, Prompt, SourceImage
from arena.catalog.sources.source_rows import (
    BadSources,
    SourceDraft,
    copy_sources,
    draft_mask,
    draft_source,
    keep_source,
    read_source,
    set_sources,
    store_file,
)
from arena.errors import Conflict
from tests.factories import make_category, make_editing_prompt, make_prompt

pytestmark = pytest.mark.django_db
NO_SOURCE = "asks for an edit and has no source picture"
HAS_SOURCE = "asks for no edit and has source pictures"


def picture(colour: str = "red", size: tuple[int, int] = (80, 64)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


def draft(colour: str = "red", *, licence: str = "CC0-1.0") -> SourceDraft:
    return draft_source(picture(colour), licence=licence, origin="a test")


def draft_prompt() -> Prompt:
    return make_prompt(category=make_category(modality=Modality.IMAGE_EDITING), state="draft")


def refuses(change: Callable[[], object], match: str) -> None:
    """Expect the database to refuse a change, at the latest when its transaction ends; undo it."""
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        change_and_end(change)


def change_and_end(change: Callable[[], object]) -> None:
    change()
    connection.check_constraints()


def test_set_sources_stores_files_under_their_hash_with_licence_and_origin() -> None:
    prompt = draft_prompt()
    white = draft_mask(picture("white"), size=(80, 64), licence="CC0-1.0")
    assert set_sources(prompt=prompt, sources=[draft(), draft("blue", licence="CC-BY-4.0")], mask=white)
    rows = list(prompt.source_images.order_by("-role", "position"))
    assert [(row.role, row.position, row.licence, row.origin) for row in rows] == [
        ("source", 0, "CC0-1.0", "a test"), ("source", 1, "CC-BY-4.0", "a test"), ("mask", 0, "CC0-1.0", ""),
    ]  # fmt: skip
    for row in rows:
        assert row.storage_key == f"sources/{row.sha256[:2]}/{row.sha256}"
        data = read_source(row)
        assert (len(data), row.width, row.height, row.media_type) == (row.byte_size, 80, 64, "image/png")
    with Image.open(io.BytesIO(read_source(rows[2]))) as mask:
        assert (mask.mode, mask.getextrema()) == ("L", (255, 255))


def test_set_sources_again_changes_nothing_and_other_ones_replace() -> None:
    prompt = draft_prompt()
    set_sources(prompt=prompt, sources=[draft(), draft("blue")])
    kept = prompt.source_images.get(position=0)
    assert not set_sources(prompt=prompt, sources=[draft(), draft("blue")])
    assert set_sources(prompt=prompt, sources=[draft(), draft("green")])
    assert prompt.source_images.get(position=0) == kept
    assert set_sources(prompt=prompt, sources=[])
    assert not prompt.source_images.exists()


def test_set_sources_refuses_what_no_prompt_may_have() -> None:
    prompt, mask = draft_prompt(), draft_mask(picture("white"), size=(80, 64), licence="CC0-1.0")
    with pytest.raises(BadSources, match=": 5; at most 4"):
        set_sources(prompt=prompt, sources=[draft()] * 5)
    with pytest.raises(BadSources, match="has a mask, but no source picture"):
        set_sources(prompt=prompt, sources=[], mask=mask)
    with pytest.raises(BadSources, match="another size than its first"):
        set_sources(prompt=prompt, sources=[draft_source(picture(size=(64, 64)), licence="CC0-1.0")], mask=mask)
    with pytest.raises(BadSources, match="text-to-image category"):
        set_sources(prompt=make_prompt(), sources=[draft()])


def test_frozen_prompt_keeps_its_pictures() -> None:
    prompt = make_editing_prompt(sources=2)
    Prompt.objects.filter(pk=prompt.pk).update(frozen_at=timezone.now())
    prompt.refresh_from_db()
    kept = [keep_source(row) for row in prompt.source_images.all()]
    assert not set_sources(prompt=prompt, sources=kept)
    with pytest.raises(Conflict, match="its pictures are frozen"):
        set_sources(prompt=prompt, sources=[draft("navy")])
    rows = prompt.source_images.filter(position=1)
    refuses(lambda: rows.update(sha256="0" * 64), "is frozen")
    refuses(lambda: SourceImage.objects.create(prompt=prompt, position=2, **kept[0].values), "is frozen")
    refuses(rows.delete, "is frozen")


def test_frozen_prompt_can_be_deleted_with_its_pictures() -> None:
    prompt = make_editing_prompt()
    Prompt.objects.filter(pk=prompt.pk).update(frozen_at=timezone.now())
    change_and_end(Prompt.objects.filter(pk=prompt.pk).delete)
    assert not SourceImage.objects.filter(prompt_id=prompt.pk).exists()


def test_change_of_pictures_is_noted_as_a_correction() -> None:
    prompt = make_editing_prompt()
    assert prompt.corrected_at is None
    set_sources(prompt=prompt, sources=[draft("olive")])
    prompt.refresh_from_db()
    assert prompt.corrected_at is not None


def test_prompt_in_play_of_an_editing_category_needs_a_source() -> None:
    prompt, in_play = draft_prompt(), make_editing_prompt()
    refuses(lambda: Prompt.objects.filter(pk=prompt.pk).update(state="play"), NO_SOURCE)
    refuses(in_play.source_images.all().delete, NO_SOURCE)
    refuses(lambda: make_prompt(category=prompt.category, state="open"), NO_SOURCE)
    text = make_prompt()
    refuses(lambda: Prompt.objects.filter(pk=text.pk).update(category=prompt.category), NO_SOURCE)
    refuses(lambda: Category.objects.filter(pk=text.category_id).update(modality="image-editing"), NO_SOURCE)


def test_prompt_of_a_text_to_image_category_has_no_source() -> None:
    prompt, other, category = make_prompt(), make_editing_prompt(), make_category()
    values = keep_source(other.source_images.get()).values
    refuses(lambda: SourceImage.objects.create(prompt=prompt, **values), HAS_SOURCE)
    refuses(lambda: Prompt.objects.filter(pk=other.pk).update(category=category), HAS_SOURCE)
    refuses(lambda: Category.objects.filter(pk=other.category_id).update(modality="text-to-image"), HAS_SOURCE)


def test_file_goes_with_the_last_row_that_names_it(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    prompt, other = make_editing_prompt(text="one"), draft_prompt()
    copy_sources(prompt=prompt, to=other)
    key = prompt.source_images.get().storage_key
    assert other.source_images.get().storage_key == key
    with django_capture_on_commit_callbacks(execute=True):
        other.delete()
    assert default_storage.exists(key)
    with django_capture_on_commit_callbacks(execute=True):
        prompt.delete()
    assert not default_storage.exists(key)


def test_many_that_store_one_picture_at_once_all_find_it_whole() -> None:
    wanted = SourceDraft({"storage_key": (key := "sources/at/once")}, data=bytes(range(256)) * 20_000)
    for _ in range(5):
        default_storage.delete(key)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(store_file, [wanted] * 8))
        with default_storage.open(key) as file:
            assert file.read() == wanted.data


def test_incomplete_file_is_written_again() -> None:
    prompt, wanted = draft_prompt(), draft("purple")
    set_sources(prompt=prompt, sources=[wanted])
    row = prompt.source_images.get()
    with default_storage.open(row.storage_key, "wb") as file:
        file.write(b"half")
    set_sources(prompt=draft_prompt(), sources=[wanted])
    assert read_source(row) == wanted.data
