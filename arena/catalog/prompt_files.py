"""Reads tables of prompts (TSV or CSV with a header) and imports them as drafts: all rows or none."""

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from arena.catalog.models import Category, Prompt
from arena.errors import DomainError

# What a column may be called, lower case, to the field it fills. PartiPrompts' layout is the second word of each.
COLUMNS = {
    "text": "text", "prompt": "text",
    "category": "category",
    "note": "note", "challenge": "challenge",
    "title": "title", "slug": "slug", "language": "language", "gloss": "gloss", "licence": "licence",
    "license": "licence", "source": "source",
}  # fmt: skip
LONGEST = {"text": 32_000, "category": 120, "title": 200, "slug": 120, "language": 12, "licence": 60, "source": 500}
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
    rows = list(_read_rows(file))
    defaults = {"language": language, "licence": licence or "unknown", "source": source or file.name}
    with transaction.atomic():
        categories = {c.name.casefold(): c for c in Category.objects.all()}
        categories |= {c.slug: c for c in categories.values()}
        made_categories: list[str] = []
        standing = set(Prompt.objects.values_list("text", "language"))
        slugs = set(Prompt.objects.values_list("slug", flat=True))
        made = []
        for row in rows:
            values = {**defaults, **{key: value for key, value in row.items() if value}}
            if (values["text"], values["language"]) in standing:
                continue
            standing.add((values["text"], values["language"]))
            prompt = _draft(values, _category_of(values.get("category", ""), categories, made_categories))
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
    known = categories.get(name.casefold()) or categories.get(slugify(name))
    if known is None:
        known = Category.objects.create(slug=slugify(name) or "imported", name=name, criterion=CRITERION)
        categories[name.casefold()] = categories[known.slug] = known
        made.append(name)
    return known


def _read_rows(file: Path) -> Iterator[dict[str, str]]:
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadPromptFile(f"{file.name}: cannot be read as UTF-8 text: {error}") from error
    table = _split(text)
    header = next(table, [])
    fields = [COLUMNS.get(name.strip().lower(), "") for name in header]
    if "text" not in fields:
        raise BadPromptFile(
            f"{file.name}: no column named Prompt or Text; the header is {', '.join(header) or 'empty'}"
        )
    for number, cells in enumerate(table, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(fields):
            raise BadPromptFile(f"{file.name}: row {number}: {len(cells)} cells under {len(fields)} columns")
        row = {name: cell.strip() for name, cell in zip(fields, cells, strict=False) if name}
        if not row.get("text"):
            raise BadPromptFile(f"{file.name}: row {number}: the prompt is empty")
        for name, value in row.items():
            if "\x00" in value or len(value) > LONGEST.get(name, 2000):
                raise BadPromptFile(f"{file.name}: row {number}: {name} is too long or holds a NUL character")
        yield row


def _split(text: str) -> Iterator[list[str]]:
    """Yield rows of cells. Tab-separated text often holds bare quotes: then quotes matter only around a whole cell."""
    lines = text.splitlines()
    if not lines or "\t" not in lines[0]:
        yield from csv.reader(io.StringIO(text, newline=""))
        return
    if len({line.count("\t") for line in lines if line}) > 1:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter="\t")
        return
    for line in lines:
        yield [_unquote(cell) for cell in line.split("\t")]


def _unquote(cell: str) -> str:
    if len(cell) >= 2 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell
