"""Tables of prompts with a header, and lists with one prompt a line."""

import csv
import io
import re
from collections.abc import Iterator, Sequence

from arena.catalog.prompt_sets.column_names import LINE, count_fields, has_text
from arena.catalog.prompt_sets.prompt_rows import BadPromptFile, Choices, Entry, NoPrompts, RawFile, refuse, show

# No text holds it: in a table of one column nothing parts cells.
_NONE = "\x1f"
_NAMES = {"\t": "tabs", ";": "semicolons", ",": "commas", "|": "vertical bars"}
_KINDS = {
    "\t": "TSV",
    ";": "CSV with semicolons",
    ",": "CSV with commas",
    "|": "CSV with vertical bars",
    _NONE: "table of one column",
}
_NUMBER = re.compile(r"(?P<mark>\d{1,6})[.):]\s+(?P<text>\S.*)")
_BULLET = re.compile(r"(?P<mark>[-*•])\s+(?P<text>\S.*)")
_COMMENT = re.compile(r"#(\s|#|$)")


def read_table(text: str, *, name: str, choices: Choices) -> RawFile | None:
    """Read a table whose header names the prompts' column; None if the first line is no such header.

    Raises BadPromptFile for rows that do not fit the header.
    """
    skipped, told = _read_directive(text)
    lines = text.split("\n")[skipped:]
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    delimiter = _find_delimiter(lines[first], told, choices)
    if delimiter is None:
        return None
    skipped += first
    header, *rows = _split("\n".join(lines[first:]), delimiter, name, skipped)
    columns = [cell.strip() for cell in header[1]]
    problems: list[str] = []
    entries = []
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(columns) :]):
            problems.append(
                f"{name}: line {number}: {len(cells)} cells under {len(columns)} columns; a cell that holds "
                f"{_NAMES[delimiter]} needs quotation marks"
            )
        entries.append(Entry(f"line {number}", dict(zip(columns, cells, strict=False))))
    refuse(problems)
    return RawFile(_KINDS[delimiter], columns, entries)


def read_lines(text: str, *, name: str, choices: Choices) -> RawFile:
    """Read one prompt a line. Lines that begin with a number sign and a space are comments, unless told otherwise."""
    entries = []
    comments = []
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.strip()
        if not line:
            continue
        if _COMMENT.match(line) and not choices.keep_comments:
            comments.append(line)
            continue
        entries.append(Entry(f"line {number}", {LINE: line}))
    if not entries:
        raise NoPrompts(f"{name}: there are no prompts in it")
    entries, mark = _without_marks(entries)
    notes = [_tell_comments(comments)] if comments else []
    notes += [f"{mark} before each line is left out"] if mark else []
    return RawFile("one prompt a line", [LINE], entries, tuple(notes))


def _without_marks(entries: list[Entry]) -> tuple[list[Entry], str]:
    """Leave out the numbers or bullets of a list, and say which: marks before all lines, the numbers one on each."""
    texts = [str(entry.values[LINE]) for entry in entries]
    for what, mark in (("the number", _NUMBER), ("the bullet", _BULLET)):
        found = [mark.fullmatch(text) for text in texts]
        numbers = [int(each["mark"]) for each in found if each and each["mark"].isdecimal()]
        counts = numbers == list(range(numbers[0], numbers[0] + len(found))) if numbers else mark is _BULLET
        if len(found) > 1 and all(found) and counts:
            pairs = zip(entries, found, strict=True)
            return [Entry(entry.place, {LINE: each["text"]}) for entry, each in pairs if each], what
    return entries, ""


def _tell_comments(comments: Sequence[str]) -> str:
    lines = "1 line is" if len(comments) == 1 else f"{len(comments)} lines are"
    return f"{lines} left out as a comment, as {show(comments[0], 40)!r}; --keep-comments reads them as prompts"


def _read_directive(text: str) -> tuple[int, str]:
    """Return how many lines to skip and the delimiter that Excel's first line `sep=;` names, if it is there."""
    found = re.match(r"sep=([,;|\t])\n", text, flags=re.IGNORECASE)
    return (1, found[1]) if found else (0, "")


def _find_delimiter(line: str, told: str, choices: Choices) -> str | None:
    """Return the delimiter by which the line is a header that names most columns, or None."""
    wanted = {"csv": ",;|", "tsv": "\t"}.get(choices.format, "\t;,|")
    best = None
    most = 0
    for delimiter in told or wanted:
        try:
            header = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
        except csv.Error:
            continue
        # Beside the prompts' column, the number of columns decides only between equals.
        named = count_fields(header, choices.columns)
        if has_text(header, choices.columns) and named > most:
            best, most = (delimiter if len(header) > 1 else _NONE), named
    return best


def _split(text: str, delimiter: str, name: str, skipped: int) -> list[tuple[int, list[str]]]:
    """Return rows of cells with the line on which each begins.

    Published text with tabs or one column often has bare quotes, so there only quotes around a whole cell count if
    every line has as many cells, or if quotes do not parse.
    """
    tabs = {line.count("\t") for line in text.split("\n") if line.strip()}
    if delimiter == "\t" and len(tabs) == 1:
        return _split_lines(text, delimiter, skipped)
    try:
        return list(_parse(text, delimiter, name, skipped))
    except BadPromptFile:
        if delimiter in "\t" + _NONE:
            return _split_lines(text, delimiter, skipped)
        raise


def _split_lines(text: str, delimiter: str, skipped: int) -> list[tuple[int, list[str]]]:
    # Not splitlines: it also breaks at separators that a prompt may hold.
    lines = enumerate(text.split("\n"), start=skipped + 1)
    return [(number, [_unquote(cell) for cell in line.split(delimiter)]) for number, line in lines]


def _parse(text: str, delimiter: str, name: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    start = skipped + 1
    try:
        for cells in reader:
            yield start, cells
            start = skipped + reader.line_num + 1
    except csv.Error as error:
        raise BadPromptFile(
            f"{name}: line {start}: cannot be read as cells ({error}); is a quotation mark left open?"
        ) from error


def _unquote(cell: str) -> str:
    if len(cell) >= 2 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell
