"""Prompt sets in the forms in which they are published: each is read as what it is, without a database."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from arena.catalog.prompt_sets.prompt_files import read_prompts
from arena.catalog.prompt_sets.prompt_rows import BadPromptFile, Choices, ReadFile

Read = Callable[..., ReadFile]
TEXT = "A cat, sitting on a mat"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write a file and read it."""

    def write_and_read(content: str | bytes, name: str = "prompts.csv", **choices: Any) -> ReadFile:
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        (file,) = read_prompts(path=tmp_path / name, choices=Choices(**choices)).files
        return file

    return write_and_read


def values(file: ReadFile) -> list[dict[str, str]]:
    return [dict(row.values) for row in file.rows]


def texts(file: ReadFile) -> list[str]:
    return [row.values["text"] for row in file.rows]


# Shortened from the published files.
PARTI = (
    "Prompt\tCategory\tChallenge\tNote\n"
    "bond\tAbstract\tBasic\tBiology-inspired concepts with multiple meanings\n"
    '"G I G G L E" painted in thick colorful lettering\tIllustrations\tWriting & Symbols\t\n'
    'A robot. The words "Fly an airplane" are on the wall.\tOutdoor Scenes\tComplex\t\n'
)
GENEVAL = (
    '{"tag": "single_object", "include": [{"class": "bench", "count": 1}], "prompt": "a photo of a bench"}\n'
    '{"tag": "counting", "include": [{"class": "clock", "count": 2}], "exclude": [{"class": "clock", "count": 3}], '
    '"prompt": "a photo of two clocks"}\n'
)
GENAI = {
    "00000": {
        "id": "00000",
        "prompt": "A baker pulling bread out of an oven.",
        "prompt in Chinese": "一位面包师正从烤箱中取出面包。",
        "models": {"DALLE_3": [5, 5, 5]},
        "tags": {"basic": ["scene", "attribute"], "advanced": []},
    }
}
DRAWBENCH = 'Prompts,Category\nA red colored car.,Colors\n"A stack of 3 plates, blue on top.",DALL-E\n'
DPG_TABLE = "item_id,text,keywords,proposition_id\npartiprompts12,a fox,,1\npartiprompts12,a fox,,2\n"


def test_partiprompts_keep_bare_quotes(read: Read) -> None:
    file = read(PARTI, "PartiPrompts.tsv")
    assert (file.kind, file.encoding) == ("TSV", "UTF-8")
    assert list(file.columns.values()) == ["Prompt", "Category", "Challenge", "Note"]
    assert values(file)[1] == {
        "text": '"G I G G L E" painted in thick colorful lettering',
        "category": "Illustrations",
        "challenge": "Writing & Symbols",
    }


def test_geneval_has_its_tags_as_categories_and_no_slugs(read: Read) -> None:
    file = read(GENEVAL, "evaluation_metadata.jsonl")
    assert (file.kind, file.unused) == ("JSON Lines", ("include", "exclude"))
    assert values(file)[0] == {"text": "a photo of a bench", "category": "Single object"}
    assert file.rows[1].place == "evaluation_metadata.jsonl: line 2"


def test_genai_bench_has_its_ids_as_slugs_and_its_tags_noted(read: Read) -> None:
    file = read(json.dumps(GENAI, indent=2, ensure_ascii=False), "genai_image.json")
    assert values(file) == [
        {"text": "A baker pulling bread out of an oven.", "slug": "00000", "tags": "scene, attribute"}
    ]
    assert file.unused == ("prompt in Chinese", "models")
    chinese = read(json.dumps(GENAI), "genai_image.json", columns={"text": "prompt in Chinese"})
    assert texts(chinese) == ["一位面包师正从烤箱中取出面包。"]


def test_genai_bench_without_ids_takes_its_keys(read: Read) -> None:
    file = read(json.dumps({"00007": {"prompt": "x"}}), "genai_image.json")
    assert values(file) == [{"text": "x", "slug": "00007"}]


def test_hpdv2_has_its_style_as_category(read: Read) -> None:
    file = read(json.dumps(["A king.", "[wide shot] a castle"]), "concept-art.json")
    assert values(file) == [
        {"text": "A king.", "category": "Concept art"},
        {"text": "[wide shot] a castle", "category": "Concept art"},
    ]
    one_file = read(json.dumps({"anime": ["a"], "photo": ["b"]}), "hps.json")
    assert [row["category"] for row in values(one_file)] == ["Anime", "Photo"]


