"""The curated categories and prompts: enough, all different, all possible to paint, and a sixth of them open."""

import re
import tomllib
from collections import Counter
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from arena.painters.edits.edit_scenes import parse_edit
from arena.painters.scenes import parse_scene

DATA = Path(__file__).parents[3] / "arena" / "catalog" / "data"
FILES = sorted((DATA / "prompts").glob("*.toml"))
TITLES = {
    "Fantasy Warrior", "Candid Street Photography", "Adorable Baby Animals in a Sunny Meadow", "Geometric Composition",
}  # fmt: skip
REQUIRED_CATEGORIES = {
    "photorealism", "people-portraits", "animals", "text-rendering", "composition-counting", "product-commercial",
    "illustration-anime", "fantasy-concept-art", "architecture-interiors", "food", "landscapes", "logos-icons",
}  # fmt: skip
NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()


def read(path: Path) -> list[dict[str, Any]]:
    prompts: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["prompt"]
    return prompts


def categories(*modalities: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((DATA / "categories.toml").read_text(encoding="utf-8"))["category"]
    return [row for row in rows if not modalities or row["modality"] in modalities]


@cache
def slugs(modality: str) -> set[str]:
    return {row["slug"] for row in categories(modality)}


@pytest.fixture(scope="module")
def prompts() -> list[dict[str, Any]]:
    return [prompt for path in FILES for prompt in read(path)]


def jaccard(one: frozenset[str], two: frozenset[str]) -> float:
    return len(one & two) / len(one | two)


def words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower()))


def trigrams(text: str) -> frozenset[str]:
    flat = " ".join(re.findall(r"\w+", text.lower()))
    return frozenset(flat[start : start + 3] for start in range(len(flat) - 2))


def test_category_has_its_own_place_criterion_and_modality() -> None:
    rows = categories()
    assert {row["slug"] for row in rows} > REQUIRED_CATEGORIES
    assert sorted(row["position"] for row in rows) == list(range(1, len(rows) + 1))
    assert len({row["slug"] for row in rows}) == len({row["criterion"] for row in rows}) == len(rows)
    for row in rows:
        assert not row["criterion"].lower().startswith("judge by")
        assert len(row["criterion"]) <= 300
    assert len(slugs("image-editing")) >= 6
    assert slugs("text-to-image") | slugs("image-editing") == {row["slug"] for row in rows}


def test_criterion_of_an_edit_names_what_changes_and_what_stays() -> None:
    for row in categories("image-editing"):
        changes, stays = row["criterion"].split(" – and ")
        assert changes.startswith(("is ", "are ", "has ")), row["slug"]
        assert re.search(r"as it was|as before|the same|untouched|still", stays), row["slug"]


def test_category_has_twelve_english_prompts_or_more_and_ten_edits(prompts: list[dict[str, Any]]) -> None:
    counts = Counter(prompt["category"] for prompt in prompts if prompt["language"] == "en")
    assert set(counts) == {row["slug"] for row in categories()}
    assert min(counts[slug] for slug in slugs("text-to-image")) >= 12
    assert min(counts[slug] for slug in slugs("image-editing")) >= 10


def test_language_has_twenty_prompts_or_more_over_most_categories(prompts: list[dict[str, Any]]) -> None:
    for language in ("de", "es", "ja", "ar"):
        spread = Counter(prompt["category"] for prompt in prompts if prompt["language"] == language)
        assert spread.total() >= 20
        assert set(spread) >= slugs("text-to-image")
        assert len(set(spread) & slugs("image-editing")) >= 3


def test_prompt_has_every_key_and_a_gloss_unless_english(prompts: list[dict[str, Any]]) -> None:
    edits = slugs("image-editing")
    for prompt in prompts:
        keys = {"slug", "title", "text", "language", "category", "axes", "state", "scene"}
        keys |= {"gloss"} if prompt["language"] != "en" else set()
        keys |= {"sources"} if prompt["category"] in edits else set()
        keys |= {"mask"} if prompt["category"] == "edit-masked" else set()
        assert set(prompt) == keys, prompt["slug"]
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", prompt["slug"])
        assert prompt["state"] in ("play", "open")


