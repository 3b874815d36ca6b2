"""Tables as Parquet files, a row group at a time; pure, so that a web process needs no pyarrow (which reads them).

The format is that of https://parquet.apache.org/docs/file-format/: plain values, gzip, every column optional. Metadata
are Thrift's compact protocol.
"""

import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, BinaryIO, Literal

import numpy as np

Kind = Literal["integer", "number", "text", "boolean", "date", "moment"]

_MAGIC = b"PAR1"
# Thrift's types in the compact protocol.
_TRUE, _I32, _I64, _BINARY, _LIST, _STRUCT = 1, 5, 6, 8, 9, 12
# Parquet's codes: plain values, levels as runs, gzip, an optional column.
_PLAIN, _RLE, _GZIP, _OPTIONAL = 0, 3, 2, 1
_EPOCH = date(1970, 1, 1)
_START = datetime(1970, 1, 1, tzinfo=UTC)
_Field = tuple[int, int, Any]


def _texts(values: Sequence[str]) -> bytes:
    parts: list[bytes] = []
    for value in values:
        raw = value.encode()
        parts += (struct.pack("<I", len(raw)), raw)
    return b"".join(parts)


def _bits(values: Sequence[bool]) -> bytes:
    return np.packbits(np.array(values, dtype=bool), bitorder="little").tobytes()


def _days(values: Sequence[date]) -> bytes:
    return np.array([(value - _EPOCH).days for value in values], dtype="<i4").tobytes()


def _microseconds(values: Sequence[datetime]) -> bytes:
    moments = [(value - _START) for value in values]
    return np.array([each // _MICROSECOND for each in moments], dtype="<i8").tobytes()


_MICROSECOND = datetime.resolution


@dataclass(frozen=True)
class _Type:
    """How a kind is stored: Parquet's physical type, its converted type if it has one, and its values as bytes."""

    physical: int
    converted: int | None
    write: Callable[[Any], bytes]


_TYPES: dict[Kind, _Type] = {
    "boolean": _Type(0, None, _bits),
    "date": _Type(1, 6, _days),
    "integer": _Type(2, None, lambda values: np.array(values, dtype="<i8").tobytes()),
    "moment": _Type(2, 10, _microseconds),
    "number": _Type(5, None, lambda values: np.array(values, dtype="<f8").tobytes()),
    "text": _Type(6, 0, _texts),
}


@dataclass
class ParquetWriter:
    """Writes rows with these columns (name and kind) to `out`; `close` writes the footer, without which it is no file.

    The same rows give the same bytes.
    """

    out: BinaryIO
    columns: Sequence[tuple[str, Kind]]
    _at: int = field(default=0, init=False)
    _rows: int = field(default=0, init=False)
    _groups: list[bytes] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self._put(_MAGIC)

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Append rows as one row group; None is null."""
        if not rows:
            return
        chunks, size = [], 0
        for place, (name, kind) in enumerate(self.columns):
            start = self._at
            plain = self._write_column([row[place] for row in rows], kind)
            size += plain
            described = _struct(
                (1, _I32, _TYPES[kind].physical),
                (2, _LIST, (_I32, [_PLAIN, _RLE])),
                (3, _LIST, (_BINARY, [name.encode()])),
                (4, _I32, _GZIP),
                (5, _I64, len(rows)),
                (6, _I64, plain),
                (7, _I64, self._at - start),
                (9, _I64, start),
            )
            chunks.append(_struct((2, _I64, start), (3, _STRUCT, described)))
        self._rows += len(rows)
        self._groups.append(_struct((1, _LIST, (_STRUCT, chunks)), (2, _I64, size), (3, _I64, len(rows))))

    def close(self) -> None:
        """Write the footer."""
        root = _struct((4, _BINARY, b"schema"), (5, _I32, len(self.columns)))
        footer = _struct(
            (1, _I32, 1),
            (2, _LIST, (_STRUCT, [root, *(_describe(name, kind) for name, kind in self.columns)])),
            (3, _I64, self._rows),
            (4, _LIST, (_STRUCT, self._groups)),
            (6, _BINARY, b"Easel"),
        )
        self._put(footer + struct.pack("<I", len(footer)) + _MAGIC)

    def _put(self, data: bytes) -> None:
        self.out.write(data)
        self._at += len(data)

    def _write_column(self, values: list[Any], kind: Kind) -> int:
        """Write one page; return its size with header before compression."""
        known = [value for value in values if value is not None]
        groups = (len(values) + 7) // 8
        levels = _varint(groups << 1 | 1) + _bits([value is not None for value in values])
        page = struct.pack("<I", len(levels)) + levels + _TYPES[kind].write(known)
        packer = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        packed = packer.compress(page) + packer.flush()
        of_values = _struct((1, _I32, len(values)), (2, _I32, _PLAIN), (3, _I32, _RLE), (4, _I32, _RLE))
        header = _struct((1, _I32, 0), (2, _I32, len(page)), (3, _I32, len(packed)), (5, _STRUCT, of_values))
        self._put(header)
        self._put(packed)
        return len(header) + len(page)


def _describe(name: str, kind: Kind) -> bytes:
    own = _TYPES[kind]
    fields: list[_Field] = [(1, _I32, own.physical), (3, _I32, _OPTIONAL), (4, _BINARY, name.encode())]
    if own.converted is not None:
        fields.append((6, _I32, own.converted))
    if kind == "moment":
        # Of UTC, in microseconds; the older converted type does not say the former to every reader.
        unit = _struct((2, _STRUCT, _struct()))
        fields.append((10, _STRUCT, _struct((8, _STRUCT, _struct((1, _TRUE, b""), (2, _STRUCT, unit))))))
    return _struct(*fields)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _value(kind: int, value: Any) -> bytes:
    if kind in (_I32, _I64):
        return _varint(value << 1 if value >= 0 else -value * 2 - 1)
    if kind == _BINARY:
        return _varint(len(value)) + bytes(value)
    if kind == _LIST:
        inner, items = value
        start = bytes([len(items) << 4 | inner]) if len(items) < 15 else bytes([0xF0 | inner]) + _varint(len(items))
        return start + b"".join(_value(inner, item) for item in items)
    return bytes(value)  # A struct is written already, and what is true needs no value.


def _struct(*fields: _Field) -> bytes:
    """A struct's fields by rising number."""
    out, before = bytearray(), 0
    for number, kind, value in fields:
        out.append((number - before) << 4 | kind)
        out += _value(kind, value)
        before = number
    return bytes(out) + b"\0"