def test_drawbench_is_read_as_csv(read: Read) -> None:
    file = read(DRAWBENCH, "DrawBench.csv")
    assert file.kind == "CSV with commas"
    assert values(file)[1] == {"text": "A stack of 3 plates, blue on top.", "category": "DALL-E"}


def test_t2i_compbench_has_one_prompt_a_line_and_its_name_as_category(read: Read) -> None:
    file = read("a green bench and a blue bowl\r\nKitchen scene, grey top\r\n\r\n", "color_val.txt")
    assert file.kind == "one prompt a line"
    assert values(file) == [
        {"text": "a green bench and a blue bowl", "category": "Color"},
        {"text": "Kitchen scene, grey top", "category": "Color"},
    ]


def test_dpg_bench_table_names_its_ids(read: Read) -> None:
    assert values(read(DPG_TABLE, "dpg_bench.csv"))[0] == {"text": "a fox", "slug": "partiprompts12"}
    keyed = read(json.dumps({"COCOval2014000000000042.txt": "a fox"}), "dpgbench_prompts.json")
    # Pictures are matched by their names in small letters.
    assert values(keyed) == [{"text": "a fox", "slug": "cocoval2014000000000042"}]


def test_folder_with_one_prompt_a_file_has_file_names_as_slugs(tmp_path: Path) -> None:
    for name in ("10", "2", "partiprompts12"):
        (tmp_path / f"{name}.txt").write_text(f"prompt {name}, long\n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    found = read_prompts(path=tmp_path, choices=Choices())
    assert [row.values["slug"] for row in found.rows] == ["2", "10", "partiprompts12"]
    assert found.files[0].kind == "one prompt a file"
    assert list(found.left_out) == [("picture.png", "is of no kind that holds prompts")]
    lists = read_prompts(path=tmp_path, choices=Choices(format="lines"))
    assert len(lists.files) == 3


def test_folder_of_lists_reads_tables_first_and_names_what_it_leaves_out(tmp_path: Path) -> None:
    (tmp_path / "anime.json").write_text('["a king", "a queen"]')
    (tmp_path / "color_val.txt").write_text("a red car\na blue car\n")
    (tmp_path / "geneval.jsonl").write_text(GENEVAL)
    (tmp_path / "genai_skills.json").write_text('{"scene": [1, 2], "counting": [2]}')
    (tmp_path / "README.txt").write_text("about\nthis\n")
    (tmp_path / "annotations.csv").write_text("model,score\nx,1\n")
    (tmp_path / "sub").mkdir()
    found = read_prompts(path=tmp_path, choices=Choices())
    assert [file.name.partition("/")[2] for file in found.files] == ["anime.json", "geneval.jsonl", "color_val.txt"]
    assert [row.values["category"] for row in found.rows] == [
        "Anime", "Anime", "Single object", "Counting", "Color", "Color",
    ]  # fmt: skip
    assert {name for name, _why in found.left_out} == {"genai_skills.json", "README.txt", "annotations.csv", "sub"}


def test_folder_without_prompts_says_why(tmp_path: Path) -> None:
    (tmp_path / "benchmark").mkdir()
    with pytest.raises(BadPromptFile, match="no file of this folder holds prompts\nbenchmark: is a folder; import it"):
        read_prompts(path=tmp_path, choices=Choices())


@pytest.mark.parametrize(
    "name", ["Prompt", "prompts", "Prompts", "TEXT", "Caption", " captions ", "prompt_text", "Text Prompt", "prompt_en"]
)
def test_column_of_prompts_has_many_names(read: Read, name: str) -> None:
    assert texts(read(f"{name};Category\n{TEXT};Animals\n")) == [TEXT]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (f"prompt\n{TEXT}\n", "one.csv"),
        (f'prompt\n"{TEXT}"\n', "quoted.csv"),
        (f"Prompt\r\n{TEXT}\r\n", "one.tsv"),
        (f"Prompts\n{TEXT}\n", "header.txt"),
        (f"{TEXT}\n", "list.txt"),
        (f"# made by hand\n{TEXT}\n", "comment.txt"),
        (f'Prompt,Category\n"{TEXT}",x\n', "comma.csv"),
        (f"Prompt;Category\n{TEXT};x\n", "semicolon.csv"),
        (f"sep=;\nPrompt;Category\n{TEXT};x\n", "excel.csv"),
        (f"Prompt\tCategory\n{TEXT}\tx\n", "tab.csv"),
        (f"\n\nPrompt;Category;;\n{TEXT};x;;\n", "blank.csv"),
        (f'{{"prompt": "{TEXT}"}}\n', "lines.jsonl"),
        (f'{{"prompt": "{TEXT}"}}\n{{"prompt": "{TEXT}"}}', "lines.json"),
        (f'"{TEXT}"\n"{TEXT}"\n', "strings.jsonl"),
        (f'["{TEXT}"]', "strings.json"),
        (f'["{TEXT}"]', "strings.txt"),
        (f'[{{"caption": "{TEXT}", "id": 12}}]', "objects.json"),
        (f'{{"version": 1, "prompts": [{{"text": "{TEXT}"}}]}}', "wrapped.json"),
        (f'{{"a.png": "{TEXT}"}}', "keyed.json"),
        (f'{{"prompt": "{TEXT}", "seed": 3}}', "single.json"),
    ],
)
def test_form_is_recognised(read: Read, content: str, name: str) -> None:
    assert set(texts(read(content, name))) == {TEXT}


