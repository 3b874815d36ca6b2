"""Any name makes a valid slug of its own, always the same; file names of generators are read as they are meant."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.generation.imports.reading.file_names import GRID, read_name
from arena.generation.imports.reading.naming import (
    contender_slug,
    fold_name,
    other_slug,
    prompt_slug,
    show_name,
    tidy_name,
)

NAMES = st.text(min_size=1, max_size=300).map(tidy_name).filter(bool)


@given(NAMES)
def test_any_name_makes_valid_slugs_that_stay(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9_][a-z0-9_-]{0,79}", contender_slug(name))
    assert re.fullmatch(r"[-\w]{1,120}", prompt_slug(name))
    # A slug that was made from a name is made from itself again, so a folder can be named after it.
    assert contender_slug(contender_slug(name)) == contender_slug(name)


@given(NAMES, NAMES)
def test_names_that_are_not_alike_have_slugs_of_their_own(first: str, second: str) -> None:
    if contender_slug(first) == contender_slug(second):
        assert (
            fold_name(first) == fold_name(second) or {first, second} & set("ßæœøłđðþıħ") or _is_spelled(first, second)
        )
        assert other_slug(first, "x", 80) != other_slug(second, "x", 80) or tidy_name(first) == tidy_name(second)


def _is_spelled(first: str, second: str) -> bool:
    return bool(set("ßæœøłđðþıħ") & set((first + second).casefold()))


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("flux 1.1", "flux-1-1"), ("flux-11", "flux-11"), ("SDXL", "sdxl"), ("  ..model.  ", "model"),
        ("Café Größe", "cafe-grosse"), ("black-forest-labs/FLUX.1-dev", "black-forest-labs-flux-1-dev"),
    ],
)  # fmt: skip
def test_slug_spells_what_ascii_can_spell(name: str, slug: str) -> None:
    assert contender_slug(name) == slug


@pytest.mark.parametrize("name", ["通义万相", "🐱", "c++", "a" * 200])
def test_what_a_slug_cannot_hold_is_told_apart_by_a_hash(name: str) -> None:
    assert re.fullmatch(r".*-[0-9a-f]{8}", contender_slug(name))
    assert contender_slug(name) != contender_slug(f"{name}🐶")


def test_names_alike_are_known_by_their_fold() -> None:
    assert fold_name("flux 1.1") == fold_name("flux-11")
    assert fold_name("cafe\u0301") == fold_name("CAFÉ")
    assert fold_name("🐱") != fold_name("🐶")
    assert fold_name("か") != fold_name("が")


def test_control_characters_are_spelled_out() -> None:
    assert show_name("a\x07\udcff") == "a\\x07\\udcff"


# The examples are those of real generators: words, number, the prompt's own number, order.
@pytest.mark.parametrize(
    ("stem", "read"),
    [
        ("red-cat", ("red-cat", None, None, None)),
        ("red-cat-00001", ("red-cat", 1, None, None)),
        ("red cat_2", ("red cat", 2, None, None)),
        ("red cat (1)", ("red cat", 1, None, None)),
        ("red cat - Copy (2)", ("red cat", 2, None, None)),
        ("00001-123456", ("", 1, None, 123456)),
        ("00001-123456-a red cat", ("a red cat", 1, None, 123456)),
        ("00001-2024-01-02-some_model", ("", 1, None, None)),
        ("ComfyUI_00001_", ("", 1, None, None)),
        ("ComfyUI_temp_abcde_00012_", ("", 12, None, None)),
        ("red cat_00003_", ("red cat", 3, None, None)),
        ("ComfyUI_00001_ (1)", ("", None, None, 1)),
        ("2024-01-02_12-34-56_1234", ("", None, None, 1234)),
        ("1234001-a red cat-model", ("a red cat-model", None, None, 1234001)),
        ("0f8fad5b-d9cb-469f-a165-70867728950e", ("", None, None, None)),
        ("name_e000010_00_20240101123456_42", ("", None, 0, 10)),
        ("name_000250_01_20240101123456", ("", None, 1, 250)),
        ("1718000000000__000000250_3", ("", None, 3, 250)),
        ("step_500_short_0_1024x1024", ("short", 0, None, 500)),
        ("2024-01-02_03-04-05-training-sample-500-2-100", ("", None, None, 500)),
        ("user_a_red_cat_--ar_21_--v_6_0f8fad5b-d9cb-469f-a165-70867728950e_2", ("a_red_cat", 2, None, None)),
        ("DALL·E 2024-01-09 08.12.02 - A mystical ...", ("A mystical", None, None, None)),
        ("ChatGPT Image Apr 1, 2025, 11_38_59 AM", ("", None, None, None)),
        ("Gemini_Generated_Image_abc123", ("", None, None, None)),
        ("image_007", ("", 7, None, None)),
        ("042", ("", 42, None, None)),
        ("red cat_seed42", ("red cat", None, None, 42)),
        ("noword-1", ("noword", 1, None, None)),
        ("🐱", ("🐱", None, None, None)),
    ],
)  # fmt: skip
def test_name_of_a_generator_is_read_as_it_is_meant(
    stem: str, read: tuple[str, int | None, int | None, int | None]
) -> None:
    parts = read_name(stem)
    assert (parts.words, parts.number, parts.prompt, parts.order) == read


@given(st.text(max_size=250))
def test_any_file_name_is_read(stem: str) -> None:
    parts = read_name(stem)
    assert parts.stem == stem
    assert parts.number is None or parts.number >= 0


def test_overviews_are_told_from_pictures() -> None:
    assert GRID.fullmatch("grid-0001")
    assert GRID.fullmatch("xyz_grid-0001-123")
    assert not GRID.fullmatch("grid of cats")
