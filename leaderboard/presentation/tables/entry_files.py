"""A ledger's entries as a file in any form, written a batch at a time."""

import io
from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO

from arena.voting.models import Ledger
from leaderboard.presentation.tables.table_files import Form, write_parquet
from leaderboard.queries.exporting.ledger_export import Column, read_batches, read_rows
from leaderboard.votefiles.parquet_writing import Kind

_KINDS: dict[str, Kind] = {"integer": "integer", "number": "number", "date": "date", "boolean": "boolean"}


@dataclass(frozen=True)
class EntryFile:
    """Which entries (after `after`, up to `last`) and columns of a ledger a file has; see `read_batches`."""

    ledger: Ledger
    form: Form
    columns: tuple[Column, ...]
    after: int
    last: int
    excluded: Collection[int] | None = None
    excel: bool = False

    def to_bytes(self) -> bytes:
        """Return the file."""
        out = io.BytesIO()
        write_entries(self, out)
        return out.getvalue()


def write_entries(file: EntryFile, out: BinaryIO) -> None:
    """Write the file."""
    if file.form == "parquet":
        columns = [(column.name, _KINDS.get(column.type, "text")) for column in file.columns]
        rows = read_rows(file.ledger, columns=file.columns, after=file.after, last=file.last, excluded=file.excluded)
        write_parquet(out, columns, rows)
        return
    for batch in read_batches(
        file.ledger,
        sends=file.form,
        columns=file.columns,
        after=file.after,
        last=file.last,
        excluded=file.excluded,
        excel=file.excel,
    ):
        out.write(batch)
