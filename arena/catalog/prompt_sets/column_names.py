"""Which column of a published set fills which field of a prompt."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.text import slugify

from arena.catalog.prompt_sets.prompt_rows import BadPromptFile, NoPrompts, RawFile, ReadFile, Row, find_fault, refuse
from arena.catalog.prompt_sets.set_pictures import PICTURE_FILE, split_paths

# What readers call values that have no column of their own.
LINE, STRING, WHOLE_FILE = "each line", "each string", "each file's text"
KEY, FILE_KEY = "each entry's key", "each file's name"
LIST, FILE_CATEGORY = "the name of its list", "the name of its file"

# The columns of each field, the surest first. Capitals, spaces, hyphens and underscores do not matter.
FIELDS = {
    "text": (
        "prompt", "prompts", "text", "texts", "caption", "captions", "prompt_text", "text_prompt", "prompt_en",
        LINE, STRING, WHOLE_FILE,
    ),
    "category": ("category", "categories", "tag", LIST, FILE_CATEGORY),
    "slug": ("slug", "id", "prompt_id", "item_id", KEY, FILE_KEY),
    "title": ("title",),
    "language": ("language", "lang"),
    "gloss": ("gloss",),
    "challenge": ("challenge",),
    "note": ("note", "notes"),
    "tags": ("tags", "skills"),
    "axes": ("axes", "axis"),
    "licence": ("licence", "license"),
    # A column `source` is either: the pictures to edit if it names picture files, or where the prompts come from.
    "sources": ("sources", "source_image", "source_images", "input_image", "input_images", "source"),
    "mask": ("mask", "mask_image", "mask_file"),
    "source": ("source",),
}  # fmt: skip
# What is no column of the file is never missed.
_MADE = {LINE, STRING, WHOLE_FILE, KEY, FILE_KEY, LIST, FILE_CATEGORY}
# In these, a name as programs write it becomes one for people.
_MACHINE_NAMED = {"tag", LIST, FILE_CATEGORY}
_MACHINE_NAME = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
_SLUG = re.compile(r"[-\w]+")
_ENDING = re.compile(r"\.(txt|png|jpe?g|webp)$", flags=re.IGNORECASE)


def has_text(columns: Iterable[str], asked: Mapping[str, str]) -> bool:
    """Tell whether a header or an object's keys name the prompts."""
    wanted = {_plain(asked["text"])} if asked.get("text") else {_plain(name) for name in FIELDS["text"]}
    return any(_plain(column) in wanted for column in columns)


def count_fields(columns: Sequence[str], asked: Mapping[str, str]) -> int:
    """Return how many of the columns fill a field."""
    known = {_plain(name) for names in (*FIELDS.values(), asked.values()) for name in names if name}
    return sum(_plain(column) in known for column in columns)


def name_columns(raw: RawFile, *, name: str, encoding: str, asked: Mapping[str, str]) -> ReadFile:
    """Return the file with its values by field. Raises BadPromptFile with the line of each bad row."""
    chosen = _choose(raw.columns, asked, name)
    _tell_pictures_from_origin(chosen, raw, asked)
    problems: list[str] = []
    rows = []
    for entry in raw.entries:
        place = f"{name}: {entry.place}"
        values, fault = _values(entry.values, chosen)
        if fault := fault or find_fault(values):
            problems.append(f"{place}: {fault}")
        rows.append(Row(name, place, values))
    refuse(problems)
    if not rows:
        raise NoPrompts(f"{name}: there are no prompts in it")
    used = {"", *chosen.values(), *_MADE}
    unused = tuple(dict.fromkeys(column for column in raw.columns if column not in used))
    return ReadFile(name, raw.kind, encoding, chosen, unused, raw.notes, rows)