def test_list_whose_lines_begin_with_brackets_or_words_of_headers_is_a_list(read: Read) -> None:
    prompts = ["[1girl], red hair", "{cat}", "text, neon sign", "#1 fan poster"]
    assert texts(read("\n".join(prompts), "list.txt")) == prompts
    assert texts(read("\n".join(prompts[2:]), "list.txt")) == prompts[2:]


def test_comments_of_a_list_are_told_and_can_be_kept(read: Read) -> None:
    file = read("# animals\na fox\n", "list.txt")
    assert file.notes == ("1 line is left out as a comment, as '# animals'; --keep-comments reads them as prompts",)
    assert texts(read("# animals\na fox\n", "list.txt", keep_comments=True)) == ["# animals", "a fox"]


GERMAN = "Prompt;Category\r\nSalvador Dalí;Künste\r\n"


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (GERMAN.encode(), "UTF-8"),
        (GERMAN.encode("utf-8-sig"), "UTF-8 with a byte order mark"),
        (b"\xff\xfe" + GERMAN.encode("utf-16-le"), "UTF-16 LE"),
        (b"\xfe\xff" + GERMAN.encode("utf-16-be"), "UTF-16 BE"),
        (GERMAN.encode("utf-16-le"), "UTF-16 LE"),
        (GERMAN.encode("utf-16-be"), "UTF-16 BE"),
        (b"\xff\xfe\x00\x00" + GERMAN.encode("utf-32-le"), "UTF-32 LE"),
    ],
)
def test_encoding_is_read_from_the_file(read: Read, data: bytes, shown: str) -> None:
    file = read(data)
    assert (file.encoding, values(file)) == (shown, [{"text": "Salvador Dalí", "category": "Künste"}])


def test_windows_1252_is_refused_with_a_hint_and_read_when_asked(read: Read) -> None:
    with pytest.raises(
        BadPromptFile,
        match=r"line 2 is not text in UTF-8 \(byte 29\).*Windows-1252: with --encoding cp1252 the line reads",
    ):
        read(GERMAN.encode("cp1252"))
    assert texts(read(GERMAN.encode("cp1252"), encoding="cp1252")) == ["Salvador Dalí"]
    assert texts(read(b"\xff\xfe" + GERMAN.encode("utf-16-le"), encoding="utf-16-le")) == ["Salvador Dalí"]
    with pytest.raises(BadPromptFile, match="encoding 'no-such' is not known"):
        read(GERMAN, encoding="no-such")


def test_columns_can_be_named_and_left_out(read: Read) -> None:
    table = "prompt,caption,group,id\na,b,c,7\n"
    with pytest.raises(
        BadPromptFile, match=r"several columns may be the text: 'prompt', 'caption'; say which by --col"
    ):
        read(table)
    named = read(table, columns={"text": "Caption", "category": "group", "slug": ""})
    assert values(named) == [{"text": "b", "category": "c"}]
    assert named.unused == ("prompt", "id")
    with pytest.raises(BadPromptFile, match=r"no column is named 'x'; there are 'prompt', 'caption', 'group', 'id'"):
        read(table, columns={"text": "prompt", "category": "x"})


