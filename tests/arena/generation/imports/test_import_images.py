"""Picture folders become an arena: all files are checked first, then all imported, and a second run adds nothing."""

import contextlib
import io
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from arena.catalog.models import Category, Contender, Prompt
from arena.errors import Conflict
from arena.fake_provider.server import make_png
from arena.generation.imports.import_plan import Choices, Plan
from arena.generation.imports.planning import plan_import
from arena.generation.imports.reading.folder_files import read_folder
from arena.generation.imports.writing.importing import import_planned
from arena.generation.ingest.renditions import WIDTHS
from arena.generation.models import Generation, Image, Rendition, Run
from arena.pictures.decoding import MAX_BYTES
from tests.factories import make_category, make_contender, make_generation, make_prompt

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two contenders and two prompts; one prompt has a second sample."""
    for name in ("Model A/red-fox.png", "Model A/red-fox-1.png", "Model A/tea.png", "model-b/red-fox.png"):
        put(tmp_path / "pictures" / name)
    return tmp_path / "pictures"


def put(path: Path, data: bytes | None = None) -> None:
    """Write a picture that depends on its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(make_png(str(path)) if data is None else data)


def run_import(folder: Path, **options: Any) -> tuple[str, str]:
    """Run the command without a question; return what it printed and what it refused."""
    out = io.StringIO()
    try:
        call_command("import_images", folder, stdout=out, **{"yes": True, **options})
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def make_plan(folder: Path) -> Plan:
    """Plan with no choices made."""
    return plan_import(folder=read_folder(folder), choices=Choices())


def test_folder_becomes_contenders_prompts_and_images(folder: Path) -> None:
    said, complaint = run_import(folder)
    assert "4 images imported as run" in said
    assert complaint == ""
    contender = Contender.objects.get(slug="model-a")
    assert (contender.name, contender.image_model.organization.name) == ("Model A", "Imported")
    prompt = Prompt.objects.get(slug="red-fox")
    assert (prompt.title, prompt.text, prompt.state, prompt.category.slug) == ("Red fox", "Red fox", "play", "imported")
    assert Category.objects.get(slug="imported").state == "active"
    assert prompt.frozen_at is None
    assert contender.frozen_at is not None
    rows = Generation.objects.values_list("contender__slug", "prompt__slug", "sample", "state")
    assert set(rows) == {
        ("model-a", "red-fox", 0, "done"), ("model-a", "red-fox", 1, "done"),
        ("model-a", "tea", 0, "done"), ("model-b", "red-fox", 0, "done"),
    }  # fmt: skip
    assert Rendition.objects.count() == 4 * len(WIDTHS)


def test_second_import_adds_nothing(folder: Path) -> None:
    run_import(folder)
    assert run_import(folder)[0].endswith("Nothing new: every image is imported.\n")
    assert (Image.objects.count(), Run.objects.count()) == (4, 1)


def test_interrupted_import_goes_on_where_it_stopped(folder: Path) -> None:
    plan = make_plan(folder)
    import_planned(plan=replace(plan, pictures=plan.pictures[:2]))
    assert "2 images imported" in run_import(folder)[0]
    assert Image.objects.count() == 4


def test_new_base_of_a_numbered_name_does_not_import_it_again(folder: Path) -> None:
    put(folder / "model-b" / "top-10.png")
    run_import(folder)
    put(folder / "model-b" / "top-10-1.png")
    assert "1 image imported" in run_import(folder)[0]


def test_known_contender_and_prompt_are_matched(folder: Path) -> None:
    contender, prompt = make_contender(name="Model A"), make_prompt(slug="red-fox-1")
    run_import(folder)
    assert Generation.objects.filter(contender=contender).count() == 3
    assert Generation.objects.get(prompt=prompt).sample == 0


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("model-a/x.png", b"<html>", "is a web page"),
        ("model-a/x.webp", make_png("x")[:-300], "rows came"),
        ("lonely.png", None, "not in a contender's folder"),
        ("model-a/deep/x.png", None, "not in a contender's folder"),
        ("model-a/Red Fox.png", None, "same image as"),
    ],
)
def test_one_bad_file_stops_everything_and_is_named(folder: Path, name: str, data: bytes | None, reason: str) -> None:
    put(folder / "Model A" / "red-fox.png")
    name = name.replace("model-a", "Model A")
    put(folder / name, data)
    out, err = run_import(folder)
    assert reason in out
    assert err == "1 file cannot be imported; nothing was imported. Mend what is listed above, or add --skip-bad."
    assert (Image.objects.count(), Prompt.objects.count(), Run.objects.count()) == (0, 0, 0)


def test_image_in_the_place_of_another_is_refused(folder: Path) -> None:
    run_import(folder)
    put(folder / "model-b" / "red-fox.png", make_png("another"))
    assert "never replaced" in run_import(folder)[0]


def test_image_of_a_planned_generation_is_refused(folder: Path) -> None:
    make_generation(
        contender=make_contender(slug="model-b"), prompt=make_prompt(slug="red-fox"), state="queued", pixels=False
    )
    assert "planned to be generated" in run_import(folder)[0]


def test_hidden_files_are_passed_over(folder: Path) -> None:
    put(folder / ".DS_Store", b"x")
    put(folder / "Model A" / "._tea.png", b"x")
    assert run_import(folder)[1] == ""


