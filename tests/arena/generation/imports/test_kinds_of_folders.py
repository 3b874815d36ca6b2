"""One folder of each kind that teams have brought: what its plan reads, asks, ignores or refuses."""

from pathlib import Path

import pytest

from arena.errors import DomainError
from arena.fake_provider.server import make_png
from arena.generation.imports.import_plan import Choices, Plan
from arena.generation.imports.planning import plan_import
from arena.generation.imports.reading.folder_files import read_folder
from tests.factories import make_prompt

pytestmark = pytest.mark.django_db

Files = dict[str, str | bytes]
CAFE = "Ein Café für 5 €"


def plan_of(folder: Path, names: list[str], files: Files, **choices: str) -> Plan:
    """Plan the import of pictures of these names by two contenders, and of other files."""
    pictures = {f"{contender}/{name}": make_png(f"{contender}{name}") for contender in "ab" for name in names}
    for name, content in {**pictures, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return plan_import(folder=read_folder(folder), choices=Choices(**choices))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("names", "prompts", "pictures"),
    [
        (["prompt_1_sample_0", "prompt_1_sample_1", "prompt_2_sample_0"], ["Prompt 1", "Prompt 2"], 6),
        (["p01_s0", "p01_s1", "p02_s0"], ["Prompt 1", "Prompt 2"], 6),
        (["00001_0", "00001_1", "00002_0"], ["Prompt 1", "Prompt 2"], 6),
        (["cat-epoch-1", "cat-epoch-2"], ["Cat"], 4),
        (["cat_step500", "cat_step1000"], ["Cat"], 4),
        (["cat-10steps", "cat-20steps"], ["Cat"], 4),
        (["cat_e", "cat-epoch-2-step-80"], ["Cat", "Cat e"], 4),
        (["cat-123456", "cat-4242424242", "cat-17446744073709551615"], ["Cat"], 6),
        (["cat", "cat - Kopie", "cat copy 2", "cat(3)"], ["Cat"], 8),
        (["cat", "cat.sync-conflict-20240102-123456-ABCDEFG"], ["Cat"], 4),
        (["cat_sample_1", "cat_sample_2"], ["Cat"], 4),
        (["image (1)", "image (2)"], ["Prompt 1", "Prompt 2"], 4),
        (["image1", "DSC00002"], ["Prompt 1", "Prompt 2"], 4),
        (["route-66", "top-10", "24-7"], ["24 7", "Route 66", "Top 10"], 6),
    ],
)
def test_numbers_in_names_are_read(tmp_path: Path, names: list[str], prompts: list[str], pictures: int) -> None:
    plan = plan_of(tmp_path, [f"{name}.png" for name in names], {})
    assert (sorted(prompt.text for prompt in plan.prompts), len(plan.pictures)) == (prompts, pictures)
    is_bare = any(prompt.startswith("Prompt ") for prompt in prompts)
    assert any("Nothing says what the prompt is" in remark.why for remark in plan.readings) == is_bare


@pytest.mark.parametrize("name", ["image", "untitled", "2024-01-02", "IMG_20240102_123456", "2024-01-02 12.34.56"])
def test_names_that_say_nothing_are_refused(tmp_path: Path, name: str) -> None:
    plan = plan_of(tmp_path, [f"{name}.png"], {})
    assert ["does not say what it shows" in problem.why for problem in plan.problems] == [True, True]


@pytest.mark.parametrize(
    ("picture", "text", "content", "read"),
    [
        ("cat.png", "a/cat.txt", CAFE.encode("utf-16"), CAFE),
        ("cat.png", "a/cat.txt", "A cafe".encode("utf-16-le"), "A cafe"),
        ("cat.png", "a/cat.txt", b"", "Cat"),
        ("cat.png", "a/cat.png.txt", CAFE, CAFE),
        ("cat.png", "a/CAT.TXT", CAFE, CAFE),
        ("caf\u00e9.png", "a/cafe\u0301.txt", CAFE, CAFE),
        ("cat-1.png", "a/cat.txt", CAFE, CAFE),
        ("cat-1.png", "cat.txt", CAFE, CAFE),
    ],
)
def test_text_beside_is_found_and_read(
    tmp_path: Path, picture: str, text: str, content: str | bytes, read: str
) -> None:
    plan = plan_of(tmp_path, [picture], {text: content})
    assert [prompt.text for prompt in plan.prompts] == [read]
    assert [(remark.name, remark.why) for remark in plan.ignored] == ([] if content else [(text, "It is empty.")])


def test_text_in_another_encoding_is_refused_until_the_encoding_is_said(tmp_path: Path) -> None:
    files: Files = {"a/cat.txt": CAFE.encode("cp1252")}
    (problem,) = plan_of(tmp_path, ["cat.png"], files).problems
    assert f"with --encoding cp1252 the line reads “{CAFE}”" in problem.why
    assert plan_of(tmp_path, [], {}, encoding="cp1252").prompts[0].text == CAFE


