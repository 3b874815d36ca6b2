"""Parquet of our own, read by others."""

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet as pq

from leaderboard.votefiles.parquet_writing import Kind, ParquetWriter

COLUMNS: list[tuple[str, Kind]] = [
    ("count", "integer"), ("share", "number"), ("name", "text"), ("is_new", "boolean"), ("day", "date"),
    ("at", "moment"),
]  # fmt: skip
NOON = datetime(1969, 12, 31, 12, 0, 0, 250, tzinfo=UTC)
ROWS: list[tuple[Any, ...]] = [
    (
        None if row % 3 == 0 else row - 2**62,
        row / 7,
        "" if row % 4 == 0 else f"ねこ {row}\n",
        None if row % 5 == 0 else row % 2 == 0,
        date(1969, 12, 1) + timedelta(row),
        NOON + timedelta(hours=row),
    )
    for row in range(1_003)
]


def write(groups: list[list[tuple[Any, ...]]]) -> bytes:
    out = io.BytesIO()
    writer = ParquetWriter(out, COLUMNS)
    for rows in groups:
        writer.write(rows)
    writer.close()
    return out.getvalue()


def test_others_read_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    path.write_bytes(write([ROWS[:500], ROWS[500:], []]))

    assert [tuple(row.values()) for row in pq.read_table(path).to_pylist()] == ROWS
    assert pl.read_parquet(path).rows() == ROWS
    assert pl.scan_parquet(path).filter(pl.col("is_new")).select(pl.len()).collect().item() == sum(
        row[3] is True for row in ROWS
    )
    counted = duckdb.sql(f"SELECT count(*), count(count), sum(share), min(day) FROM '{path}'").fetchone()
    assert counted == (1_003, sum(row[0] is not None for row in ROWS), sum(row[1] for row in ROWS), date(1969, 12, 1))


def test_table_without_rows_or_values_is_a_file_too(tmp_path: Path) -> None:
    for name, groups, height in (("none", [], 0), ("unknown", [[(None,) * 6] * 9], 9)):
        path = tmp_path / f"{name}.parquet"
        path.write_bytes(write(groups))
        assert pl.read_parquet(path).height == pq.read_table(path).num_rows == height
        assert pl.read_parquet(path).columns == [column for column, _kind in COLUMNS]
