"""Reads tables of prompts (TSV or CSV with a header) and imports them as drafts: all rows or none."""

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from arena.catalog.models import RESERVED_SLUGS, Category, Prompt
from arena.errors import DomainError

# Column names, in lower case, and the field that each fills. Prompt, Category, Challenge and Note are PartiPrompts'.
COLUMNS = {
    "text": "text", "prompt": "text",
    "category": "category",
    "note": "note", "challenge": "challenge",
    "title": "title", "slug": "slug", "language": "language", "gloss": "gloss", "licence": "licence",
    "license": "licence", "source": "source",
}  # fmt: skip
LONGEST = {"text": 32_000, "category": 120, "title": 200, "slug": 120, "language": 12, "licence": 60, "source": 500}
LARGEST = 64 * 2**20
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
SLUG = re.compile(r"[-\w]+")
CRITERION = "which image fits the prompt better?"


class BadPromptFile(DomainError):
    """A table of prompts cannot be imported; the message names file, line and reason."""

    code = "bad_prompt_file"


@dataclass(frozen=True)
class Imported:
    """What an import did."""

    rows: int
    made: int
    categories: list[str]


def import_prompts(*, file: Path, language: str = "en", licence: str = "", source: str = "") -> Imported:
    """Import a table of prompts as drafts; a row whose text and language exist already changes nothing.

    Unknown categories are made as drafts. Raises BadPromptFile before anything is written.
    """
    defaults = {"language": language, "licence": licence or "unknown", "source": source or file.name}
    _check_values(defaults, "options")
    rows = [{**defaults, **row} for row in _read_rows(file)]
    if not rows:
        raise BadPromptFile(f"{file.name}: there are no prompts below the header")
    with transaction.atomic():
        categories = {c.name.casefold(): c for c in Category.objects.all()}
        categories |= {c.slug: c for c in categories.values()}
        made_categories: list[str] = []
        standing = set(Prompt.objects.values_list("text", "language"))
        slugs = set(Prompt.objects.values_list("slug", flat=True))
        made = []
        for row in rows:
            if (row["text"], row["language"]) in standing:
                continue
            standing.add((row["text"], row["language"]))
            prompt = _draft(row, _category_of(row.get("category", ""), categories, made_categories))
            if prompt.slug in slugs:
                raise BadPromptFile(f"{file.name}: slug {prompt.slug!r} belongs to another prompt")
            slugs.add(prompt.slug)
            made.append(prompt)
        Prompt.objects.bulk_create(made, batch_size=500)
    return Imported(rows=len(rows), made=len(made), categories=made_categories)


def _draft(values: dict[str, str], category: Category) -> Prompt:
    text = values["text"]
    title = values.get("title") or (text if len(text) <= 70 else text[:69].rsplit(" ", 1)[0] + "…")
    digest = hashlib.sha256(f"{values['language']}\n{text}".encode()).hexdigest()[:8]
    slug = values.get("slug") or f"{slugify(text, allow_unicode=True)[:60].strip('-') or 'prompt'}-{digest}"
    note = " · ".join(values[key] for key in ("challenge", "note") if key in values)
    return Prompt(
        slug=slug,
        title=title,
        text=text,
        language=values["language"],
        gloss=values.get("gloss", ""),
        category=category,
        note=note[:300],
        licence=values["licence"],
        source=values["source"],
    )


def _category_of(name: str, categories: dict[str, Category], made: list[str]) -> Category:
    name = name or "Imported"
    slug = slugify(name)[:80].strip("-") or f"category-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    slug = f"{slug}-category" if slug in RESERVED_SLUGS else slug
    known = categories.get(name.casefold()) or categories.get(slug)
    if known is None:
        known = Category.objects.create(slug=slug, name=name, criterion=CRITERION)
        categories[name.casefold()] = categories[known.slug] = known
        made.append(name)
    return known


def _read_rows(file: Path) -> Iterator[dict[str, str]]:
    table = _split(_read_text(file), file.name)
    header = next(table, [])
    fields = [COLUMNS.get(name.strip().lower(), "") for name in header]
    if "text" not in fields:
        shown = ", ".join(header)[:60]
        raise BadPromptFile(f"{file.name}: no column is named Prompt or Text; the first line is {shown!r}")
    if twice := {name for name in fields if name and fields.count(name) > 1}:
        raise BadPromptFile(f"{file.name}: two columns mean {min(twice)}; the first line is {', '.join(header)[:60]!r}")
    for number, cells in enumerate(table, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(fields):
            raise BadPromptFile(f"{file.name}: row {number}: {len(cells)} cells under {len(fields)} columns")
        row = {name: cell.strip() for name, cell in zip(fields, cells, strict=False) if name and cell.strip()}
        if "text" not in row:
            raise BadPromptFile(f"{file.name}: row {number}: the prompt is empty")
        _check_values(row, f"{file.name}: row {number}")
        yield row


def _check_values(row: dict[str, str], where: str) -> None:
    """Refuse what the database or an address could not hold."""
    for name, value in row.items():
        if "\x00" in value or len(value) > LONGEST.get(name, 2000):
            raise BadPromptFile(f"{where}: {name} is too long or holds a NUL character")
    if "language" in row and not LANGUAGE.fullmatch(row["language"]):
        raise BadPromptFile(f"{where}: language: {row['language']!r} is not a code such as en or pt-br")
    if "slug" in row and not SLUG.fullmatch(row["slug"]):
        raise BadPromptFile(f"{where}: slug: {row['slug']!r} may have only letters, digits, hyphens and underscores")


def _read_text(file: Path) -> str:
    if not file.is_file():
        raise BadPromptFile(f"{file}: is not a file")
    if not 0 < file.stat().st_size <= LARGEST:
        raise BadPromptFile(f"{file.name}: is empty or larger than {LARGEST // 2**20} MiB")
    try:
        return file.read_text("utf-8-sig")
    except OSError as error:
        raise BadPromptFile(f"{file.name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadPromptFile(f"{file.name}: is not text in UTF-8 (byte {error.start})") from error


def _split(text: str, name: str) -> Iterator[list[str]]:
    """Yield rows of cells. Tab-separated text often has bare quotes, so there only quotes around a whole cell count."""
    # Not splitlines: it also breaks at separators that a prompt may hold.
    lines = text.split("\n")
    tabs = {line.count("\t") for line in lines if line.strip()}
    if len(tabs) == 1 and tabs != {0}:
        for line in lines:
            yield [_unquote(cell) for cell in line.split("\t")]
        return
    delimiter = "\t" if "\t" in lines[0] else ","
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise BadPromptFile(f"{name}: cannot be read as a table: {error}; is a quote left open?") from error


def _unquote(cell: str) -> str:
    if len(cell) >= 2 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell
