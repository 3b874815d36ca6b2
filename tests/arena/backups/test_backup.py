"""A backup restores every row, file and key; any fault of the file or the target is reported before a change."""

import hashlib
import io
import resource
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from arena.backups.archive import CONTENTS, MARK, SEAL, ArchiveWriter, BadBackup, read_contents, read_members
from arena.backups.database_rows import applied_migrations, describe_table, find_tables, read_rows
from arena.embedded.running import claim_folder
from arena.generation.models import Image, Rendition
from arena.installation import read_version
from arena.voting.models import Ledger, NetworkSalt
from tests.arena.backups.conftest import own_database


def back_up(file: Path, **options: bool) -> str:
    out = io.StringIO()
    call_command("backup", file, stdout=out, stderr=out, **options)
    return out.getvalue()


def restore(file: Path, *, replace: bool = True, yes: bool = True) -> str:
    out = io.StringIO()
    call_command("restore", file, replace=replace, yes=yes, stdout=out, stderr=out)
    return out.getvalue()


def everything() -> dict[str, object]:
    """Every row of every table, and every file."""
    with transaction.atomic():
        names = find_tables(applied_migrations())
        rows: dict[str, object] = {}
        for name in names:
            pieces = [piece for _, piece in read_rows(name, describe_table(name))]
            rows[name] = (describe_table(name), pieces)
    folder = Path(default_storage.path(""))
    return rows | {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def made(arena: Path) -> Path:
    """A backup of the arena that came from the previous release."""
    file = arena / "made.tar"
    assert "it is not in the backup" in back_up(file)
    return file


def test_backup_restores_every_row_and_file_and_the_embedded_key(arena: Path, tmp_path: Path) -> None:
    before, backup, key = everything(), tmp_path / "backup.tar", arena / "secret_key"
    key.write_text("the key of this arena")
    # It is to be forgotten, so it is in no backup.
    NetworkSalt.objects.create(day=date(2026, 11, 30), salt=b"salt")
    with override_settings(SECRET_KEY="the key of this arena"):
        assert "It holds the secret key" in back_up(backup)
    User.objects.create_user("later")
    Image.objects.filter(pk=Image.objects.order_by("pk")[0].pk).update(format="GIF")
    added = default_storage.save("originals/later", ContentFile(b"a picture"))
    Rendition.objects.filter(pk=Rendition.objects.order_by("pk")[0].pk).update(storage_key=added)
    first, second, third = [key for key, _ in read_members(backup, "media/")][:3]
    default_storage.delete(first)
    Path(default_storage.path(second)).write_bytes(b"cut")
    zeroed = Path(default_storage.path(third))
    zeroed.write_bytes(bytes(zeroed.stat().st_size))
    key.write_text("another key")
    assert everything() != before
    with override_settings(SECRET_KEY="another key"):
        assert "SECRET_KEY" not in restore(backup)
    assert everything() == before
    assert (key.read_text(), key.stat().st_mode & 0o777) == ("the key of this arena", 0o600)
    # The next row of any table gets a number that no row has had.
    assert Ledger.objects.create(slug="next", name="Next", kind="imported").pk == 4
    Ledger.objects.filter(slug="next").delete()


def test_backup_is_for_its_owner_alone_and_replaces_nothing_unasked(made: Path) -> None:
    assert made.stat().st_mode & 0o777 == 0o600
    content = made.read_bytes()
    with pytest.raises(CommandError, match=r"made\.tar exists.*--force"):
        back_up(made)
    assert made.read_bytes() == content
    with pytest.raises(CommandError, match="is not a file"):
        back_up(made.parent, force=True)
    back_up(made, force=True)
    assert (read_contents(made).release, read_contents(made).files) == (read_version(), 240)
    assert not list(made.parent.glob("*.partial"))


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """Limit the size of this process's files, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("force", [False, True])
def test_backup_on_a_full_disk_leaves_nothing_of_itself(arena: Path, tmp_path: Path, force: bool) -> None:
    file = tmp_path / "backup.tar"
    if force:
        file.write_text("an earlier one")
    with full_disk(100_000), pytest.raises(CommandError, match=r"was not written.*nothing of it is left"):
        back_up(file, force=force)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("backup.tar", "an earlier one")] * force


def test_backup_where_nothing_can_be_written_is_one_line(arena: Path) -> None:
    with pytest.raises(CommandError, match=r"was not written.*No such file or directory"):
        back_up(Path("/nowhere/backup.tar"))


def test_backup_names_the_files_that_are_gone(arena: Path, made: Path, tmp_path: Path) -> None:
    key, data = next(read_members(made, "media/"))
    default_storage.delete(key)
    assert f"1 files are missing here, and so in the backup, such as {key}." in back_up(tmp_path / "backup.tar")
    assert read_contents(tmp_path / "backup.tar").missing == [key]
    default_storage.save(key, ContentFile(data))


def test_backup_from_a_storage_without_a_folder_holds_the_same_files(arena: Path, made: Path, tmp_path: Path) -> None:
    files = sorted(read_members(made, "media/"))
    memory = {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    with override_settings(STORAGES=settings.STORAGES | memory):
        for key, data in files:
            default_storage.save(key, ContentFile(data))
        back_up(tmp_path / "backup.tar")
    assert sorted(read_members(tmp_path / "backup.tar", "media/")) == files


def test_backup_of_an_empty_database_is_refused(django_db_blocker: DjangoDbBlocker, tmp_path: Path) -> None:
    with (
        django_db_blocker.unblock(),
        own_database(tmp_path / "data"),
        pytest.raises(CommandError, match="nothing to back up"),
    ):
        back_up(tmp_path / "backup.tar")
    assert not (tmp_path / "backup.tar").exists()


def test_server_keeps_its_key_and_says_when_it_is_another(arena: Path, made: Path, tmp_path: Path) -> None:
    (arena / "secret_key").write_text("of the embedded mode")
    with override_settings(EMBEDDED=False, SECRET_KEY="of a server"):
        assert "it is not in the backup" in back_up(tmp_path / "server.tar")
    with override_settings(EMBEDDED=False, SECRET_KEY="of another server"):
        said = restore(tmp_path / "server.tar")
    assert "SECRET_KEY is not the backup's: everybody is signed out" in said
    assert "prepare, then start web and workers" in said
    assert (arena / "secret_key").read_text() == "of the embedded mode"


def test_restore_over_an_arena_is_refused_unless_told_and_asks(
    arena: Path, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything()
    with pytest.raises(CommandError, match=r"an arena here already.*--replace"):
        restore(made, replace=False)
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    with pytest.raises(CommandError, match="Nothing was changed"):
        restore(made, yes=False)
    assert everything() == before


def test_restore_while_easel_runs_is_refused(arena: Path, made: Path) -> None:
    before = everything()
    with claim_folder(arena, "http://127.0.0.1:8000/"), pytest.raises(CommandError, match=r"already runs at http.*End"):
        restore(made)
    login = connection.get_connection_params()
    with (
        psycopg.connect(host=login["host"], user=login["user"], password=login["password"],
                        dbname=login["dbname"]),
        pytest.raises(CommandError, match="1 other connections use the database"),
    ):  # fmt: skip
        restore(made)
    assert everything() == before


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flip(content: bytes) -> bytes:
    return content[:90_000] + bytes([content[90_000] ^ 1]) + content[90_001:]


def describe_otherwise(content: bytes) -> bytes:
    return content.replace(b'"files": 240', b'"files": 241')


def foreign(content: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        tar.addfile(tarfile.TarInfo(CONTENTS))
    return file.getvalue()


def newer(content: bytes) -> bytes:
    start = content.index(MARK.encode())
    return content[: start + 512] + b"9" + content[start + 513 :]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (cut, "is damaged or incomplete"),
        (flip, "is damaged: its content is not"),
        (describe_otherwise, "is damaged: its content is not"),
        (foreign, "is not a backup of Easel"),
        (lambda _: b"", "is not a backup of Easel"),
        (lambda _: b"a text " * 1000, "is not a backup of Easel"),
        (newer, "has format 9, and this release reads 1"),
    ],
)
def test_restore_of_a_bad_file_is_refused_and_changes_nothing(
    arena: Path, made: Path, tmp_path: Path, spoil: Callable[[bytes], bytes], message: str
) -> None:
    before = everything()
    spoilt = tmp_path / "spoilt.tar"
    spoilt.write_bytes(spoil(made.read_bytes()))
    with pytest.raises(BadBackup, match=message):
        read_contents(spoilt)
    with pytest.raises(CommandError, match=message):
        restore(spoilt)
    assert everything() == before


def sealed(*members: tuple[str, bytes, bytes]) -> bytes:
    """A file with a valid seal that holds these members: name, type, content."""
    file = io.BytesIO()
    writer = ArchiveWriter(file, moment=0)
    for name, kind, data in members:
        member = tarfile.TarInfo(name)
        member.type, member.linkname, member.size = kind, "/etc/passwd", len(data)
        file.write(member.tobuf() + data + bytes(-len(data) % 512))
    writer.add(SEAL, hashlib.sha256(file.getvalue()).hexdigest().encode())
    file.write(bytes(1024))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (sealed(), "does not say what it holds"),
        (sealed((CONTENTS, tarfile.REGTYPE, b"[]")), "does not say what it holds"),
        (sealed((CONTENTS, tarfile.REGTYPE, b'{"tables": {}, "later": 1}')), "does not say what it holds"),
        (sealed((CONTENTS, tarfile.SYMTYPE, b"")), "not a plain file"),
        (sealed(("media/a", tarfile.LNKTYPE, b""), (CONTENTS, tarfile.REGTYPE, b"{}")), "not a plain file"),
        (sealed(("media/a", tarfile.GNUTYPE_SPARSE, b""), (CONTENTS, tarfile.REGTYPE, b"{}")), "not a plain file"),
    ],
)
def test_file_made_to_deceive_is_no_backup(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "made.tar").write_bytes(content)
    with pytest.raises(BadBackup, match=message):
        read_contents(tmp_path / "made.tar")


def test_member_that_states_more_than_the_file_holds_is_damaged(tmp_path: Path) -> None:
    member = tarfile.TarInfo(CONTENTS)
    member.size = 1 << 60
    with (tmp_path / "made.tar").open("wb") as file:
        ArchiveWriter(file, moment=0)
        file.write(member.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    with pytest.raises(BadBackup, match="damaged or incomplete"):
        read_contents(tmp_path / "made.tar")


def test_restore_of_a_newer_releases_backup_is_refused(arena: Path, made: Path, tmp_path: Path) -> None:
    before, contents = everything(), read_contents(made)
    with (tmp_path / "newer.tar").open("wb") as file:
        later = [*contents.migrations, ("voting", "0999_later")]
        ArchiveWriter(file, moment=0).seal(replace(contents, migrations=later))
    with pytest.raises(CommandError, match=r"does not know the migration voting\.0999_later.*Upgrade"):
        restore(tmp_path / "newer.tar")
    assert everything() == before


def test_restore_that_fails_half_way_leaves_the_arena_as_it_was(arena: Path, made: Path, tmp_path: Path) -> None:
    before, contents = everything(), read_contents(made)
    with (tmp_path / "torn.tar").open("wb") as file:
        writer = ArchiveWriter(file, moment=0)
        for name, piece in read_members(made, "database/"):
            if "catalog_organization" not in name:
                writer.add(f"database/{name}", piece)
        writer.seal(contents)
    with pytest.raises(Exception, match="violates foreign key constraint"):
        restore(tmp_path / "torn.tar")
    connection.close()
    assert everything() == before
