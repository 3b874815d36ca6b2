"""Folders as teams have them: what their plan says of contenders, prompts, texts, numbers, strays and twins."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image as PillowImage
from PIL.PngImagePlugin import PngInfo

from arena.catalog.models import Contender, Prompt
from arena.errors import DomainError
from arena.fake_provider.server import make_png
from arena.generation.imports.import_plan import BY_PROMPT, Choices, Plan
from arena.generation.imports.planning import plan_import
from arena.generation.imports.reading.folder_files import read_folder
from arena.generation.imports.reading.text_files import BadTextFile, read_manifest
from arena.generation.models import Generation
from tests.factories import make_contender, make_generation, make_prompt

pytestmark = pytest.mark.django_db

Plans = Callable[..., Plan]


@pytest.fixture
def plan_of(tmp_path: Path) -> Plans:
    """Return a function that writes files and plans their import; None makes a picture of its own."""

    def plan_of(files: dict[str, str | bytes | None], **choices: object) -> Plan:
        write(tmp_path / "pictures", files)
        return plan_import(folder=read_folder(tmp_path / "pictures"), choices=Choices(**choices))  # type: ignore[arg-type]

    return plan_of


def write(folder: Path, files: dict[str, str | bytes | None]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(make_png(name) if data is None else data)


def png_by_a1111(prompt: str, seed: str) -> bytes:
    """A picture with the metadata of A1111."""
    info, file = PngInfo(), io.BytesIO()
    info.add_text(
        "parameters", f"{prompt}\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, Seed: {seed}, Size: 64x64"
    )
    PillowImage.new("RGB", (64, 64), f"#{hash((prompt, seed)) % 2**24:06x}").save(file, "PNG", pnginfo=info)
    return file.getvalue()


def seats(plan: Plan) -> set[tuple[str, str, int]]:
    """Contender, prompt and sample of each picture."""
    return {(picture.contender, picture.prompt, picture.sample) for picture in plan.pictures}


@pytest.mark.parametrize(
    ("first", "second"), [("SDXL", "sdxl"), ("flux 1.1", "flux-11"), ("café", "cafe\u0301"), ("model a", "model_a ")]
)
def test_folders_that_differ_only_in_writing_are_asked_about(plan_of: Plans, first: str, second: str) -> None:
    plan = plan_of({f"{first}/green-car.png": None, f"{second}/green-bus.png": None})
    asked = " ".join((plan.questions[0].text, *plan.questions[0].answers[0])) if plan.questions else ""
    assert ("one contender" in asked) == (first.strip() != "café")
    assert plan.is_ready == (first == "café")


def test_names_that_are_one_text_in_two_spellings_are_said_to_be_one(plan_of: Plans) -> None:
    plan = plan_of({"caf\u00e9/Red Cat.png": None, "cafe\u0301/dog.png": None, "other/red-cat.png": None})
    assert [(remark.name, remark.why[:12]) for remark in plan.readings] == [
        ("caf\u00e9", "Several fold"), ("Red Cat = red-cat", "These names "),
    ]  # fmt: skip
    assert plan.is_ready


def test_folders_are_merged_or_kept_apart_as_answered(plan_of: Plans) -> None:
    files: dict[str, str | bytes | None] = {"SDXL/green-car.png": None, "sdxl/green-bus.png": None}
    merged = plan_of(files, merged={"SDXL": "sdxl"})
    assert (merged.is_ready, [each.slug for each in merged.contenders]) == (True, ["sdxl"])
    apart = plan_of(files, mapped={"SDXL": "sdxl-large"})
    assert (apart.is_ready, {each.slug: each.name for each in apart.contenders}) == (
        True, {"sdxl-large": "SDXL", "sdxl": "sdxl"},
    )  # fmt: skip


def test_folder_like_a_known_contender_is_asked_about_and_mapped(plan_of: Plans) -> None:
    known = make_contender(slug="flux-11", name="Flux")
    assert "--map" in plan_of({"flux 1.1/car.png": None}).questions[0].answers[0][0]
    plan = plan_of({"flux 1.1/car.png": None}, mapped={"flux 1.1": "flux-11"})
    assert [each.pk for each in plan.contenders] == [known.pk]


def test_answers_about_folders_that_are_not_there_are_refused(plan_of: Plans) -> None:
    with pytest.raises(DomainError, match="no contender's folder “sdlx”"):
        plan_of({"sdxl/car.png": None}, mapped={"sdlx": "sdxl"})
    with pytest.raises(DomainError, match="in circles: a = b"):
        plan_of({"a/car.png": None, "b/car.png": None}, merged={"a": "b", "b": "a"})


def test_model_id_with_a_slash_is_a_name(plan_of: Plans) -> None:
    plan = plan_of({"flux/car.png": None}, mapped={"flux": "black-forest-labs/FLUX.1-dev"})
    assert [(each.slug, each.name) for each in plan.contenders] == [
        ("black-forest-labs-flux-1-dev", "black-forest-labs/FLUX.1-dev")
    ]


def test_names_of_any_script_and_length_are_kept(plan_of: Plans) -> None:
    long = "a very long prompt used as a file name, " * 6
    plan = plan_of({"通义万相/🐱.png": None, "m-2/🐱.png": None, f"m-2/{long}.png": None, f"{'m' * 200}/🐱.png": None})
    assert {(prompt.title, prompt.text) for prompt in plan.prompts} >= {("🐱", "🐱")}
    assert any(prompt.text == f"A{long[1:]}".strip() and len(prompt.title) <= 70 for prompt in plan.prompts)
    names = {contender.full_name: contender.name for contender in plan.contenders}
    assert names["通义万相"] == "通义万相"
    assert names["m" * 200] == "m" * 119 + "…"
    assert plan.pairs == 3


def test_exchanged_folders_and_files_are_asked_about(plan_of: Plans) -> None:
    files: dict[str, str | bytes | None] = {
        f"{prompt}/{model}.png": None
        for prompt in ("noahs-ark", "red-panda-riding-bicycle")
        for model in ("midj", "dalle")
    }
    plan = plan_of(files)
    assert not plan.is_ready
    assert "“noahs-ark” looks like a prompt and “dalle” like a model" in plan.questions[0].text
    read = plan_of(files, layout=BY_PROMPT)
    assert read.is_ready
    assert {each.slug for each in read.contenders} == {"midj", "dalle"}
    assert {each.text for each in read.prompts} == {"Noahs ark", "Red panda riding bicycle"}


def test_known_contenders_as_files_are_noticed(plan_of: Plans) -> None:
    make_contender(slug="zebra")
    assert plan_of({"lighthouse/zebra.png": None}).questions
    make_prompt(slug="zebra-crossing")
    assert not plan_of({"zebra/zebra-crossing.png": None, "lighthouse/zebra.png": None}, layout=BY_PROMPT).questions


def test_numbers_that_count_samples(plan_of: Plans) -> None:
    plan = plan_of({f"model-{m}/red-cat-0000{n}.png": None for m, n in (("a", 1), ("a", 2), ("b", 1))})
    assert seats(plan) == {("model-a", "red-cat", 1), ("model-a", "red-cat", 2), ("model-b", "red-cat", 1)}
    assert [remark.why for remark in plan.readings] == ["The number counts pictures of one prompt."]
    read = plan_of({}, numbers="prompt")
    assert {prompt.slug for prompt in read.prompts} == {"red-cat-00001", "red-cat-00002"}


def test_lone_number_is_a_sample_only_if_it_looks_like_one(plan_of: Plans) -> None:
    plan = plan_of({"a/noword-1.png": None, "b/noword-1.png": None, "a/route-66.png": None})
    assert seats(plan) == {("a", "noword", 1), ("b", "noword", 1), ("a", "route-66", 0)}


def test_many_numbers_behind_the_same_words_are_prompts(plan_of: Plans) -> None:
    plan = plan_of({f"model-{m}/parti-{n:05}.png": None for m in "ab" for n in range(11)})
    assert (len(plan.prompts), plan.pairs) == (11, 11)
    assert [remark.why for remark in plan.readings] == ["Each number is a prompt of its own."]


def test_wordless_names_are_grouped_by_what_the_generator_wrote(plan_of: Plans) -> None:
    files: dict[str, str | bytes | None] = {
        "one/00001-11.png": png_by_a1111("a red cat, <lora:x:1>", "11"),
        "one/00002-12.png": png_by_a1111("a red cat", "12"),
        "two/ComfyUI_00007_.png": png_by_a1111("a red cat", "13"),
        "two/ComfyUI_00008_.png": png_by_a1111("a dog", "14"),
    }  # fmt: skip
    plan = plan_of(files)
    assert {(prompt.text, prompt.source) for prompt in plan.prompts} == {
        ("a red cat", "the picture's metadata"), ("a dog", "the picture's metadata"),
    }  # fmt: skip
    cat = next(prompt.slug for prompt in plan.prompts if prompt.text == "a red cat")
    assert {seat for seat in seats(plan) if seat[1] == cat} == {("one", cat, 0), ("one", cat, 1), ("two", cat, 0)}


def test_numbers_without_words_find_their_lines_in_a_list(plan_of: Plans) -> None:
    names = {f"{model}/{number:03}.png": None for model in "ab" for number in (1, 2)}
    plan = plan_of({**names, "prompts.txt": "a red cat\n\na green bus\n"})
    assert [(prompt.text, prompt.source) for prompt in plan.prompts] == [
        ("a red cat", "the list of prompts"), ("a green bus", "the list of prompts"),
    ]  # fmt: skip
    assert plan.pairs == 2


def test_list_names_prompts_with_their_categories(plan_of: Plans, tmp_path: Path) -> None:
    table = "slug;prompt;category;language\nred-cat-1;Eine rote Katze;Tiere;de\n"
    plan = plan_of({"a/red-cat-1.png": None, "b/red-cat-1.png": None, "prompts.csv": table})
    assert [(p.slug, p.text, p.category, p.language) for p in plan.prompts] == [
        ("red-cat-1", "Eine rote Katze", "Tiere", "de")
    ]
    call_command("import_images", tmp_path / "pictures", yes=True, stdout=io.StringIO())
    assert Prompt.objects.get(slug="red-cat-1").category.name == "Tiere"


def test_name_without_words_number_or_text_is_refused(plan_of: Plans) -> None:
    plan = plan_of({"a/0f8fad5b-d9cb-469f-a165-70867728950e.png": None, "a/cat.png": None})
    assert ["does not say what it shows" in problem.why for problem in plan.problems] == [True]


def test_text_beside_a_picture_is_the_prompt_and_others_are_shown(plan_of: Plans) -> None:
    settings = "a bird, <lora:x:1>\nNegative prompt: bad\nSteps: 9, Sampler: Euler, Seed: 1, Size: 9x9"
    plan = plan_of({
        "a/yellow-bird.png": None, "a/yellow-bird.txt": "A yellow bird\non a wire. ", "README.md": "x",
        "b/yellow-bird.png": None, "b/yellow-bird.txt": settings, "notes.txt": "n", "a/lost.txt": b"\xff\xfe\x00",
    })  # fmt: skip
    assert [(prompt.text, prompt.source) for prompt in plan.prompts] == [("A yellow bird on a wire.", "a text file")]
    assert plan.prompts[0].others == (("beside b/yellow-bird.png", "a bird"),)
    assert {remark.name for remark in plan.ignored} == {"README.md", "notes.txt", "a/lost.txt"}


def test_text_at_the_root_and_a_broken_text_beside(plan_of: Plans) -> None:
    plan = plan_of({"a/cat.png": None, "a/cat.txt": b"\xe9t\xe9", "cat.txt": "A cat in summer"})
    assert plan.prompts[0].text == "A cat in summer"
    assert [(remark.name, "cp1252" in remark.why) for remark in plan.problems] == [("a/cat.txt", True)]


def test_prompts_of_the_catalogue_are_found_by_slug_and_by_text(plan_of: Plans) -> None:
    by_slug = make_prompt(slug="parti-00000", text="bond")
    by_text = make_prompt(slug="x", text="A red cat.")
    plan = plan_of({
        "a/parti-00000.png": None, "a/a-red-cat.png": None, "b/tom.png": None, "b/tom.txt": "A red  cat.",
    })  # fmt: skip
    assert {prompt.pk for prompt in plan.prompts} == {by_slug.pk, by_text.pk}
    assert plan.pairs == 1


def test_manifest_with_another_text_makes_another_prompt(plan_of: Plans, tmp_path: Path) -> None:
    make_prompt(slug="cat", text="A cat.")
    rows = [
        {"file": "x/1.png", "model": "lab/one", "prompt": "A cat in a hat", "slug": "cat"},
        {"file": "x/2.png", "model": "lab/two", "prompt": "A cat in a hat", "slug": "cat", "sample": 3},
    ]  # fmt: skip
    (tmp_path / "m.jsonl").write_text("\n".join(map(json.dumps, rows)))
    files: dict[str, str | bytes | None] = {"x/1.png": None, "x/2.png": None, "deep/er/3.png": None}
    plan = plan_of(files, manifest=read_manifest(tmp_path / "m.jsonl"))
    assert [(prompt.pk, prompt.text) for prompt in plan.prompts] == [(None, "A cat in a hat")]
    assert plan.prompts[0].slug.startswith("cat-")
    assert {seat[::2] for seat in seats(plan)} == {("lab-one", 0), ("lab-two", 3)}
    assert [(remark.name, remark.why) for remark in plan.ignored] == [
        ("deep/er/3.png", "The manifest does not name it.")
    ]


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("file,prompt\na.png,x\n", "lacks a file, contender or prompt"),
        ("file,model,prompt\na.png,m,x\n./a.png,m,x\n", "a second time"),
        ("file,model,prompt,language\na.png,m,x,9\n", "no language code"),
        ("file,model,prompt\n\"a.png,m,x\n", "cannot be read as a table"),
    ],
)  # fmt: skip
def test_bad_manifest_is_named(tmp_path: Path, table: str, reason: str) -> None:
    (tmp_path / "m.csv").write_text(table)
    with pytest.raises(BadTextFile, match=reason):
        read_manifest(tmp_path / "m.csv")


@pytest.mark.parametrize(
    ("names", "advice"),
    [
        (["model_cat.png", "model_dog.png"], "directly in it"),
        (["batch/a/cat.png", "batch/b/cat.png"], "import the folder “batch”"),
        (["x/a/cat.png", "y/b/cat.png"], "deeper in it"),
    ],
)  # fmt: skip
def test_other_layouts_are_refused_with_what_works(plan_of: Plans, names: list[str], advice: str) -> None:
    with pytest.raises(DomainError, match=advice):
        plan_of(dict.fromkeys(names))


def test_stray_files_are_listed_and_ignored(plan_of: Plans) -> None:
    strays: dict[str, str | bytes | None] = {
        "a/Thumbs.db": "x", "a/desktop.ini": "x", ".DS_Store": "x", "a/._cat.png": "x", "__MACOSX/a/cat.png": "x",
        "a/@eaDir/cat.png": "x", "a/grid-0001.png": None, "a/cat.json": "{}", "log.html": "x", "a/film.mp4": "x",
    }  # fmt: skip
    plan = plan_of({"a/cat.png": None, "a/picture.dat": make_png("dat"), **strays})
    assert {picture.name for picture in plan.pictures} == {"a/cat.png", "a/picture.dat"}
    assert len(plan.ignored) == len(strays)
    assert plan.is_ready


def test_bad_picture_stops_an_import_unless_it_is_left_out(plan_of: Plans, tmp_path: Path) -> None:
    plan = plan_of({"a/half.png": make_png("x")[:-200], "a/cat.png": None})
    assert ([remark.name for remark in plan.problems], plan.is_ready) == (["a/half.png"], False)
    call_command("import_images", tmp_path / "pictures", yes=True, skip_bad=True, stdout=io.StringIO())
    assert Generation.objects.get().image.provenance == {"file": "a/cat.png"}


def test_identical_pictures_are_named(plan_of: Plans) -> None:
    twin = make_png("twin")
    plan = plan_of({"a/cat.png": twin, "b/cat.png": twin, "c/cat-1.png": None, "c/cat-2.png": make_png("c/cat-1.png")})
    assert plan.twins == (("a/cat.png", "b/cat.png"),)
    assert [remark.name for remark in plan.duplicates] == ["c/cat-2.png"]
    assert plan.pairs == 2


def test_pairs_count_the_images_that_are_there(plan_of: Plans) -> None:
    prompt = make_prompt(slug="cat")
    make_generation(prompt=prompt)
    plan = plan_of({"a/cat.png": None, "a/dog.png": None})
    assert (plan.pairs, plan.lonely) == (1, ("dog",))


def test_nothing_is_written_without_an_answer(plan_of: Plans, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan_of({"a/cat.png": None})
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    said = io.StringIO()
    with pytest.raises(CommandError, match="add --yes to import it"):
        call_command("import_images", tmp_path / "pictures", stdout=said)
    call_command("import_images", tmp_path / "pictures", dry_run=True, stdout=said)
    assert "Pairs that voters can be shown: 0. Without a pair: cat." in said.getvalue()
    assert not Contender.objects.exists()


def test_answer_without_an_equals_sign_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="NAME=ANSWER"):
        call_command("import_images", tmp_path, map=["sdxl"])


def test_category_of_another_script_gets_a_slug_of_its_own(plan_of: Plans, tmp_path: Path) -> None:
    table = "slug;prompt;category\ncat;a cat;动物 a\noak;an oak;植物 a\n"
    plan_of({"a/cat.png": None, "b/oak.png": None, "prompts.csv": table})
    call_command("import_images", tmp_path / "pictures", yes=True, stdout=io.StringIO())
    (tmp_path / "more.csv").write_text("prompt,category\na dog,动物 a\na pine,乔木 a\n")
    call_command("import_prompts", tmp_path / "more.csv", yes=True, stdout=io.StringIO())
    slugs = {prompt.text: prompt.category.slug for prompt in Prompt.objects.select_related("category")}
    assert len(set(slugs.values())) == 3
    assert slugs["a cat"] == slugs["a dog"]
    assert all(slug.startswith("a-") for slug in slugs.values())


def test_texts_are_read_in_the_encodings_that_prompt_sets_have(plan_of: Plans) -> None:
    table = "slug;prompt\ncat;eine Katze im Grünen\n"
    plan = plan_of({"a/cat.png": None, "b/cat.png": None, "prompts.csv": table.encode("utf-16-le")})
    assert [prompt.text for prompt in plan.prompts] == ["eine Katze im Grünen"]
    with pytest.raises(BadTextFile, match=r"prompts.csv: line 2 is not text in UTF-8 .*the line reads “cat;eine Katze"):
        plan_of({"prompts.csv": table.encode("cp1252")})
    with pytest.raises(BadTextFile, match="a workbook"):
        plan_of({"prompts.csv": b"PK\x03\x04"})
