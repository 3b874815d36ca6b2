"""Images in an S3-compatible store: the same code over a real S3 API on loopback, backups included."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from arena.backups.archive import FILES, read_contents, read_members
from arena.backups.making import make_backup
from arena.backups.restoring import _store_file
from arena.catalog.models import Prompt
from arena.errors import NotFound
from arena.fake_provider.server import make_png
from arena.generation.imports.writing.withdrawing import withdraw_import
from arena.generation.ingest.images import NotKept, attach_image, keep_files
from arena.generation.ingest.rendering_again import look_at_waiting, render_waiting
from arena.generation.ingest.renditions import WIDTHS, read_public_rendition, read_rendition
from arena.generation.models import Generation, Image, Rendition, Run
from tests.arena.generation.imports.test_import_images import put, run_import
from tests.arena.object_store import give_credentials, make_bucket, serve_s3
from tests.factories import make_generation


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The address of an S3 API."""
    with serve_s3() as address:
        yield address


@pytest.fixture
def storage(endpoint: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty bucket, used as the settings use it."""
    give_credentials(monkeypatch.setenv)
    with make_bucket(endpoint) as default:
        settings.STORAGES = settings.STORAGES | {"default": default}
        yield


def store(name: str) -> Image:
    """Store an image of a new generation."""
    with keep_files(make_png(name)) as files:
        return attach_image(generation=make_generation(pixels=False), files=files, provenance={})


@pytest.mark.django_db
def test_image_is_stored_read_and_rendered_again() -> None:
    image = store("cat")
    shown = read_rendition(generation_id=image.generation_id, beside=image.generation_id, width=512)
    assert shown[:4] == b"RIFF"
    Rendition.objects.update(recipe=0)
    Image.objects.update(look=None)
    former = set(Rendition.objects.values_list("storage_key", flat=True))
    assert render_waiting() == 1
    assert look_at_waiting() == 0
    again = set(Rendition.objects.values_list("storage_key", flat=True))
    assert not former & again
    assert all(default_storage.exists(key) for key in again)


@pytest.mark.django_db
def test_original_is_kept_once_and_whole_beside_one_that_was_cut_short() -> None:
    first, second = store("cat"), store("cat")
    assert first.storage_key == second.storage_key
    default_storage.delete(first.storage_key)
    default_storage.save(first.storage_key, ContentFile(b"cut short"))
    third = store("cat")
    assert third.storage_key != first.storage_key
    assert default_storage.size(third.storage_key) == first.byte_size


@pytest.mark.django_db
def test_renditions_of_an_image_without_rows_are_deleted() -> None:
    keys: list[str] = []

    def fail() -> None:
        with keep_files(make_png("cat")) as files:
            keys.extend(rendition.storage_key for rendition in files.renditions)
            assert all(default_storage.exists(key) for key in keys)
            raise NotKept

    with pytest.raises(NotKept):
        fail()
    assert keys
    assert not any(default_storage.exists(key) for key in keys)


@pytest.mark.django_db
@pytest.mark.usefixtures("plain_static_files")
def test_open_picture_and_original_are_served_and_a_lost_file_is_not_found(client: Client) -> None:
    image = store("cat")
    Prompt.objects.update(state="open")
    assert client.get(f"/images/{image.public_id}/{WIDTHS[0]}.webp").content[:4] == b"RIFF"
    assert client.get(f"/images/{image.public_id}/original/").content == make_png("cat")
    for key in (image.storage_key, *Rendition.objects.values_list("storage_key", flat=True)):
        default_storage.delete(key)
    with pytest.raises(NotFound):
        read_public_rendition(public_id=image.public_id, width=WIDTHS[0])
    assert client.get(f"/images/{image.public_id}/original/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_import_and_its_taking_back_leave_nothing(tmp_path: Path) -> None:
    put(tmp_path / "One" / "fox.png")
    put(tmp_path / "sources" / "fox.png")
    assert run_import(tmp_path)[1] == ""
    assert len(list(_keys())) == 2 + len(WIDTHS)
    with transaction.atomic():
        withdraw_import(run=Run.objects.get(), held=[])
    assert list(_keys()) == []
    assert not Generation.objects.exists()


def _keys() -> Iterator[str]:
    for folder in ("originals", "renditions", "sources"):
        for part in default_storage.listdir(folder)[0]:
            yield from default_storage.listdir(f"{folder}/{part}")[1]


@pytest.mark.django_db(transaction=True)
def test_backup_holds_the_files_and_restoring_writes_them_back(tmp_path: Path) -> None:
    image = store("cat")
    contents = make_backup(path=tmp_path / "made.tar")
    assert (contents.files, contents.missing) == (1 + len(WIDTHS), [])
    assert read_contents(tmp_path / "made.tar").files == contents.files
    files = dict(read_members(tmp_path / "made.tar", FILES))
    assert files[image.storage_key] == make_png("cat")
    for key in files:
        default_storage.delete(key)
    default_storage.save(image.storage_key, ContentFile(b"damaged"))
    for key, data in files.items():
        _store_file(key, data)
    for key, data in files.items():
        with default_storage.open(key) as file:
            assert file.read() == data