def test_missing_folder_is_one_line(tmp_path: Path) -> None:
    assert "is not a folder" in run_import(tmp_path / "nowhere")[1]


@pytest.mark.parametrize(
    ("name", "shown"),
    [(b"model-b/fox\xff.png", "model-b/fox\\udcff.png"), (b"model-b/fo\x07x.png", "model-b/fo\\x07x.png")],
)
def test_name_that_is_no_text_is_spelled_out(folder: Path, name: bytes, shown: str) -> None:
    put(Path(os.fsdecode(bytes(folder) + b"/" + name)), make_png("fox"))
    assert f"{shown}: Its name must be UTF-8 text" in run_import(folder)[0]
    assert Image.objects.count() == 0


def test_name_with_unusual_spaces_is_taken(folder: Path) -> None:
    put(folder / "model-b" / "tea at\u202fnoon\u00a0.png")
    assert "5 images imported" in run_import(folder)[0]


def test_huge_file_is_refused_unread(folder: Path) -> None:
    with (folder / "model-b" / "huge.png").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert "model-b/huge.png: The file has 41,943,041 bytes" in run_import(folder)[0]


def test_folder_without_images_is_told_apart_from_one_that_is_in(tmp_path: Path) -> None:
    (tmp_path / "Model A").mkdir()
    assert "holds no images" in run_import(tmp_path)[1]


@pytest.mark.parametrize(("name", "leads_to"), [("model-b/tea.png", "tea.png"), ("model-c", "model-b"), ("up", "..")])
def test_link_to_a_folder_or_to_nothing_is_named(folder: Path, name: str, leads_to: str) -> None:
    (folder / name).symlink_to(leads_to)
    assert f"{name}: It is not a file, or is a link to a folder or to nothing." in run_import(folder)[0]
    assert Image.objects.count() == 0


def test_folder_that_cannot_be_read_is_named() -> None:
    # Not below pytest's folder, which only its owner may enter.
    with tempfile.TemporaryDirectory() as place, contextlib.ExitStack() as again:
        folder = Path(place) / "pictures"
        put(folder / "model-b/red-fox.png")
        (folder / "model-b").chmod(0)
        again.callback((folder / "model-b").chmod, 0o700)
        Path(place).chmod(0o755)
        if os.geteuid() == 0:
            # Permissions do not restrict root.
            os.seteuid(65534)
            again.callback(os.seteuid, 0)
        problems = read_folder(folder).problems
    assert [(problem.name, problem.why) for problem in problems] == [
        ("model-b", "It cannot be read (Permission denied).")
    ]


def test_run_is_not_left_empty_when_its_first_picture_fails(folder: Path) -> None:
    plan = make_plan(folder)
    plan.pictures[0].path.unlink()
    with pytest.raises(Conflict, match="cannot be read"):
        import_planned(plan=plan)
    assert not Run.objects.exists()


def test_two_imports_at_once_keep_each_picture_once(folder: Path, storage: Path) -> None:
    first, second = make_plan(folder), make_plan(folder)
    import_planned(plan=first)
    files = {path for path in storage.rglob("*") if path.is_file()}
    with pytest.raises(Conflict, match="meanwhile"):
        import_planned(plan=second)
    assert Image.objects.count() == 4
    assert {path for path in storage.rglob("*") if path.is_file()} == files


def test_file_that_changes_after_the_check_is_one_line(folder: Path) -> None:
    plan = make_plan(folder)
    put(plan.pictures[1].path, make_png("another"))
    with pytest.raises(Conflict, match=r"red-fox.png changed after it was checked. Its bytes are others now."):
        import_planned(plan=plan)
    assert Image.objects.count() == 1


def test_import_activates_the_category_it_puts_prompts_into_play_in(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "prompts.tsv").write_text("Prompt\na lighthouse\n")
    call_command("import_prompts", str(tmp_path / "prompts.tsv"), yes=True)
    assert Category.objects.get(slug="imported").state == "draft"
    run_import(folder)
    assert Category.objects.get(slug="imported").state == "active"


def test_import_names_the_prompts_that_are_drafts_still(folder: Path) -> None:
    make_prompt(slug="red-fox", state="draft")
    make_prompt(slug="tea", category=make_category(state="draft"))
    said, complaint = run_import(folder)
    assert "Nobody votes on 2 prompts yet" in said
    assert "is a draft: red-fox, tea. Put drafts into play in the admin." in said
    assert complaint == ""


def test_prompt_of_another_script_is_matched_however_its_name_is_composed(folder: Path) -> None:
    prompt = make_prompt(slug="\u732b\u3068caf\u00e9", state="play")
    put(folder / "model-b" / "\u732b\u3068cafe\u0301.png")
    run_import(folder)
    assert prompt.generations.count() == 1


def test_pictures_are_converted_in_other_processes(
    folder: Path, storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = make_plan(folder)
    monkeypatch.setattr("arena.generation.imports.cores.WORTH", 0)
    put(plan.pictures[-1].path, make_png("another"))
    with pytest.raises(Conflict, match="Its bytes are others now"):
        import_planned(plan=plan)
    assert Generation.objects.filter(image__renditions__width=512).count() == 3
    assert len([path for path in (storage / "originals").rglob("*") if path.is_file()]) == 3
