"""Imports bring series, settings, seeds, claimed costs, edits with sources and masks; undo takes them back."""

import io
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from PIL import Image as PillowImage
from PIL.PngImagePlugin import PngInfo

from arena.catalog.models import Category, Contender, ImageModel, Prompt, SourceImage
from arena.errors import Conflict
from arena.fake_provider.server import make_png
from arena.generation.imports.import_plan import Choices, Plan
from arena.generation.imports.planning import plan_import
from arena.generation.imports.reading.folder_files import read_folder
from arena.generation.imports.reading.text_files import BadTextFile, read_manifest
from arena.generation.imports.writing.importing import import_planned
from arena.generation.ingest.originals import TYPES
from arena.generation.models import Generation, Image, Run
from arena.voting.ledger.taking_back import undo_import
from tests.arena.generation.imports.test_import_images import put, run_import
from tests.factories import make_category, make_contender, make_prompt

pytestmark = pytest.mark.django_db


def picture(colour: int, *, size: tuple[int, int] = (96, 64), mode: str = "RGB", **texts: str) -> bytes:
    """Return a PNG with these texts."""
    info = PngInfo()
    for name, text in texts.items():
        info.add_itxt(name, text)
    file = io.BytesIO()
    PillowImage.new(mode, size, (colour, 20, 90) if mode == "RGB" else colour).save(file, "PNG", pnginfo=info)
    return file.getvalue()


def fill(folder: Path, *names: str) -> Path:
    """Put a picture of its own under each name."""
    for number, name in enumerate(names):
        put(folder / name, picture(number * 7 + 1))
    return folder


def plan(folder: Path, **choices: object) -> Plan:
    """Plan an import of a folder."""
    return plan_import(folder=read_folder(folder), choices=Choices(**choices))  # type: ignore[arg-type] # named below


def say(remarks: tuple[object, ...]) -> str:
    return str(remarks)


def test_series_makes_one_model_with_a_contender_for_each_step(tmp_path: Path) -> None:
    names = ("epoch10/fox.png", "epoch20/fox.png", "epoch5/fox.png", "base/fox.png")
    folder = fill(tmp_path / "pictures", *names)
    said, _ = run_import(folder, series="Cats LoRA", step=["base=0"])
    assert "step" in said.split("\n")[0]
    steps = Contender.objects.order_by("step").values_list("name", "series", "step")
    assert list(steps) == [
        ("Cats LoRA base", "cats-lora", 0), ("Cats LoRA epoch5", "cats-lora", 5),
        ("Cats LoRA epoch10", "cats-lora", 10), ("Cats LoRA epoch20", "cats-lora", 20),
    ]  # fmt: skip
    assert ImageModel.objects.get().slug == "cats-lora"
    assert "Nothing new" in run_import(folder, series="Cats LoRA", step=["base=0"])[0]


def test_folder_beside_a_series_is_a_contender_of_its_own_and_that_is_said(tmp_path: Path) -> None:
    found = plan(fill(tmp_path, "epoch10/fox.png", "epoch20/fox.png", "base/fox.png"), series="Cats")
    assert found.unstepped == ("base",)
    assert [each.step for each in found.contenders if each.slug == "base"] == [None]
    assert "no part of the series" in say(found.readings)


def test_steps_in_the_files_of_a_trainer_make_contenders(tmp_path: Path) -> None:
    names = [f"samples/17180000000{step:02}__00000{step}00_{prompt}.png" for step in (10, 20) for prompt in (0, 1)]
    put(tmp_path / "prompts.txt", b"a red fox\na cup\n")
    found = plan(fill(tmp_path, *names), series="Cats")
    assert [(each.name, each.step) for each in found.contenders] == [("Cats step 1000", 1000), ("Cats step 2000", 2000)]
    assert [each.text for each in found.prompts] == ["a red fox", "a cup"]
    assert found.pairs == 2


def test_settings_of_metadata_become_those_of_new_contenders(tmp_path: Path) -> None:
    for number, prompt in enumerate(("a red fox", "a cup")):
        slug = prompt.replace(" ", "-")
        text = (
            f"{prompt}, studio photo\nNegative prompt: blurry\nSteps: {20 + number}, Sampler: Euler a, CFG scale: 7, "
        )
        put(tmp_path / "Forge" / f"{slug}.png", picture(number, parameters=f"{text}Seed: {number + 5}, Model: foo"))
        put(tmp_path / f"{slug}.txt", prompt.encode())
    found = plan(tmp_path)
    expected = {
        "checkpoint": "foo", "sampler": "Euler a", "guidance": 7, "negative_prompt": "blurry",
        "template": "{prompt}, studio photo",
    }  # fmt: skip
    assert found.contenders[0].settings == expected
    assert "steps differs, so it is left open: 20 (1), 21 (1)." in say(found.undecided)
    said, _ = run_import(tmp_path)
    assert "checkpoint foo" in said
    assert Contender.objects.get().settings == {"imported": "forge", **expected}
    assert set(Generation.objects.values_list("seed", flat=True)) == {5, 6}
    assert plan(tmp_path, settings=False).contenders[0].settings == {}


