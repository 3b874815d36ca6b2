"""Blocks of CSV in which nothing is quoted, split and numbered by columns of bytes instead of row by row.

It reads nothing that `csv` would read otherwise: a block with anything unusual in it is None, and `csv` is asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
Words = NDArray[np.uint64]

# Few enough to stay small beside the columns, and many enough to see most labels once.
BLOCK = 1 << 24
# Bytes that are no part of a plain field, or that make a padded word ambiguous.
_UNUSUAL = (b'"', b"\0")
# Columns with longer fields are told apart as texts: that many words would take longer.
_LONGEST = 128
# Odd, with its bits mixed: the multiplier of a 64-bit hash (Knuth's golden ratio).
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_WORD = 8
# By how many bytes of a word count.
_MASKS = np.array([(1 << 8 * count) - 1 for count in range(_WORD + 1)], dtype=np.uint64)


@dataclass(frozen=True, eq=False)
class PlainBlock:
    """Rows of a block: where each field begins and ends, int64[rows, columns], in the block's bytes.

    `padded` is the same bytes with zeros behind them.
    """

    data: bytes
    padded: NDArray[np.uint8]
    starts: Places
    ends: Places

    def __len__(self) -> int:
        return len(self.starts)

    def code(self, column: int) -> tuple[list[str], NDArray[np.int32]]:
        """A column's different values in the order in which they first appear, and each row's number among them."""
        starts = np.ascontiguousarray(self.starts[:, column])
        lengths = self.ends[:, column] - starts
        first = None if lengths.max() > _LONGEST else _find_equal(self.padded, starts, lengths)
        if first is None:
            return self._code_texts(column)
        seen = np.zeros(len(first), dtype=bool)
        seen[first] = True
        numbers = np.cumsum(seen, dtype=np.int32) - np.int32(1)
        return self._texts(column, np.flatnonzero(seen)), numbers[first]

    def _code_texts(self, column: int) -> tuple[list[str], NDArray[np.int32]]:
        texts = self._texts(column, np.arange(len(self)))
        numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
        return list(numbers), np.fromiter(map(numbers.__getitem__, texts), dtype=np.int32, count=len(texts))

    def _texts(self, column: int, rows: Places) -> list[str]:
        starts, ends = self.starts[rows, column].tolist(), self.ends[rows, column].tolist()
        return [self.data[start:end].decode() for start, end in zip(starts, ends, strict=True)]


def split_block(data: bytes, delimiter: str, width: int) -> PlainBlock | None:
    """Split whole lines, of which the last may lack its end, into `width` fields each; None where that is not plain.

    Not plain are quotes, zero bytes, bare carriage returns, lines of another width, blank lines between others, and
    what is not UTF-8.
    """
    has_returns = b"\r" in data
    if any(unusual in data for unusual in _UNUSUAL) or not _is_text(data):
        return None
    if has_returns and data.count(b"\r") != data.count(b"\r\n"):
        return None
    # Blank lines are no rows; of one column they cannot be told from empty fields.
    kept = data.rstrip(b"\r\n")
    padded = np.frombuffer(kept + bytes(_WORD), dtype=np.uint8)
    letters = padded[: len(kept)]
    marks = np.flatnonzero((letters == ord(delimiter)) | (letters == ord("\n")))
    marks = np.append(marks, len(kept)) if kept else marks
    if len(marks) % width:
        return None
    ends = marks.reshape(-1, width)
    starts = np.append(0, marks + 1)[:-1].reshape(-1, width) if kept else ends
    # Every row ends in a line's end, and no other field does.
    if np.any(padded[ends[:-1, -1]] != ord("\n")) or kept.count(b"\n") != max(len(ends) - 1, 0):
        return None
    if has_returns:
        ends = ends - ((padded[ends - 1] == ord("\r")) & (ends > starts))
    if width == 1 and np.any(ends == starts):
        return None
    return PlainBlock(kept, padded, starts, ends)


def _is_text(data: bytes) -> bool:
    try:
        return data.isascii() or bool(data.decode())
    except UnicodeDecodeError:
        return False


def read_blocks(file: BinaryIO) -> Iterator[bytes]:
    """Yield a file's bytes in blocks of whole lines; a line that is longer than a block makes a longer one."""
    rest = b""
    while piece := file.read(BLOCK):
        cut = piece.rfind(b"\n") + 1
        if not cut:
            rest += piece
            continue
        yield rest + piece[:cut]
        rest = piece[cut:]
    if rest:
        yield rest


def _find_equal(padded: NDArray[np.uint8], starts: Places, lengths: Places) -> Places | None:
    """The first row with the same bytes, for each row; None if a hash has misled, which is not to be expected."""
    words = list(_read_words(padded, starts, lengths))
    hashes = lengths.astype(np.uint64) * _GOLDEN
    for word in words:
        hashes = (hashes ^ word) * _GOLDEN
        hashes ^= hashes >> np.uint64(29)
    first = _first_of_equal(hashes)
    columns: Sequence[NDArray[Any]] = (lengths, *words)
    return first if all(np.array_equal(column[first], column) for column in columns) else None


def _read_words(padded: NDArray[np.uint8], starts: Places, lengths: Places) -> Iterator[Words]:
    """The bytes of each field eight at a time, as little-endian numbers without what follows the field."""
    end = len(padded) - _WORD
    # A word at every byte: they overlap.
    words = np.ndarray(shape=(end + 1,), dtype="<u8", buffer=padded, strides=(1,))
    for done in range(0, int(lengths.max()), _WORD):
        left = np.clip(lengths - done, 0, _WORD)
        yield words[np.minimum(starts + done, end)] & _MASKS[left]


def _first_of_equal(hashes: Words) -> Places:
    """The first row with the same hash, for each row, by tables whose places several hashes may want in turn."""
    first = np.empty(len(hashes), dtype=np.int64)
    open_rows = np.arange(len(hashes))
    bits = max(10, len(hashes).bit_length())
    table = np.empty(1 << bits, dtype=np.int64)
    turn = np.uint64(0)
    while len(open_rows):
        own = hashes[open_rows]
        places = ((own * (_GOLDEN + turn * np.uint64(2))) >> np.uint64(64 - bits)).astype(np.int64)
        # Of rows that want the same place the first gets it: the last to be written, in reverse order.
        table[places[::-1]] = open_rows[::-1]
        holders = table[places]
        settled = hashes[holders] == own
        first[open_rows[settled]] = holders[settled]
        open_rows = open_rows[~settled]
        turn += np.uint64(1)
    return first
