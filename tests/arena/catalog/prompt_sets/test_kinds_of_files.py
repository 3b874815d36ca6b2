"""One prompt file of each kind that people have brought: read rightly, or refused with what to do."""

from pathlib import Path

import pytest

from arena.catalog.prompt_sets.prompt_files import read_prompts
from arena.catalog.prompt_sets.prompt_rows import BadPromptFile, Choices

ROWS = [{"text": "a cat, red", "category": "x"}, {"text": "a dog", "category": "y"}]


def read(folder: Path, name: str, content: str | bytes) -> tuple[list[dict[str, str]], tuple[str, ...]]:
    """Return the rows of a file and what is noted about it."""
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (file,) = read_prompts(path=folder / name, choices=Choices()).files
    return [dict(row.values) for row in file.rows], file.notes


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bars.csv", "prompt|category\na cat, red|x\na dog|y\n"),
        ("bars.txt", "prompt|category\na cat, red|x\na dog|y\n"),
        ("spaces.csv", 'prompt, category\n"a cat, red", x\na dog, "y"\n'),
        ("quoted_last.csv", 'category, prompt\nx, "a cat, red"\ny, a dog\n'),
        ("columns.json", '{"prompt": ["a cat, red", "a dog"], "category": ["x", "y"]}'),
        ("pandas.json", '{"prompt": {"0": "a cat, red", "1": "a dog"}, "category": {"0": "x", "1": "y"}}'),
        ("split.json", '{"columns": ["category", "prompt"], "data": [["x", "a cat, red"], ["y", "a dog"]]}'),
    ],
)
def test_table_of_any_form_has_its_rows(tmp_path: Path, name: str, content: str) -> None:
    assert read(tmp_path, name, content)[0] == ROWS


@pytest.mark.parametrize(
    ("lines", "texts", "notes"),
    [
        ("7. a cat\n8. a dog\n", ["a cat", "a dog"], ("the number before each line is left out",)),
        ("- a cat\n* a dog\n", ["a cat", "a dog"], ("the bullet before each line is left out",)),
        ("2. a cat\n2. a dog\n", ["2. a cat", "2. a dog"], ()),
        ("3 cats\n4 dogs\n", ["3 cats", "4 dogs"], ()),
        ("- a cat\na dog\n", ["- a cat", "a dog"], ()),
    ],
)
def test_marks_of_a_list_are_no_part_of_its_prompts(
    tmp_path: Path, lines: str, texts: list[str], notes: tuple[str, ...]
) -> None:
    rows, noted = read(tmp_path, "prompts.txt", lines)
    assert ([row["text"] for row in rows], noted) == (texts, notes)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("page.txt", "\ufeff<!DOCTYPE html>\n<p>404\n", "is a web page"),
        ("pointer.csv", "version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "git lfs pull"),
        ("letter.txt", "{\\rtf1 a cat}", "is a document in RTF"),
        ("prompts.yaml", "- a cat\n", "--format lines"),
        ("prompts.md", "# Prompts\n- a cat\n", "--format lines"),
        ("twice.json", '{"a": "a cat", "a": "a dog"}', "the key 'a' stands twice"),
        ("speech.csv", "prompt,language\na cat,English\n", "'english' is not a code"),
        ("languages.json", '{"prompt": {"en": "a cat", "de": "eine Katze"}}', "neither prompts nor"),
    ],
)
def test_file_that_would_be_misread_is_refused(tmp_path: Path, name: str, content: str, reason: str) -> None:
    with pytest.raises(BadPromptFile, match=reason):
        read(tmp_path, name, content)


def test_codes_and_ids_are_written_in_one_way(tmp_path: Path) -> None:
    rows, _notes = read(tmp_path, "ids.csv", "id,prompt,lang\n1.0,a cat,EN\nset/2.5,a dog,zh_CN\n")
    assert [(row["slug"], row["language"]) for row in rows] == [("1", "en"), ("set-2-5", "zh-cn")]
