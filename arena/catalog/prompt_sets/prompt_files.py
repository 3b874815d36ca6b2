"""Reads a file or folder of prompts in the form in which it is published: recognises the form, or is told it."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from arena.catalog.prompt_sets.column_names import (
    FILE_CATEGORY,
    FILE_KEY,
    LINE,
    STRING,
    WHOLE_FILE,
    count_fields,
    name_columns,
)
from arena.catalog.prompt_sets.delimited import read_lines, read_table
from arena.catalog.prompt_sets.file_text import LARGEST, read_text
from arena.catalog.prompt_sets.json_entries import GENERIC, read_json
from arena.catalog.prompt_sets.prompt_rows import (
    BadPromptFile,
    Choices,
    Entry,
    NoPrompts,
    PromptSet,
    RawFile,
    ReadFile,
)

# `files` is a folder with one prompt in each text file.
FORMATS = ("csv", "tsv", "lines", "json", "jsonl", "files")
_LISTS = {".txt", ".text", ".list", ".prompt", ".prompts", ""}
_TABLES = {".csv", ".tsv", ".tab"}
# Text that is neither list nor table nor JSON.
_OTHERS = {".yaml", ".yml", ".toml", ".md", ".markdown", ".ini", ".py", ".html", ".htm", ".xml", ".rtf", ".log"}
_JSON = {".json", ".jsonl", ".ndjson"}
_ABOUT = re.compile(r"(readme|licen[cs]e|notice|requirements|changelog|citation)\b.*", flags=re.IGNORECASE)
# What a benchmark adds to the name of its lists: color_val, color_val_seen, anime_prompts.
_SPLIT = re.compile(r"([-_ ](prompts?|captions?|train|val|validation|test|dev|seen|unseen))+$", flags=re.IGNORECASE)


def read_prompts(*, path: Path, choices: Choices) -> PromptSet:
    """Read a file, or the files of a folder but not of its subfolders. Raises BadPromptFile."""
    if path.is_dir():
        try:
            return _read_folder(path.resolve(), choices)
        except OSError as error:
            raise BadPromptFile(f"{path}: cannot be read: {error.strerror}") from error
    if choices.format == "files":
        raise BadPromptFile(f"{path.name}: is a file; the format files reads a folder with one prompt in each file")
    return PromptSet(path.name, [_read_file(path, path.name, choices)], folder=path.absolute().parent)


def _read_file(file: Path, name: str, choices: Choices) -> ReadFile:
    text, encoding = read_text(file, choices.encoding)
    raw = _add_category(_take_apart(text, file, name, choices), file.stem)
    return name_columns(raw, name=name, encoding=encoding, asked=choices.columns)


def _take_apart(text: str, file: Path, name: str, choices: Choices) -> RawFile:
    """Read the text in the form that is asked for, or that its name and its beginning show."""
    suffix = file.suffix.lower()
    if suffix in _OTHERS and not choices.format:
        raise NoPrompts(
            f"{name}: {suffix} is no kind of file that is read; save it as CSV, JSON or one prompt a line, or add "
            "--format lines if each line is a prompt"
        )
    if choices.format == "lines":
        return read_lines(text, name=name, choices=choices)
    if choices.format in {"json", "jsonl"} or (not choices.format and suffix in _JSON):
        return read_json(text, name=name, choices=choices)
    if not choices.format and text.lstrip()[:1] in {"{", "["} and suffix not in _TABLES:
        try:
            return read_json(text, name=name, choices=choices)
        except BadPromptFile:
            # A prompt may begin with a bracket.
            pass
    is_list = not choices.format and suffix not in _TABLES
    if not is_list or _begins_with_header(text, choices):
        table = read_table(text, name=name, choices=choices)
        if table is not None:
            return table
    if is_list:
        return read_lines(text, name=name, choices=choices)
    first = next((line for line in text.split("\n") if line.strip()), "")
    raise NoPrompts(
        f"{name}: no column is named Prompt, Text or Caption; the first line is {first[:60]!r}. Say which holds the "
        "prompts by --column text=NAME, or --format lines if each line is a prompt"
    )


def _begins_with_header(text: str, choices: Choices) -> bool:
    """Tell whether each cell of the first line names a field: in a list of prompts, a word may by chance."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    cells = [cell for cell in re.split(r"[\t;,|]", first.replace('"', "")) if cell.strip()]
    return count_fields(cells, choices.columns) == len(cells) or bool(choices.columns.get("text"))


