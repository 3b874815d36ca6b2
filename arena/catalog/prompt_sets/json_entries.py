"""Prompts in JSON: Lines, lists of strings or objects, and objects of strings, objects or lists."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from arena.catalog.prompt_sets.column_names import KEY, LIST, STRING, has_text
from arena.catalog.prompt_sets.prompt_rows import BadPromptFile, Choices, Entry, NoPrompts, RawFile

# Names of lists that say nothing of what is in them.
GENERIC = set(
    "prompt prompts text texts caption captions data dataset items entries rows examples samples results list all "
    "benchmark train val validation test dev eval evaluation generation annotations metadata questions".split()
)


def read_json(text: str, *, name: str, choices: Choices) -> RawFile:
    """Read JSON or JSON Lines. Raises BadPromptFile for what does not parse, NoPrompts for other shapes."""
    if choices.format == "jsonl":
        return _file("JSON Lines", _from_items("line", _parse_lines(text, name)), ())
    try:
        whole = _load(text)
    except ValueError as error:
        if choices.format != "json" and _begins_with_a_value(text):
            return _file("JSON Lines", _from_items("line", _parse_lines(text, name)), ())
        raise BadPromptFile(f"{name}: cannot be read as JSON: {error}") from error
    if isinstance(whole, list):
        return _file("JSON list", _from_items("item", enumerate(whole, 1)), ())
    if isinstance(whole, dict):
        return _read_object(whole, name, choices.columns)
    raise NoPrompts(f"{name}: is a single JSON value, not prompts")


def _read_object(whole: dict[str, Any], name: str, asked: Mapping[str, str]) -> RawFile:
    """Read an object by its shape: one prompt, prompts by id, or lists of prompts by name."""
    if has_text((key for key, value in whole.items() if isinstance(value, str)), asked):
        return _file("JSON object of one prompt", [Entry("item 1", whole)], ())
    if columns := _columns(whole, asked):
        return _file("JSON object of columns", columns, ())
    lists = {key: value for key, value in whole.items() if isinstance(value, list) and _holds_prompts(value, asked)}
    if lists:
        named = len(lists) > 1 or (len(whole) == 1 and not GENERIC & {key.casefold() for key in lists})
        entries = [
            Entry(f"{key}, {entry.place}", {**({LIST: key} if named else {}), **entry.values})
            for key, items in lists.items()
            for entry in _from_items("item", enumerate(items, 1))
        ]
        others = [key for key in whole if key not in lists]
        notes = (f"left out, as they are no lists of prompts: {', '.join(others)[:200]}",) if others else ()
        return _file("JSON object of lists", entries, notes)
    if whole and all(isinstance(value, str) for value in whole.values()):
        strings = [Entry(f"key {key!r}", {KEY: key, STRING: value}) for key, value in whole.items()]
        return _file("JSON object of strings", strings, ())
    if whole and all(isinstance(value, dict) and has_text(value, asked) for value in whole.values()):
        objects = [Entry(f"key {key!r}", {KEY: key, **value}) for key, value in whole.items()]
        return _file("JSON object of objects", objects, ())
    raise NoPrompts(
        f"{name}: is a JSON object, but its values are neither prompts nor objects or lists of prompts. "
        "Say what holds the prompts by --column text=NAME"
    )


def _columns(whole: dict[str, Any], asked: Mapping[str, str]) -> list[Entry]:
    """Return the rows of a table that is written by columns, as pandas does; none if it is not such a table.

    Forms are `{"prompt": [...], "category": [...]}`, the same with objects by row, and `{"columns": …, "data": …}`.
    """
    names, data = whole.get("columns"), whole.get("data")
    if isinstance(names, list) and isinstance(data, list) and has_text(map(str, names), asked):
        rows = (row if isinstance(row, list) else [row] for row in data)
        return [
            Entry(f"row {place}", dict(zip(map(str, names), row, strict=False))) for place, row in enumerate(rows, 1)
        ]
    if not has_text(whole, asked):
        return []
    values = list(whole.values())
    are_rows = all(isinstance(value, dict) and all(map(str.isdecimal, value)) for value in values)
    if are_rows and len({tuple(value) for value in values}) == 1:
        columns = [list(value.values()) for value in values]
    elif len(values) > 1 and all(isinstance(value, list) for value in values) and len(set(map(len, values))) == 1:
        columns = values
    else:
        return []
    cells = zip(*columns, strict=True)
    return [Entry(f"row {place}", dict(zip(whole, row, strict=True))) for place, row in enumerate(cells, 1)]


def _holds_prompts(items: list[Any], asked: Mapping[str, str]) -> bool:
    if not items:
        return False
    return all(isinstance(item, str) for item in items) or (isinstance(items[0], dict) and has_text(items[0], asked))


def _from_items(word: str, items: Iterable[tuple[int, Any]]) -> Iterator[Entry]:
    """Yield entries of strings and objects; anything else has no prompt, which is said with its place later."""
    for number, item in items:
        values = item if isinstance(item, dict) else {STRING: item}
        yield Entry(f"{word} {number}", values)


def _file(kind: str, entries: Iterable[Entry], notes: tuple[str, ...]) -> RawFile:
    listed = list(entries)
    columns = dict.fromkeys(column for entry in listed for column in entry.values)
    return RawFile(kind, list(columns), listed, notes)


def _parse_lines(text: str, name: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield number, _load(line)
        except ValueError as error:
            raise BadPromptFile(f"{name}: line {number}: cannot be read as JSON: {error}") from error


def _begins_with_a_value(text: str) -> bool:
    """Tell whether the first line is JSON by itself, as in JSON Lines."""
    try:
        _load(text.lstrip().split("\n", 1)[0])
    except ValueError:
        return False
    return True


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object. Raises ValueError where a key stands twice: one value would be lost."""
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = next(key for place, (key, _value) in enumerate(pairs) if key in {each for each, _ in pairs[:place]})
        raise ValueError(f"the key {twice[:60]!r} stands twice in one object")
    return made


def _load(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
