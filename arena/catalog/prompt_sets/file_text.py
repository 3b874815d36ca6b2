"""Text of files in whatever encoding they say, or are told, to be in; never a guess between encodings."""

import codecs
import re
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arena.catalog.prompt_sets.prompt_rows import BadPromptFile, EmptyFile, NoPrompts, show
from arena.languages.written_figures import write_number

LARGEST = 64 * 2**20
# The mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32 LE"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32 BE"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 LE"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 BE"),
)
_FOREIGN = {
    b"PK\x03\x04": gettext_lazy(
        "{file}: is a zip archive or a workbook (.xlsx). Unpack it, or save the sheet as CSV UTF-8"
    ),
    b"\xd0\xcf\x11\xe0": gettext_lazy("{file}: is an old Excel workbook (.xls). Save the sheet as CSV UTF-8"),
    b"PAR1": gettext_lazy("{file}: is a Parquet file. Save it as CSV or JSON Lines"),
    b"\x1f\x8b": gettext_lazy("{file}: is compressed by gzip. Unpack it"),
    b"%PDF": gettext_lazy("{file}: is a PDF. Save its text"),
    b"{\\rtf": gettext_lazy("{file}: is a document in RTF. Save its text"),
    b"version https://git-lfs.github.com/": gettext_lazy(
        "{file}: is a pointer of Git LFS, not the file. Run `git lfs pull`"
    ),
}
_PAGE = re.compile(rb"\s*(<!doctype html|<html|<\?xml)", flags=re.IGNORECASE)


def read_text(file: Path, encoding: str = "", *, name: str = "", most: int = LARGEST) -> tuple[str, str]:
    """Return a file's text, with `\\n` as line ends, and its encoding in words.

    Without `encoding`: what the byte order mark says, UTF-16 whose zero bytes show it, or UTF-8. Raises BadPromptFile
    for anything else, with a hint, since the single-byte encodings cannot be told from each other. `name` is the file's
    for people, `most` the bytes that it may have.
    """
    name = name or file.name
    data = _read_bytes(file, name, most)
    for mark, what in _FOREIGN.items():
        if data.startswith(mark):
            raise NoPrompts(what.format(file=name))
    if _PAGE.match(data[:200].removeprefix(codecs.BOM_UTF8)):
        raise NoPrompts(_("{file}: is a web page or XML, not prompts").format(file=name))
    if encoding:
        text, shown = _decode_as(data, encoding, name), encoding
    else:
        text, shown = _decode(data, name)
    if "\x00" in text:
        said = _("{file}: holds NUL characters. It is not text, or not in {encoding}")
        raise BadPromptFile(said.format(file=name, encoding=shown))
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), shown


def _read_bytes(file: Path, name: str, most: int) -> bytes:
    if not file.is_file():
        raise BadPromptFile(f"{file}: is not a file")
    if file.stat().st_size > most:
        said = _("{file}: is larger than {most} KiB")
        raise BadPromptFile(said.format(file=name, most=write_number(most // 2**10)))
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BadPromptFile(_("{file}: cannot be read: {why}").format(file=name, why=error.strerror)) from error
    if not data.strip():
        raise EmptyFile(_("{file}: is empty").format(file=name))
    return data


def _decode_as(data: bytes, encoding: str, name: str) -> str:
    try:
        # A mark of UTF-16 also says the order of its bytes.
        return data.decode(encoding)
    except LookupError as error:
        raise BadPromptFile(
            f"encoding {encoding!r} is not known. Known are for example utf-8, utf-16, cp1252, shift_jis and gb18030"
        ) from error
    except UnicodeError as error:
        raise BadPromptFile(f"{name}: is not text in {encoding}: {error}") from error


def _decode(data: bytes, name: str) -> tuple[str, str]:
    encoding, shown = _recognise(data)
    try:
        return data.decode(encoding), shown
    except UnicodeDecodeError as error:
        raise BadPromptFile(_hint(data, error, shown, name)) from error


def _recognise(data: bytes) -> tuple[str, str]:
    for mark, encoding, shown in _MARKS:
        if data.startswith(mark):
            return encoding, shown
    start = data[:4096]
    zeros = [start[first::2].count(0) for first in (0, 1)]
    # In UTF-16 of mostly Latin text, one byte of each two is zero.
    if len(data) % 2 == 0 and max(zeros) > len(start) / 5 and not min(zeros):
        return ("utf-16-le", "UTF-16 LE") if zeros[1] else ("utf-16-be", "UTF-16 BE")
    return "utf-8", "UTF-8"


def _hint(data: bytes, error: UnicodeDecodeError, shown: str, name: str) -> str:
    """Say where it is not text, and how the line reads in the encoding of Windows, if it reads at all."""
    number = data.count(b"\n", 0, error.start) + 1
    text = _("{file}: line {number} is not text in {encoding} (byte {byte})")
    problem = text.format(file=name, number=number, encoding=shown, byte=error.start)
    if shown != "UTF-8":
        return problem
    start = data.rfind(b"\n", 0, error.start) + 1
    line = data[start:].split(b"\n", 1)[0]
    try:
        read = line.decode("cp1252").rstrip("\r")
    except UnicodeDecodeError:
        read = "\x00"
    if not read.replace("\t", " ").isprintable():
        return f"{problem}. " + _("If it is text, save it as UTF-8, or say its encoding: --encoding NAME")
    hint = _(
        "Save it as UTF-8, or say its encoding. Excel on Windows often writes Windows-1252: with --encoding cp1252 the "
        "line reads “{line}”"
    )
    return f"{problem}. {hint.format(line=show(read))}"