def test_settings_of_a_known_contender_stay(tmp_path: Path) -> None:
    make_contender(slug="forge", settings={"style": "own"})
    put(tmp_path / "forge" / "fox.png", picture(1, parameters="a fox\nSteps: 20, Sampler: Euler, Seed: 5, Model: foo"))
    run_import(tmp_path, series="Cats", step=["forge=3"])
    known = Contender.objects.get(slug="forge")
    assert (known.settings, known.series, known.step) == ({"style": "own"}, "", None)


MANIFEST = (
    "file,contender,prompt,source,mask,seed,cost,latency,category\n"
    "out/1.png,One,make it night,in/day.png; in/moon.png,in/sky.png,18446744073709551615,0.04,3.5,Nights\n"
    "out/2.png,Two,make it night,in/day.png; in/moon.png,in/sky.png,7,,,Nights\n"
    "out/3.png,One,make it night,in/cat.png,,,,,Nights\n"
)


@pytest.fixture
def edits(tmp_path: Path) -> Path:
    """Three edits of two prompts with the same words and different sources, by a manifest."""
    folder = fill(
        tmp_path / "pictures", *(f"out/{n}.png" for n in (1, 2, 3)), *(f"in/{n}.png" for n in ("day", "moon", "cat"))
    )
    put(folder / "in" / "sky.png", picture(255, mode="L"))
    put(tmp_path / "list.csv", MANIFEST.encode())
    return folder


def test_manifest_brings_sources_mask_seed_cost_and_time(edits: Path) -> None:
    said, complaint = run_import(edits, manifest=edits.parent / "list.csv")
    assert complaint == ""
    assert "New prompts ask for edits" in said
    assert "mask in/sky.png" in said
    assert Prompt.objects.filter(text="make it night", category__modality="image-editing").count() == 2
    first = Generation.objects.get(image__provenance__file="out/1.png")
    rows = first.prompt.source_images.values_list("role", "position", "origin", "licence")
    assert set(rows) == {
        ("source", 0, "in/day.png", ""), ("source", 1, "in/moon.png", ""), ("mask", 0, "in/sky.png", ""),
    }  # fmt: skip
    assert (first.seed, first.seconds) == (0, None)
    claimed = {"cost": 0.04, "seconds": 3.5}
    assert first.image.provenance == {"file": "out/1.png", "seed": "18446744073709551615", "claimed": claimed}
    assert Generation.objects.get(image__provenance__file="out/2.png").seed == 7
    assert not first.attempts.exists()
    assert set(first.image.renditions.values_list("box", flat=True)) == {"512x341", "768x512", "1024x683"}
    assert "Nothing new" in run_import(edits, manifest=edits.parent / "list.csv")[0]


def test_known_model_that_gets_edits_is_one_for_edits_too(edits: Path) -> None:
    known = make_contender(slug="one", name="One")
    assert run_import(edits, manifest=edits.parent / "list.csv")[1] == ""
    assert known.generations.exists()
    known.image_model.refresh_from_db()
    assert known.image_model.modalities == ["text-to-image", "image-editing"]


def test_undo_takes_series_prompts_and_sources_that_only_it_brought(edits: Path) -> None:
    make_category(slug="mine")
    run_import(edits, manifest=edits.parent / "list.csv", series="Run", step=["One=1", "Two=2"])
    assert set(Contender.objects.values_list("series", "step")) == {("run", 1), ("run", 2)}
    keys = list(SourceImage.objects.values_list("storage_key", flat=True))
    assert len(keys) == 4
    undo_import(run_id=Run.objects.get().pk)
    left = [model.objects.count() for model in (Prompt, SourceImage, Contender, ImageModel, Generation, Image, Run)]
    assert left == [0] * 7
    assert list(Category.objects.values_list("slug", flat=True)) == ["mine"]


@pytest.mark.django_db(transaction=True)
def test_files_of_sources_leave_with_their_import(edits: Path) -> None:
    run_import(edits, manifest=edits.parent / "list.csv")
    keys = list(SourceImage.objects.values_list("storage_key", flat=True))
    assert all(default_storage.exists(key) for key in keys)
    undo_import(run_id=Run.objects.get().pk)
    assert not any(default_storage.exists(key) for key in keys)