def _add_category(raw: RawFile, stem: str) -> RawFile:
    """Give plain lists the name of their file as category, unless that name says nothing."""
    name = _SPLIT.sub("", stem)
    if list(raw.columns) not in ([LINE], [STRING]) or name.casefold() in GENERIC or not re.search(r"[^\W\d_]", name):
        return raw
    entries = [replace(entry, values={**entry.values, FILE_CATEGORY: name}) for entry in raw.entries]
    return replace(raw, columns=[*raw.columns, FILE_CATEGORY], entries=entries)


def _read_folder(folder: Path, choices: Choices) -> PromptSet:
    files = []
    left_out = []
    for each in sorted(folder.iterdir(), key=_order):
        if each.name.startswith("."):
            continue
        why = _why_left_out(each)
        if why:
            left_out.append((each.name, why))
        else:
            files.append(each)
    if sum(file.stat().st_size for file in files) > LARGEST:
        raise BadPromptFile(f"{folder.name}: its files are larger than {LARGEST // 2**20} MiB together")
    lists = [file for file in files if file.suffix.lower() == ".txt"]
    read: list[ReadFile] = []
    if choices.format == "files" or (not choices.format and _holds_single_prompts(lists, choices)):
        files = [file for file in files if file not in lists]
        read.append(_read_single_prompts(lists, folder.name, choices))
    for file in files if choices.format != "files" else []:
        try:
            read.append(_read_file(file, f"{folder.name}/{file.name}", choices))
        except NoPrompts as error:
            left_out.append((file.name, error.message.partition(": ")[2]))
    if not read:
        reasons = "\n".join(f"{name}: {why}" for name, why in left_out[:5])
        raise NoPrompts(f"{folder.name}: no file of this folder holds prompts\n{reasons}".strip())
    return PromptSet(f"{folder.name}/", read, left_out, folder)


def _order(file: Path) -> tuple[bool, list[int | str]]:
    """Tables and JSON come before plain lists, which may repeat their prompts without categories; 2 before 10."""
    parts = re.split(r"(\d+)", file.name)
    return file.suffix.lower() in _LISTS, [int(part) if part.isdecimal() else part for part in parts]


def _why_left_out(file: Path) -> str:
    if file.is_dir():
        return "is a folder; import it by itself"
    if not file.is_file():
        return "is no file"
    if _ABOUT.fullmatch(file.name):
        return "is about the set, not of it"
    if file.suffix.lower() not in _LISTS | _TABLES | _JSON:
        return "is of no kind that holds prompts"
    return ""


def _holds_single_prompts(lists: list[Path], choices: Choices) -> bool:
    """Tell whether most of the text files hold one line, as in DPG-Bench."""
    texts = (read_text(file, choices.encoding)[0] for file in lists if file.stat().st_size)
    single = sum(sum(bool(line.strip()) for line in text.split("\n")) == 1 for text in texts)
    return len(lists) > 1 and single > len(lists) / 2


def _read_single_prompts(files: Iterable[Path], name: str, choices: Choices) -> ReadFile:
    entries = []
    encodings = {}
    for file in files:
        text, encoding = read_text(file, choices.encoding)
        encodings[encoding] = True
        entries.append(Entry(file.name, {WHOLE_FILE: text.strip(), FILE_KEY: file.stem}))
    raw = RawFile("one prompt a file", [WHOLE_FILE, FILE_KEY], entries)
    return name_columns(raw, name=name, encoding=" and ".join(encodings), asked=choices.columns)
