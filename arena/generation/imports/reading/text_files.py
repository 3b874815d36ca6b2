"""Reads text files of a folder to import: manifests, lists of prompts, and prompts beside their pictures."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from arena.catalog.prompt_sets.file_text import read_text
from arena.catalog.prompt_sets.prompt_rows import LANGUAGE, BadPromptFile, EmptyFile
from arena.errors import DomainError
from arena.generation.imports.reading.folder_files import FoundFile
from arena.generation.imports.reading.naming import UNWRITABLE, prompt_slug, tidy_name
from arena.generation.ingest.generators.infotext import read_infotext, strip_tags
from arena.languages.written_figures import write_number

LARGEST_TABLE, LARGEST_TEXT = 64 * 2**20, 2**17
LONGEST_PROMPT = 32_000
# Column names in lower case, and the field that each fills.
COLUMNS = {
    "file": "file", "filename": "file", "file_name": "file", "image": "file", "path": "file", "image_path": "file",
    "contender": "contender", "model": "contender", "model_name": "contender", "model_id": "contender",
    "prompt": "text", "prompts": "text", "text": "text", "caption": "text",
    "slug": "slug", "prompt_slug": "slug", "name": "slug",
    "number": "number", "id": "number", "index": "number", "prompt_id": "number",
    "source": "source", "sources": "source", "source_image": "source", "source_images": "source",
    "input_image": "source", "init_image": "source", "mask": "mask", "mask_image": "mask",
    "cost": "cost", "cost_usd": "cost", "price": "cost", "seconds": "seconds", "latency": "seconds",
    "latency_s": "seconds", "latency_seconds": "seconds", "duration": "seconds", "generation_time": "seconds",
    "seed": "seed", "step": "step",
    "sample": "sample", "title": "title", "category": "category", "language": "language",
}  # fmt: skip
LONGEST = {"category": 120, "title": 200, "language": 12, "slug": 2000, "contender": 2000}
# The number that lists often put before a prompt, as in `12. a red cat`.
NUMBERED = re.compile(r"(?P<number>\d{1,6})[.):\t]\s*(?P<text>\S.*)")
# What a generation took: never negative, without unit. Seeds are compared and kept as text; some are very large.
AMOUNT = re.compile(r"\d{1,9}(?:\.\d{1,12})?|\.\d{1,12}")
SEED = re.compile(r"-?\d{1,40}")
EXCEL_START = re.compile(r"sep=[,;\t]\n", re.IGNORECASE)


class BadTextFile(DomainError):
    """A manifest or list of prompts cannot be read; the message names file, line and reason."""

    code = "bad_text_file"


@dataclass(frozen=True)
class PromptRow:
    """One line of a manifest or list: its fields by name, all texts; a missing field is absent."""

    fields: dict[str, str]

    def __getattr__(self, name: str) -> str:
        return self.fields.get(name, "")


class PromptList:
    """The prompts that a file at the folder's root names, by number, name and text."""

    def __init__(self, rows: Iterable[PromptRow], *, first: int | None = None) -> None:
        """Take rows in order. Without numbers of their own they count from `first` (None: they do not count)."""
        self.rows = tuple(rows)
        self._by_number: dict[int, PromptRow] = {}
        self._by_slug: dict[str, PromptRow] = {}
        self._by_text: dict[str, PromptRow] = {}
        for place, row in enumerate(self.rows):
            number = row.fields.get("number", "")
            if number.isdecimal():
                self._by_number[int(number)] = row
            elif first is not None:
                self._by_number[first + place] = row
            for name in {row.slug, row.file.rpartition(".")[0], number} - {""}:
                self._by_slug[prompt_slug(name)] = row
            self._by_text.setdefault(prompt_slug(row.text), row)

    @property
    def slugs(self) -> set[str]:
        """The names that the list gives to its prompts."""
        return set(self._by_slug)

    @property
    def numbers(self) -> set[int]:
        """The numbers of its prompts, their own or those of their lines."""
        return set(self._by_number)

    def find(self, *, slug: str, number: int | None = None) -> PromptRow | None:
        """Return the prompt of this name, of this number, or whose text makes this slug."""
        found = self._by_slug.get(slug) or (None if number is None else self._by_number.get(number))
        return found or self._by_text.get(slug)


def read_manifest(path: Path, *, encoding: str = "") -> dict[str, PromptRow]:
    """Return the rows of a manifest by file name below the folder. Raises BadTextFile."""
    rows: dict[str, PromptRow] = {}
    for number, row in enumerate(read_table(FoundFile(path.name, path), encoding), start=1):
        if not row.file or not row.contender or not (row.text or row.slug):
            raise BadTextFile(
                f"{path.name}: row {number} lacks a file, contender or prompt. A manifest has the columns file, "
                "contender, prompt."
            )
        name = tidy_name(row.file.replace("\\", "/")).removeprefix("./")
        if name in rows:
            raise BadTextFile(f"{path.name}: row {number} names {name} a second time.")
        rows[name] = row
    return rows