def test_folders_of_sources_and_masks_are_recognised_and_said(tmp_path: Path) -> None:
    names = ("One/fox.png", "Two/fox.png", "One/2.png", "sources/fox.png", "sources/2.png", "sources/lost.png")
    folder = fill(tmp_path, *names)
    put(folder / "masks" / "fox.png", picture(255, mode="L"))
    found = plan(folder)
    assert {each.slug for each in found.contenders} == {"one", "two"}
    assert "source images of edits" in say(found.readings)
    assert "source image or mask of no prompt" in say(found.ignored)
    by_slug = {each.slug: each for each in found.prompts}
    assert [each.name for each in by_slug["fox"].sources] == ["sources/fox.png"]
    assert by_slug["fox"].mask is not None
    assert {each.modality for each in found.prompts} == {"image-editing"}
    run_import(folder)
    edits = Prompt.objects.get(slug="fox")
    assert (edits.category.slug, edits.category.modality) == ("imported-edits", "image-editing")
    assert "everything else is as it was" in edits.category.criterion


def test_several_sources_are_numbered(tmp_path: Path) -> None:
    found = plan(fill(tmp_path, "One/fox.png", "sources/fox-2.png", "sources/fox-1.png"))
    assert [each.name for each in found.prompts[0].sources] == ["sources/fox-1.png", "sources/fox-2.png"]


def test_edit_without_a_source_is_named_and_can_be_left_out(tmp_path: Path) -> None:
    folder = fill(tmp_path, "One/fox.png", "One/owl.png", "sources/fox.png")
    assert [each.name for each in plan(folder).problems] == ["One/owl.png"]
    assert "has no source image" in say(plan(folder).problems)
    run_import(folder, skip_bad=True)
    assert Prompt.objects.get().slug == "fox"


def test_operator_decides_what_prompts_ask_for(tmp_path: Path) -> None:
    folder = fill(tmp_path, "One/fox.png", "sources/fox.png")
    found = plan(folder, modality="text-to-image")
    assert [each.modality for each in found.prompts] == ["text-to-image"]
    assert "sources/fox.png" in say(found.ignored)
    taken = plan(folder, sources=False)
    assert {each.slug for each in taken.contenders} == {"one", "sources"}
    asked = plan(fill(tmp_path / "more", "One/fox.png"), modality="image-editing")
    assert "has no source image" in say(asked.problems)


def test_prompt_of_another_modality_is_another_prompt(tmp_path: Path) -> None:
    make_prompt(slug="fox", text="Fox")
    folder = fill(tmp_path / "pictures", "One/fox.png", "sources/fox.png")
    run_import(folder)
    assert Prompt.objects.filter(category__modality="image-editing").exclude(slug="fox").count() == 1
    assert "Nothing new" in run_import(folder)[0]


def test_results_alone_are_matched_to_a_known_edit(tmp_path: Path) -> None:
    run_import(fill(tmp_path / "first", "One/fox.png", "sources/fox.png"))
    put(tmp_path / "second" / "Two" / "fox.png", picture(99))
    assert run_import(tmp_path / "second")[1] == ""
    assert Generation.objects.filter(prompt__slug="fox").count() == 2
    assert SourceImage.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("masks/fox.png", picture(255, size=(64, 64), mode="L"), "another size"),
        ("sources/fox.png", b"<html>", "web page"),
        ("sources/fox.png", make_png("x")[:-300], "rows came"),
    ],
)
def test_bad_source_or_mask_is_named_in_the_plan(tmp_path: Path, name: str, data: bytes, why: str) -> None:
    put(tmp_path / "One" / "fox.png")
    put(tmp_path / "sources" / "fox.png", picture(5))
    put(tmp_path / name, data)
    assert why in say(plan(tmp_path).problems)


def test_missing_source_of_a_manifest_is_named(edits: Path) -> None:
    (edits / "in" / "moon.png").unlink()
    found = plan(edits, manifest=read_manifest(edits.parent / "list.csv"))
    assert ("in/moon.png", True) in [(each.name, "not there" in each.why) for each in found.problems]


def test_source_that_changed_after_the_plan_stops_the_import(tmp_path: Path) -> None:
    found = plan(fill(tmp_path, "One/fox.png", "sources/fox.png"))
    put(tmp_path / "sources" / "fox.png", picture(200))
    with pytest.raises(Conflict, match="changed after it was checked"):
        import_planned(plan=found)
    assert (Prompt.objects.count(), Run.objects.count()) == (0, 0)


@pytest.mark.parametrize(("column", "value"), [("cost", "4 ct"), ("latency", "-1"), ("seed", "many")])
def test_claims_that_are_no_numbers_are_refused(tmp_path: Path, column: str, value: str) -> None:
    put(tmp_path / "list.csv", f"file,contender,prompt,{column}\n1.png,One,a fox,{value}\n".encode())
    with pytest.raises(BadTextFile, match="row 1"):
        read_manifest(tmp_path / "list.csv")


def test_every_format_that_is_taken_has_a_name_for_downloads() -> None:
    assert {"PNG", "JPEG", "MPO", "WEBP", "AVIF", "GIF", "TIFF", "BMP", "HEIF"} == set(TYPES)