@pytest.mark.parametrize(
    ("pictures", "name", "table"),
    [
        ("{}.png", "prompts.txt", "a cat, red\ra dog\r"),
        ("{}.png", "prompts.txt", "1. a cat, red\n2. a dog\n"),
        ("ComfyUI_{:05}_.png", "prompts.txt", "a cat, red\na dog\n"),
        ("parti-{:05}.png", "prompts.txt", "a cat, red\na dog\n"),
        ("{:05}_0.png", "prompts.txt", "a cat, red\na dog\n"),
        ("p{:02}_s3.png", "prompts.csv", "id,prompt\n1,\"a cat, red\"\n2,a dog\n"),
        ("{}.png", "prompts.csv", "sep=;\nid;prompt\n1;a cat, red\n2;a dog\n"),
        ("{}.png", "prompts.csv", "prompt\na cat, red\na dog\n"),
    ],
)  # fmt: skip
def test_list_gives_numbers_their_prompts(tmp_path: Path, pictures: str, name: str, table: str) -> None:
    plan = plan_of(tmp_path, [pictures.format(number) for number in (1, 2)], {name: table})
    assert [prompt.text for prompt in plan.prompts] == ["a cat, red", "a dog"]
    assert (plan.pairs, plan.ignored) == (2, ())


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("id,prompt\n1,a cat, red\n2,a dog\n", "row 1: More cells than columns"),
        ("id,prompt\n1,a cat\n1,a dog\n", "number 1 stands for two prompts"),
        ("1,a cat\n2,a dog\n", "no row has a prompt"),
    ],
)
def test_list_that_would_be_misread_is_refused(tmp_path: Path, table: str, reason: str) -> None:
    with pytest.raises(DomainError, match=reason):
        plan_of(tmp_path, ["1.png", "2.png"], {"prompts.csv": table})


def test_list_that_nothing_uses_is_said(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, ["cat.png"], {"prompts.txt": "A dog\nA bus\n", "a/prompts.txt": "A cat\n"})
    assert {remark.name: remark.why[:21] for remark in plan.ignored} == {
        "prompts.txt": "No picture has the nu", "a/prompts.txt": "Only one list of prom",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["a_red_cat", "A Red Cat", "a-red-cat", "a_red_cat_00001_", "A_red-cat (1)"])
def test_spaces_hyphens_and_underscores_are_one(tmp_path: Path, name: str) -> None:
    by_text, by_slug = make_prompt(slug="x", text="A red cat."), make_prompt(slug="parti_00007", text="A fox.")
    plan = plan_of(tmp_path, [f"{name}.png", "parti-00007.png", "a_bus.png"], {"prompts.txt": "A dog\nA bus!\n"})
    assert {prompt.pk: prompt.text for prompt in plan.prompts} == {
        by_text.pk: "A red cat.", by_slug.pk: "A fox.", None: "A bus!",
    }  # fmt: skip
    assert plan.pairs == 3


def test_names_that_tools_write_otherwise_make_pairs(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, [], {"a/Red Cat.png": make_png("a"), "b/red_cat.png": make_png("b")})
    assert (plan.pairs, [remark.name for remark in plan.readings]) == (1, ["Red Cat = red_cat"])


def test_contenders_that_count_from_other_numbers_are_named(tmp_path: Path) -> None:
    names = ("a/ComfyUI_00001_.png", "a/ComfyUI_00002_.png", "b/ComfyUI_00014_.png", "b/ComfyUI_00015_.png")
    plan = plan_of(tmp_path, [], {name: make_png(name) for name in names})
    assert "a 1–2, b 14–15" in [remark.name for remark in plan.readings]


def test_number_of_another_set_does_not_lend_its_prompt(tmp_path: Path) -> None:
    make_prompt(slug="1", text="A ship of an older set.")
    plan = plan_of(tmp_path, ["1.png"], {"prompts.csv": "id,prompt\n1,a cat\n"})
    assert [(prompt.pk, prompt.text) for prompt in plan.prompts] == [(None, "a cat")]


@pytest.mark.parametrize("outer", [["prompt_1", "prompt_2"], ["000", "001", "002"], ["scene-7"]])
def test_folders_that_count_prompts_are_asked_about(tmp_path: Path, outer: list[str]) -> None:
    files: Files = {f"{folder}/{model}.png": make_png(folder + model) for folder in outer for model in ("acme", "zeta")}
    assert "looks like a prompt" in plan_of(tmp_path, [], files).questions[0].text


@pytest.mark.parametrize("outer", [["checkpoint-1", "checkpoint-2"], ["1000", "2000"], ["v1", "v2"]])
def test_folders_of_checkpoints_are_contenders(tmp_path: Path, outer: list[str]) -> None:
    files: Files = {f"{folder}/{prompt}.png": make_png(folder + prompt) for folder in outer for prompt in ("cat", "ox")}
    assert plan_of(tmp_path, [], files).is_ready


@pytest.mark.parametrize("folder", ["#recycle", "Network Trash Folder", "thumbnails", "a/Thumbs", "__pycache__"])
def test_folders_of_systems_are_ignored(tmp_path: Path, folder: str) -> None:
    plan = plan_of(tmp_path, ["cat.png"], {f"{folder}/cat.png": make_png("small")})
    assert ([remark.name for remark in plan.ignored], plan.is_ready) == ([f"{folder}/"], True)


def test_emoji_in_two_looks_are_asked_about(tmp_path: Path) -> None:
    files: Files = {"\u2764/cat.png": make_png("x"), "\u2764\ufe0f/cat.png": make_png("y")}
    assert "one contender" in plan_of(tmp_path, [], files).questions[0].text


def test_folder_of_hidden_files_says_so(tmp_path: Path) -> None:
    with pytest.raises(DomainError, match=r"holds no images.* 1 file is ignored: a/\.\.\.cat\.png"):
        plan_of(tmp_path, [], {"a/...cat.png": make_png("x")})