def read_prompt_list(file: FoundFile, *, first: int, encoding: str = "") -> PromptList:
    """Return a list of prompts: one a line in a `.txt`, else a table with a column prompt. Raises BadTextFile."""
    if file.suffix.lower() == ".txt":
        lines = [line.strip() for line in _read_text(file, LARGEST_TABLE, encoding).split("\n")]
        rows, number = _read_lines([line for line in lines if line])
        return PromptList(rows, first=first if number is None else number)
    table = [row for row in read_table(file, encoding) if row.text]
    if not table:
        raise BadTextFile(_("{file}: no row has a prompt. Name the column prompt or text.").format(file=file.name))
    seen: dict[str, str] = {}
    for row in table:
        for field in ("number", "slug", "file"):
            value = row.fields.get(field, "")
            if value and seen.setdefault(f"{field} {value}", row.text) != row.text:
                text = _("{file}: {column} {value} stands for two prompts.")
                raise BadTextFile(text.format(file=file.name, column=field, value=value))
    return PromptList(table, first=first)


def _read_lines(lines: list[str]) -> tuple[list[PromptRow], int | None]:
    """Return the prompts of lines, and the number of the first where all count one on: that is no part of a prompt."""
    counted = [found for line in lines if (found := NUMBERED.fullmatch(line))]
    numbers = [int(found["number"]) for found in counted]
    if len(lines) == len(counted) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        return [PromptRow({"text": found["text"]}) for found in counted], numbers[0]
    return [PromptRow({"text": line}) for line in lines], None


def read_sidecar(file: FoundFile, *, encoding: str = "") -> str:
    """Return the prompt that a text file beside a picture holds, on one line. Raises BadTextFile.

    A1111 can write all its settings into such a file; then only the prompt is taken.
    """
    text = _read_text(file, LARGEST_TEXT, encoding)
    info = read_infotext(text)
    text = " ".join(UNWRITABLE.sub(" ", strip_tags(info.prompt) if info.settings else text).split())
    if len(text) > LONGEST_PROMPT:
        said = _("{file}: a prompt has at most {most} characters.")
        raise BadTextFile(said.format(file=file.name, most=write_number(LONGEST_PROMPT)))
    return text


def read_table(file: FoundFile, encoding: str = "") -> Iterator[PromptRow]:
    """Yield the rows of a table: JSON Lines, or CSV with comma, semicolon or tab. Raises BadTextFile."""
    text = EXCEL_START.sub("", _read_text(file, LARGEST_TABLE, encoding), count=1)
    rows = _json_rows(text, file.name) if file.suffix.lower() in {".jsonl", ".ndjson"} else _csv_rows(text, file.name)
    for number, row in enumerate(rows, start=1):
        where = _("{file}, row {number}").format(file=file.name, number=number)
        fields = {
            COLUMNS[name.strip().lower()]: str(value).strip()
            for name, value in row.items()
            if isinstance(name, str) and name.strip().lower() in COLUMNS and value not in (None, "")
        }
        for name, value in fields.items():
            if UNWRITABLE.search(value.replace("\n", " ").replace("\t", " ")):
                raise BadTextFile(f"{where}: " + _("{column} holds control characters.").format(column=name))
            if problem := _check_fact(name, value):
                raise BadTextFile(f"{where}: {problem}")
            if len(value) > (most := LONGEST.get(name, LONGEST_PROMPT)):
                said = _("{column} has more than {most} characters.").format(column=name, most=write_number(most))
                raise BadTextFile(f"{where}: {said}")
        # The reader keeps cells without a column under None.
        if any(str(cell).strip() for cell in row.get(None) or ()):
            said = _("More cells than columns. Put quotation marks around a cell that holds what parts the cells.")
            raise BadTextFile(f"{where}: {said}")
        check_language(fields.get("language", "en"), where)
        if fields:
            yield PromptRow(fields)


def _check_fact(name: str, value: str) -> str:
    """Say what is wrong with a claim of a table; or nothing."""
    if name == "seed" and not SEED.fullmatch(value):
        return _("“{value}” is no seed: write a whole number.").format(value=value[:40])
    if name in {"cost", "seconds"} and not AMOUNT.fullmatch(value):
        return _("{column} “{value}” is no number such as 0.04, without a unit.").format(column=name, value=value[:40])
    return ""


def check_language(code: str, where: str) -> None:
    """Refuse what is no language code. Raises BadTextFile."""
    if not LANGUAGE.fullmatch(code):
        raise BadTextFile(f"{where}: " + _("“{code}” is no language code such as en or pt-br.").format(code=code))


def _csv_rows(text: str, name: str) -> Iterator[dict[Any, Any]]:
    head = text.partition("\n")[0]
    delimiter = max("\t;,", key=head.count)
    try:
        yield from csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        said = _("{file} cannot be read as a table; is a quotation mark left open? ({why})")
        raise BadTextFile(said.format(file=name, why=error)) from error


def _json_rows(text: str, name: str) -> Iterator[dict[Any, Any]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadTextFile(_("{file}: line {number} is not JSON.").format(file=name, number=number)) from error
        if not isinstance(row, dict):
            said = _("{file}: line {number} is no object in curly brackets.").format(file=name, number=number)
            raise BadTextFile(said)
        yield row


def _read_text(file: FoundFile, most: int, encoding: str) -> str:
    """Return a text in UTF-8, UTF-16 or the encoding told, with `\\n` as line ends; empty for an empty file."""
    try:
        return read_text(file.path, encoding, name=file.name, most=most)[0]
    except EmptyFile:
        return ""
    except BadPromptFile as error:
        raise BadTextFile(f"{error.message}.") from error
