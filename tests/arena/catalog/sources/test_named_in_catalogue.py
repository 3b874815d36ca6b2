"""Catalogue files name source pictures by path, beside them; a second load changes nothing."""

import io
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image

from arena.catalog.loading.load import load_catalogue
from arena.catalog.loading.tables import BadCatalogue
from arena.catalog.models import Prompt, SourceImage
from arena.catalog.sources.source_rows import read_source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built_in")]
EDITS = """
[pictures]
origin = "Painted by hand"

[[prompt]]
slug = "wool-into-silk"
title = "Wool into Silk"
text = "Weave the same unicorn in silk."
category = "mending"
state = "play"
sources = ["wool/unicorn.png", { file = "silk.webp", licence = "CC-BY-4.0", origin = "A friend" }]
mask = "wool/mask.png"
"""
CATEGORY = """
[[category]]
slug = "mending"
name = "Mending"
criterion = "is the hole gone, and is the rest as it was?"
modality = "image-editing"
"""


def save(file: Path, colour: str, *, size: tuple[int, int] = (80, 64)) -> None:
    file.parent.mkdir(exist_ok=True)
    Image.new("RGB", size, colour).save(file)


@pytest.fixture
def edits(folder: Path) -> Path:
    """The file of an editing prompt, in an operator's catalogue, with its pictures."""
    with (folder / "categories.toml").open("a", encoding="utf-8") as categories:
        categories.write(CATEGORY)
    save(folder / "prompts" / "wool" / "unicorn.png", "red")
    save(folder / "prompts" / "silk.webp", "blue")
    save(folder / "prompts" / "wool" / "mask.png", "white")
    file = folder / "prompts" / "edits.toml"
    file.write_text(EDITS, encoding="utf-8")
    return file


def pictures() -> list[tuple[object, ...]]:
    rows = SourceImage.objects.filter(prompt__slug="wool-into-silk").order_by("-role", "position")
    return list(rows.values_list("role", "position", "licence", "origin", "media_type", "sha256"))


@pytest.mark.usefixtures("edits")
def test_load_stores_the_named_pictures_once() -> None:
    load_catalogue()
    stored = pictures()
    assert [row[:5] for row in stored] == [
        ("source", 0, "CC0-1.0", "Painted by hand", "image/png"),
        ("source", 1, "CC-BY-4.0", "A friend", "image/png"),
        ("mask", 0, "CC0-1.0", "Painted by hand", "image/png"),
    ]
    assert load_catalogue().changes == 0
    assert pictures() == stored


def test_load_of_a_changed_picture_or_licence_replaces_it(edits: Path) -> None:
    load_catalogue()
    save(edits.parent / "silk.webp", "green")
    edits.write_text(EDITS.replace("CC-BY-4.0", "CC0-1.0"), encoding="utf-8")
    assert load_catalogue().changes == 1
    row = SourceImage.objects.get(prompt__slug="wool-into-silk", role="source", position=1)
    with Image.open(io.BytesIO(read_source(row))) as shown:
        assert shown.getpixel((0, 0)) == pytest.approx((0, 128, 0), abs=2)
    assert row.licence == "CC0-1.0"


def test_load_of_a_changed_picture_leaves_a_frozen_prompt_and_says_so(edits: Path) -> None:
    load_catalogue()
    Prompt.objects.filter(slug="wool-into-silk").update(frozen_at=timezone.now())
    stored = pictures()
    assert load_catalogue().frozen == ()
    save(edits.parent / "silk.webp", "green")
    assert load_catalogue().frozen == ("wool-into-silk",)
    assert pictures() == stored


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"wool/unicorn.png"', '"wool/horse.png"', r"sources: there is no file 'wool/horse.png' in prompts/"),
        ('"wool/unicorn.png"', '"../categories.toml"', r"sources: '../categories.toml' leads out of the folder"),
        ('"wool/unicorn.png"', '"/etc/passwd"', r"sources: '/etc/passwd' is no relative path"),
        ('"wool/unicorn.png"', '"C:/cat.png"', r"sources: 'C:/cat.png' is no relative path"),
        ('"wool/unicorn.png"', r'"wool\\unicorn.png"', r"is no relative path"),
        ('"wool/unicorn.png"', '"wool"', r"sources: 'wool' is no file"),
        ('"wool/unicorn.png"', '"link.png"', r"sources: 'link.png' is a link that leads out"),
        ('"wool/unicorn.png"', '"edits.toml"', r"sources: edits.toml: The file .*"),
        ('"wool/unicorn.png"', '{ file = "silk.webp", size = 3 }', r"sources: size: unknown key"),
        ('"wool/mask.png"', '"silk.webp"', r"sources: silk.webp: The mask marks nothing"),
        ('"wool/mask.png"', '"small.png"', r"sources: small.png: The mask is 64 × 64, and the first source 80 × 64"),
        (', { file = "silk.webp"', ', "silk.webp", "silk.webp", "silk.webp", { file = "silk.webp"', r"at most 4"),
        ('sources = ["wool/unicorn.png", {', "mask_too = [{", r"sources: expected a list of paths"),
        ("sources =", "# sources =", r"sources: expected a list of paths"),
        ('category = "mending"', 'category = "tapestries"', r"text-to-image category"),
    ],
    ids=range(15),
)
def test_load_of_a_bad_picture_is_refused_and_writes_nothing(edits: Path, old: str, new: str, reason: str) -> None:
    save(edits.parent / "small.png", "white", size=(64, 64))
    outside = edits.parent.parent / "outside.png"
    save(outside, "red")
    (edits.parent / "link.png").symlink_to(outside)
    assert EDITS.count(old) == 1
    edits.write_text(EDITS.replace(old, new), encoding="utf-8")
    with pytest.raises(BadCatalogue, match=reason):
        load_catalogue()
    assert not Prompt.objects.filter(category__slug__in=("tapestries", "mending")).exists()


def test_load_of_an_edit_in_play_without_picture_is_refused(edits: Path) -> None:
    text = "\n".join(line for line in EDITS.splitlines() if not line.startswith(("sources", "mask")))
    edits.write_text(text, encoding="utf-8")
    with pytest.raises(BadCatalogue, match=r"prompt wool-into-silk: sources: is missing; its category asks for edits"):
        load_catalogue()
    edits.write_text(text.replace('"play"', '"draft"'), encoding="utf-8")
    load_catalogue()
