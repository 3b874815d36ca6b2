"""Prompt sets whose rows name source pictures and masks."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from arena.catalog.models import Prompt, SourceImage
from tests.factories import make_category

pytestmark = pytest.mark.django_db
ROWS = "prompt,source,mask\nMake the car red.,cars/a.png,cars/m.png\nPut the hat on the dog.,cars/a.png; b.png,\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "set" / "cars").mkdir(parents=True)
    for name, colour in (("cars/a.png", "red"), ("b.png", "blue"), ("cars/m.png", "white"), ("../out.png", "red")):
        Image.new("RGB", (80, 64), colour).save(tmp_path / "set" / name)
    (tmp_path / "set" / "link.png").symlink_to(tmp_path / "out.png")
    return tmp_path / "set"


def run(folder: Path, text: str = ROWS, *, name: str = "edits.csv", **options: object) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    said = io.StringIO()
    call_command("import_prompts", folder / name, yes=True, stdout=said, **options)
    return said.getvalue()


def pictures(text: str) -> list[tuple[str, int, str]]:
    rows = SourceImage.objects.filter(prompt__text=text).order_by("-role", "position")
    return list(rows.values_list("role", "position", "origin"))


def test_rows_with_pictures_become_drafts_of_an_editing_category(folder: Path) -> None:
    said = run(folder, source="A friend", licence="CC-BY-4.0")
    assert "2 drafts with source pictures, 1 of them with a mask." in said
    assert pictures("Make the car red.") == [("source", 0, "A friend"), ("mask", 0, "A friend")]
    assert [row[:2] for row in pictures("Put the hat on the dog.")] == [("source", 0), ("source", 1)]
    assert set(SourceImage.objects.values_list("licence", flat=True)) == {"CC-BY-4.0"}
    assert set(Prompt.objects.values_list("category__modality", "category__name", "state")) == {
        ("image-editing", "Imported edits", "draft")
    }
    assert "Nothing to import." in run(folder)


def test_same_words_with_another_picture_are_another_prompt(folder: Path) -> None:
    run(folder)
    said = run(folder, "prompt,source\nMake the car red.,b.png\n")
    assert "1 new draft" in said
    assert Prompt.objects.filter(text="Make the car red.").count() == 2


def test_list_of_paths_in_json_and_the_category_by_name(folder: Path) -> None:
    make_category(slug="retouch", modality="image-editing")
    run(folder, json.dumps([{"prompt": "Join them.", "sources": ["cars/a.png", "b.png"]}]), name="edits.json",
        category="retouch")  # fmt: skip
    prompt = Prompt.objects.get()
    assert (prompt.category.slug, prompt.source_images.count()) == ("retouch", 2)


def test_source_that_names_no_picture_is_where_a_prompt_comes_from(folder: Path) -> None:
    run(folder, "prompt,source\nA red fox.,PartiPrompts\n")
    assert Prompt.objects.get().source == "PartiPrompts"
    assert not SourceImage.objects.exists()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Edit it.,../out.png,", r"edits.csv: line 2: '../out.png' leads out of the folder"),
        ("Edit it.,/etc/hosts.png,", r"line 2: '/etc/hosts.png' is no relative path"),
        ("Edit it.,link.png,", r"line 2: 'link.png' is a link that leads out"),
        ("Edit it.,gone.png,", r"line 2: there is no file 'gone.png'"),
        ("Edit it.,b.png,gone.png", r"line 2: there is no file 'gone.png'"),
        ("Edit it.,b.png;b.png;b.png;b.png;b.png,", r"line 2: .* at most 4"),
        ("Edit it.,b.png,b.png", r"line 2: The mask marks nothing"),
        ("Edit it.,bad.png,", r"line 2: The file "),
    ],
)
def test_bad_picture_is_refused_with_its_line_and_nothing_is_written(folder: Path, row: str, reason: str) -> None:
    (folder / "bad.png").write_bytes(b"not a picture")
    with pytest.raises(CommandError, match=reason):
        run(folder, f"prompt,source,mask\n{row}\n")
    assert not Prompt.objects.exists()


def test_pictures_in_a_category_of_images_from_text_are_refused(folder: Path) -> None:
    make_category(slug="food", name="Food")
    with pytest.raises(CommandError, match="the category 'Food' is for images from text"):
        run(folder, category="food")
