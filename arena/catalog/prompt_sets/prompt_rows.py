"""What is read of a prompt set: its rows, where each stands, and how its columns were understood."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from arena.errors import DomainError

LONGEST = {"text": 32_000, "category": 120, "title": 200, "slug": 120, "language": 12, "licence": 60, "source": 500}
# Codes such as en or pt-br; no language has a longer first part than three letters.
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
# JSON can write half of a character that takes two; the database cannot hold it.
_HALF = re.compile("[\ud800-\udfff]")
# So many problems are told at once.
_TOLD = 5


class BadPromptFile(DomainError):
    """A prompt set cannot be imported; the message has a line for each problem, with file, line and reason."""

    code = "bad_prompt_file"


class NoPrompts(BadPromptFile):
    """Nothing in a file is recognised as prompts: a folder may hold such a file, which is left out and named."""

    code = "no_prompts"


class EmptyFile(NoPrompts):
    """A file holds nothing but white space."""


@dataclass(frozen=True)
class Choices:
    """What the operator says of a set instead of having it recognised.

    `format` is one of FORMATS or empty. `columns` names the column of a field; an empty name says that none is.
    """

    format: str = ""
    encoding: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    keep_comments: bool = False


@dataclass(frozen=True)
class Entry:
    """One entry of a file as it stands there: its place, as in `line 3`, and its values by column."""

    place: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class RawFile:
    """A file taken apart: what kind it is, its columns, its entries, and what a reader should know besides."""

    kind: str
    columns: Sequence[str]
    entries: Sequence[Entry]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One prompt: the file that it is from, its place as in `prompts.csv: line 3`, and its values by field."""

    file: str
    place: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class ReadFile:
    """A file of a set: `columns` names the column of each field, `unused` those that fill none."""

    name: str
    kind: str
    encoding: str
    columns: Mapping[str, str]
    unused: tuple[str, ...]
    notes: tuple[str, ...]
    rows: Sequence[Row]


@dataclass(frozen=True)
class PromptSet:
    """A file or folder of prompts; `left_out` has the name of each file that is not read, and why.

    Pictures are named by paths relative to `folder`.
    """

    name: str
    files: Sequence[ReadFile]
    left_out: Sequence[tuple[str, str]] = ()
    folder: Path = Path()

    @property
    def rows(self) -> Iterator[Row]:
        """The rows of all files, in their order."""
        return (row for file in self.files for row in file.rows)


def refuse(problems: Sequence[str]) -> None:
    """Raise BadPromptFile if there are problems, telling the first few."""
    if problems:
        more = [f"and {len(problems) - _TOLD} more like these"] if len(problems) > _TOLD else []
        raise BadPromptFile("\n".join([*problems[:_TOLD], *more]))


def find_fault(values: Mapping[str, str]) -> str:
    """Return what the database or an address could not hold, in a few words, or nothing."""
    for name, value in values.items():
        if "\x00" in value or len(value) > LONGEST.get(name, 2000):
            return f"{name} is too long or holds a NUL character"
        if _HALF.search(value):
            return f"{name} holds half a character (a lone surrogate)"
    if "language" in values and not LANGUAGE.fullmatch(values["language"]):
        return f"language: {values['language']!r} is not a code such as en or pt-br"
    return ""


def show(text: str, width: int = 60) -> str:
    """Return text for one line of a terminal: control characters become spaces, and what is too long is cut."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= width else f"{line[: width - 1].rstrip()}…"