def _choose(columns: Sequence[str], asked: Mapping[str, str], name: str) -> dict[str, str]:
    """Return the column of each field."""
    chosen = {}
    for field, known in FIELDS.items():
        wanted = (asked[field],) if field in asked else known
        found = [column for each in wanted for column in columns if each and _plain(column) == _plain(each)]
        if asked.get(field) and not found:
            # In a folder, a file without the prompts' column is one of another kind.
            refusal = NoPrompts if field == "text" else BadPromptFile
            raise refusal(f"{name}: no column is named {asked[field]!r}; there are {_list(columns)}")
        # A field has one column; only the prompts' must not be a choice of ours.
        same = found if field == "text" else [column for column in found if _plain(column) == _plain(found[0])]
        if len(same) > 1:
            raise BadPromptFile(
                f"{name}: several columns may be the {field}: {_list(same)}; say which by --column {field}=NAME"
            )
        if found:
            chosen[field] = found[0]
    if "text" not in chosen:
        raise NoPrompts(
            f"{name}: no column is named Prompt, Text or Caption; there are {_list(columns)}. "
            "Say which holds the prompts by --column text=NAME"
        )
    return chosen


def _tell_pictures_from_origin(chosen: dict[str, str], raw: RawFile, asked: Mapping[str, str]) -> None:
    """Take columns for pictures only if all that stands in them are names of picture files, or if that was said."""
    column = chosen.get("sources")
    if column is None:
        if "mask" not in asked:
            chosen.pop("mask", None)
        return
    if "sources" not in asked:
        cells = [_flatten_paths(entry.values.get(column)) for entry in raw.entries]
        named = [path for cell in cells for path in split_paths(cell)]
        if not named or not all(PICTURE_FILE.search(path) for path in named):
            del chosen["sources"]
            chosen.pop("mask", None)
            return
    if chosen.get("source") == column:
        del chosen["source"]


def _flatten_paths(value: Any) -> str:
    """Return a path, or the paths of a list, as one text."""
    if isinstance(value, list):
        return "\n".join(_as_text(each) or "" for each in value)
    return _as_text(value) or ""


def _values(found: Mapping[str, Any], chosen: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Return an entry's values by field, and what is wrong with them, or nothing."""
    values: dict[str, str] = {}
    for field, column in chosen.items():
        value = found.get(column)
        text = _read(field, value)
        if text is None or (column == STRING and not isinstance(value, str)):
            return values, f"{column} is of type {type(value).__name__}, not text"
        if text and field == "category" and column in _MACHINE_NAMED:
            text = _for_people(text)
        if text and field == "slug":
            text, fault = _as_slug(text, column)
            if fault:
                return values, fault
        if text and field == "language":
            text = text.replace("_", "-").lower()
        if text:
            values[field] = text
    return values, "" if "text" in values else "the prompt is empty"


def _read(field: str, value: Any) -> str | None:
    if field in {"tags", "note", "challenge", "axes"}:
        return _flatten(value)
    return _flatten_paths(value) if field == "sources" else _as_text(value)


def _as_text(value: Any) -> str | None:
    """Return a value as text, empty where there is none, or None for what is not one text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _flatten(value: Any) -> str:
    """Return a value, or all in a list or an object, as words with commas."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_flatten, value)))
    if isinstance(value, dict):
        return _flatten(list(value.values()))
    return _as_text(value) or ""


def _as_slug(text: str, column: str) -> tuple[str, str]:
    """Return what a picture's file name must be to be matched: an id without an ending, in small letters."""
    if _plain(column) == "slug":
        if not _SLUG.fullmatch(text):
            return "", f"slug: {text!r} may have only letters, digits, hyphens and underscores"
    else:
        # Spreadsheets write a whole number as 7.0.
        text = re.sub(r"^(\d+)\.0$", r"\1", _ENDING.sub("", text))
    slug = slugify(re.sub(r"[^\w]+", "-", text), allow_unicode=True)
    hint = "--column slug= leaves ids out"
    return slug, "" if slug else f"{column}: {text!r} has no letter or digit to make a slug of; {hint}"


def _for_people(name: str) -> str:
    """Return `single_object` as `Single object`; anything but a name as programs write it stays as it is."""
    if not _MACHINE_NAME.fullmatch(name):
        return name
    words = re.sub("[-_]", " ", name)
    return words[0].upper() + words[1:]


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())


def _list(columns: Iterable[str]) -> str:
    shown = [repr(column) for column in columns]
    return ", ".join(shown[:12])[:300] + (", …" if len(shown) > 12 else "") or "none"
