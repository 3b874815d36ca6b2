"""The reviewed model files: every statement has a source page and a date, and GPT Image 1 Mini is complete."""

import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[3] / "arena" / "catalog" / "data"
ALL = sorted((DATA / "models").glob("*.toml"))
# The built-in painters are our own programs: no source page describes them.
FILES = [path for path in ALL if 'organization = "built-in"' not in path.read_text(encoding="utf-8")]
REVIEWED_ON = date(2026, 11, 30)
UNITS = {
    "image": {"image", "megapixel"}, "edit": {"image", "megapixel"}, "further_megapixel": {"megapixel"},
    "image_input": {"image", "megapixel", "million_tokens"},
}  # fmt: skip
LIST_PRICES = (("low", "0.005", "0.006"), ("medium", "0.011", "0.015"), ("high", "0.036", "0.052"))


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def mini() -> dict[str, Any]:
    return read(DATA / "models" / "gpt-image-1-mini.toml")


def statements(model: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for kind in ("fact", "parameter", "claim"):
        yield from model.get(kind, [])
    for offering in model["offering"]:
        yield from offering["price"]


def values(model: dict[str, Any], key: str) -> list[str]:
    return [fact["value"] for fact in model.get("fact", []) if fact["key"] == key]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_statement_always_names_its_page_and_day(path: Path) -> None:
    for statement in statements(read(path)):
        assert statement["source"].startswith(("http://", "https://")), statement
        assert date(2025, 1, 1) <= statement["seen_on"] <= REVIEWED_ON, statement


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_model_names_only_what_exists(path: Path) -> None:
    model = read(path)
    providers = {provider["slug"] for provider in read(DATA / "providers.toml")["provider"]}
    sold_by = {offering["provider"] for offering in model["offering"]}
    assert model["slug"] == path.stem
    assert model["organization"] in {row["slug"] for row in read(DATA / "organizations.toml")["organization"]}
    assert sold_by <= providers
    assert {contender["offering"] for contender in model.get("contender", [])} <= sold_by
    assert set(model["replaced_by"]) <= {file.stem for file in FILES} - {path.stem}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_model_retires_on_the_day_its_first_source_names(path: Path) -> None:
    model = read(path)
    named = values(model, "shutdown_on")
    assert model.get("shutdown_on") == (date.fromisoformat(named[0]) if named else None)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_price_is_an_exact_decimal_in_a_known_unit(path: Path) -> None:
    for price in (price for offering in read(path)["offering"] for price in offering["price"]):
        assert Decimal(price["amount"]) > 0
        assert price["currency"] == "USD"
        assert price["unit"] in UNITS.get(price["item"], {"million_tokens"})


def test_catalogue_has_many_contenders_that_can_be_called_on_its_last_review() -> None:
    callable_ = [
        (contender["offering"], model["organization"])
        for model in map(read, FILES)
        if model.get("shutdown_on", date.max) > date(2026, 12, 1)
        for contender in model.get("contender", [])
    ]
    assert len(callable_) >= 30
    assert len({provider for provider, _ in callable_}) >= 12
    assert len({organization for _, organization in callable_}) >= 10


def test_providers_that_contenders_are_generated_with_have_a_wire_family() -> None:
    families = {provider["slug"]: provider["family"] for provider in read(DATA / "providers.toml")["provider"]}
    used = {contender["offering"] for path in ALL for contender in read(path).get("contender", [])}
    assert [slug for slug in used if not families[slug]] == []


def test_contender_slugs_are_unique() -> None:
    slugs = [contender["slug"] for path in ALL for contender in read(path).get("contender", [])]
    assert len(slugs) == len(set(slugs))


def test_mini_has_six_providers_both_modalities_and_three_contenders() -> None:
    model = mini()
    assert {offering["provider"] for offering in model["offering"]} == {
        "openai", "fal", "lumenfall", "cometapi", "fairstack", "llm-stats",
    }  # fmt: skip
    assert model["modalities"] == ["text-to-image", "image-editing"]
    assert [contender["settings"] for contender in model["contender"]] == [
        {"quality": quality, "size": "1024x1024"} for quality in ("low", "medium", "high")
    ]


def test_mini_has_the_nine_list_prices_and_the_token_prices() -> None:
    openai = next(offering for offering in mini()["offering"] if offering["provider"] == "openai")
    images = {(p["quality"], p["size"]): p["amount"] for p in openai["price"] if p["item"] == "image"}
    tokens = {p["item"]: Decimal(p["amount"]) for p in openai["price"] if p["item"] != "image"}
    assert images == {
        (quality, size): square if size == "1024x1024" else oblong
        for quality, square, oblong in LIST_PRICES
        for size in ("1024x1024", "1536x1024", "1024x1536")
    }  # fmt: skip
    assert tokens == {
        "text_input": Decimal(2), "cached_text_input": Decimal("0.20"), "image_input": Decimal("2.50"),
        "cached_image_input": Decimal("0.25"), "image_output": Decimal(8),
    }  # fmt: skip


def test_mini_keeps_contradicting_sources_side_by_side() -> None:
    model = mini()
    assert set(values(model, "max_size")) == {"1536x1536", "1536x1024"}
    assert {"yes", "no"} <= set(values(model, "commercial_use"))
    amounts = {
        offering["provider"]: {(p["item"], p["amount"]) for p in offering["price"]} for offering in model["offering"]
    }
    assert ("image", "0.0060") in amounts["fairstack"]
    assert ("image", "0.0100") in amounts["llm-stats"]
    assert amounts["cometapi"] == {("text_input", "6.40"), ("image_output", "25.60")}


def test_mini_ends_on_the_first_of_december_with_two_replacements() -> None:
    model = mini()
    assert values(model, "shutdown_on") == ["2026-12-01"]
    assert model["replaced_by"] == ["gpt-image-2-5-sunburst", "gpt-image-2-5-flare"]


def test_mini_has_claims_of_every_kind() -> None:
    kinds = [claim["kind"] for claim in mini()["claim"]]
    assert kinds.count("overview") >= 1
    assert kinds.count("strength") >= 3
    assert kinds.count("limitation") >= 3
    assert kinds.count("technical_background") >= 1
    assert kinds.count("best_for") >= 2
