"""Deletes the file of a source picture when no row names it any more, however its rows went."""

from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection, models, transaction

from arena.backups.deleting import deleting_files


def lock_files(*, alone: bool) -> None:
    """Until this transaction ends, keep files from being deleted by others; with `alone`, also from being written."""
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(hashtext('easel.sources'))")


def forget_file(sender: type[models.Model], instance: Any, **_: Any) -> None:
    """After a row was deleted for good, delete its file unless another row has the same one."""
    transaction.on_commit(partial(_delete_unused, sender, instance.storage_key))


def _delete_unused(sender: type[models.Model], key: str) -> None:
    """Delete a file that no row names; during a backup it stays, which costs its bytes and nothing else."""
    with deleting_files() as may_delete, transaction.atomic():
        # Who stores the same picture just now finds its file there, and names it when its transaction ends.
        lock_files(alone=True)
        if may_delete and not sender._default_manager.filter(storage_key=key).exists():
            default_storage.delete(key)