def test_prompt_slugs_and_titles_are_unique(prompts: list[dict[str, Any]]) -> None:
    assert len({prompt["slug"] for prompt in prompts}) == len({prompt["title"] for prompt in prompts}) == len(prompts)
    assert {prompt["title"] for prompt in prompts} >= TITLES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_prompt_file_is_free_and_about_a_sixth_of_it_open(path: Path) -> None:
    states = Counter(prompt["state"] for prompt in read(path))
    assert path.read_text(encoding="utf-8").startswith("# SPDX-License-Identifier: CC0-1.0\n")
    assert 1 / 8 <= states["open"] / states.total() <= 1 / 5


def test_scene_parses_and_letters_exactly_what_the_text_asks_for(prompts: list[dict[str, Any]]) -> None:
    for prompt in prompts:
        edit = parse_edit(prompt["scene"]) if prompt["category"] in slugs("image-editing") else None
        scene = edit.scene if edit else parse_scene(prompt["scene"])
        changed = (edit.change.lettering or "") if edit else ""
        assert (scene.lettering + changed).isascii()
        assert scene.lettering in prompt["text"], prompt["slug"]
        assert changed in prompt["text"], prompt["slug"]
        assert bool(scene.lettering) or prompt["category"] not in {"text-rendering", "edit-text"}
        assert bool(changed) == (prompt["category"] == "edit-text")


def test_edit_has_the_pictures_that_its_scene_shows(prompts: list[dict[str, Any]]) -> None:
    named = set()
    for prompt in prompts:
        if prompt["category"] in slugs("image-editing"):
            edit = parse_edit(prompt["scene"])
            files = [*prompt["sources"], *([prompt["mask"]] if "mask" in prompt else [])]
            named |= set(files)
            assert len(prompt["sources"]) == (2 if edit.second else 1), prompt["slug"]
            assert bool(edit.second) == (prompt["category"] == "edit-combine"), prompt["slug"]
            assert bool(edit.change.style) == (prompt["category"] == "edit-restyle"), prompt["slug"]
            assert bool(edit.change.setting) == (prompt["category"] == "edit-background"), prompt["slug"]
    shipped = list((DATA / "prompts" / "sources").iterdir())
    assert {f"sources/{file.name}" for file in shipped} == named
    assert sum(file.stat().st_size for file in shipped) < 2_500_000


def test_scene_of_counting_prompt_has_the_numbers_and_colours_of_its_text(prompts: list[dict[str, Any]]) -> None:
    for prompt in prompts:
        if prompt["category"] != "composition-counting" or prompt["language"] != "en":
            continue
        said = words(prompt["text"].replace("dozen", "twelve"))
        for thing in parse_scene(prompt["scene"]).objects:
            assert thing.colour == "natural" or thing.colour in said, prompt["slug"]
            assert thing.count == 1 or NUMBERS[thing.count - 1] in said, prompt["slug"]


@pytest.mark.parametrize("split", [words, trigrams])
def test_prompts_are_no_near_duplicates(prompts: list[dict[str, Any]], split: Any) -> None:
    for modality in ("text-to-image", "image-editing"):
        parts = {each["slug"]: split(each["text"]) for each in prompts if each["category"] in slugs(modality)}
        close = [(one, two) for one, two in combinations(parts, 2) if jaccard(parts[one], parts[two]) >= 0.5]
        assert close == []


def test_near_duplicate_check_sees_a_changed_word() -> None:
    text = "Exactly three red apples in a row, and beneath them exactly two yellow lemons."
    assert jaccard(trigrams(text), trigrams(text.replace("lemons", "pears"))) >= 0.5


def test_every_prompt_tests_one_to_four_known_axes() -> None:
    known = [row["slug"] for row in tomllib.loads((DATA / "axes.toml").read_text(encoding="utf-8"))["axis"]]
    tagged = {row["slug"]: row["axes"] for file in FILES for row in read(file)}
    wrong = [
        slug for slug, axes in tagged.items() if not 1 <= len(axes) <= 4 or len(set(axes) & set(known)) < len(axes)
    ]
    assert wrong == []
    assert set(known) == {axis for axes in tagged.values() for axis in axes}


def test_prompts_that_give_words_to_write_test_text_rendering() -> None:
    silent = [
        row["slug"]
        for file in FILES
        for row in read(file)
        if (
            "lettering" in row["scene"]
            and "lettering" not in row["scene"].get("change", {})
            and "edit" not in row["category"]
        )
        != ("text-rendering" in row["axes"] and "edit" not in row["category"])
    ]
    assert silent == []
