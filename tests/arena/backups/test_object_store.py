"""A whole backup is made of an arena in an object store, and restored into an empty one."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import override_settings

from arena.generation.models import Image, Rendition
from arena.voting.models import Vote
from tests.arena.backups.conftest import own_database
from tests.arena.object_store import give_credentials, make_bucket, serve_s3

# Each file costs several calls; the others of the arena's are missing when the backup is made, which it notes.
FILES = 6


def test_backup_of_an_object_store_is_restored_into_an_empty_one(
    arena: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_credentials(monkeypatch.setenv)
    keys = [*Image.objects.values_list("storage_key", flat=True)[: FILES // 2]]
    keys += Rendition.objects.values_list("storage_key", flat=True)[: FILES // 2]
    files = {key: (arena / "media" / key).read_bytes() for key in keys}
    votes, backup = Vote.objects.count(), tmp_path / "made.tar"
    with serve_s3() as endpoint:
        with make_bucket(endpoint) as default, override_settings(STORAGES=settings.STORAGES | {"default": default}):
            for key, data in files.items():
                default_storage.save(key, ContentFile(data))
            call_command("backup", backup, stdout=StringIO(), stderr=StringIO())
        with (
            make_bucket(endpoint) as default,
            own_database(tmp_path / "new"),
            override_settings(STORAGES=settings.STORAGES | {"default": default}),
        ):
            default_storage.save(keys[0], ContentFile(b"cut short"))
            call_command("restore", backup, stdout=(said := StringIO()), stderr=StringIO())
            for key, data in files.items():
                with default_storage.open(key) as file:
                    assert file.read() == data
            assert Vote.objects.count() == votes > 0
    assert f"{len(files)} files" in said.getvalue()