def test_csv_with_quotes_newlines_and_separators_that_end_no_line(read: Read) -> None:
    assert texts(read('category,prompt\nFood,"A sign, saying ""Eat"",\nin two lines"\n\nFood,plain\n')) == [
        'A sign, saying "Eat",\nin two lines',
        "plain",
    ]
    assert texts(read('Prompt\tCategory\n"say ""hi"""\tA\n"two\nlines"\tA\nshort row\n', "p.tsv")) == [
        'say "hi"',
        "two\nlines",
        "short row",
    ]
    assert texts(read("Prompt\tCategory\none\u2028prompt\x85only\tA\n", "p.tsv")) == ["one\u2028prompt\x85only"]


BAD: list[tuple[str, str, str | bytes, str]] = [
    ("empty", "p.csv", "", "is empty"),
    ("blank", "p.csv", "\n\n", "is empty"),
    ("header only", "p.csv", "Prompt\tCategory\n", "there are no prompts in it"),
    ("comments only", "p.txt", "# one\n# two\n", "there are no prompts in it"),
    ("no prompt column", "p.csv", "Question\tCategory\nfox\tA\n", "no column is named Prompt, Text or Caption"),
    ("no text", "p.tsv", "Prompt\tCategory\nfox\tA\n\tA\n", "line 3: the prompt is empty"),
    (
        "too many cells",
        "p.csv",
        "Prompt,Category\nfox,A,B\n",
        "line 2: 3 cells under 2 columns; a cell that holds comm",
    ),
    ("open quote", "p.csv", 'Prompt,Category\nowl,B\n"fox,A\nowl,B\n', "line 3: cannot be read as cells"),
    ("words after a quote", "p.csv", 'Prompt,Category\n"fox" red,A\n', "line 2: cannot be read as cells"),
    ("long prompt", "p.tsv", f"Prompt\tCategory\n{'x' * 32_001}\tA\n", "line 2: text is too long"),
    ("long category", "p.tsv", f"Prompt\tCategory\nfox\t{'x' * 121}\n", "line 2: category is too long"),
    ("NUL", "p.tsv", "Prompt\tCategory\nfo\x00x\tA\n", "holds NUL characters"),
    ("binary", "p.csv", bytes(range(256)) * 64, "is not text in UTF-8"),
    ("workbook", "p.xlsx", b"PK\x03\x04\x14\x00", "save the sheet as CSV UTF-8"),
    ("Parquet", "p.parquet", b"PAR1\x15\x04", "Save it as CSV or JSON Lines"),
    ("language", "p.tsv", "Prompt\tLanguage\nfox\t<b>\n", "line 2: language: '<b>' is not a code"),
    ("slug", "p.tsv", "Prompt\tSlug\nfox\ta/../b\n", "line 2: slug: 'a/../b' may have only letters"),
    ("id", "p.tsv", "Prompt\tid\nfox\t→\n", "line 2: id: '→' has no letter or digit"),
    ("JSON", "p.json", '[{"prompt": "a"},', "cannot be read as JSON"),
    ("JSON Lines", "p.jsonl", '{"prompt": "a"}\n{"prompt":\n', "line 2: cannot be read as JSON"),
    ("deep JSON", "p.json", "[" * 100_000, "cannot be read as JSON"),
    ("list of numbers", "p.json", "[1]", "item 1: each string is of type int, not text"),
    ("list for text", "p.json", '[{"prompt": ["a", "b"]}]', "item 1: prompt is of type list, not text"),
    ("half a character", "p.json", '["\\ud83d"]', "item 1: text holds half a character"),
    ("other JSON", "p.json", '{"scene": [1, 2]}', "its values are neither prompts nor"),
]


@pytest.mark.parametrize(("name", "content", "reason"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_bad_file_is_refused_in_clear_lines(read: Read, name: str, content: str | bytes, reason: str) -> None:
    with pytest.raises(BadPromptFile) as caught:
        read(content, name)
    assert caught.value.message.startswith(f"{name}: ")
    assert reason in caught.value.message
    assert len(caught.value.message) < 500
    assert caught.value.message.isprintable()


def test_bad_lines_are_told_together_up_to_five(read: Read) -> None:
    with pytest.raises(BadPromptFile) as caught:
        read("Prompt,Category\n" + ",x\n" * 9)
    told = caught.value.message.split("\n")
    assert told[:2] == ["prompts.csv: line 2: the prompt is empty", "prompts.csv: line 3: the prompt is empty"]
    assert told[5:] == ["and 4 more like these"]
