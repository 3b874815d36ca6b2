"""The loader loads a catalogue completely or not at all; a second load changes nothing."""

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from arena.catalog.loading.load import Loaded, load_catalogue
from arena.catalog.loading.tables import BadCatalogue
from arena.catalog.models import Category, Contender, ImageModel, Offering, Organization, Price, Prompt, Provider
from arena.catalog.reasons import every_reason
from tests.arena.catalog.folders import MODEL, Edit, everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built_in")]


def test_load_twice_changes_nothing(folder: Path) -> None:
    first = load_catalogue()
    before = everything()
    assert first.changes > 10
    assert sum(map(len, before.values())) > 300
    assert load_catalogue() == Loaded(changes=0, frozen=())
    assert everything() == before


def test_load_of_operators_folder_stands_beside_the_built_in(folder: Path) -> None:
    load_catalogue()
    model = ImageModel.objects.get(slug="weaver")
    assert model.organization.slug == "atelier"
    assert list(model.facts.values_list("key", "value")) == [("licence", "Apache-2.0"), ("max_size", "2048x2048")]
    assert [price.amount for price in model.offerings.get().prices.all()] == [Decimal("0.011"), Decimal("0.052")]
    contender = model.contenders.get()
    assert (contender.settings, contender.offering) == ({"quality": "fine"}, model.offerings.get())
    states = dict(Prompt.objects.filter(category__slug="tapestries").values_list("slug", "state"))
    assert states == {"unicorn-in-wool": "play", "harvest-in-wool": "open"}
    assert Prompt.objects.get(slug="harvest-in-wool").opened_at is not None
    assert ImageModel.objects.filter(slug="gpt-image-1-mini").exists()


def test_load_of_built_in_slug_in_operators_folder_takes_its_place_for_good(folder: Path, edit: Edit) -> None:
    edit("providers.toml", 'slug = "atelier-api"', 'slug = "openai"')
    edit("models/weaver.toml", 'provider = "atelier-api"', 'provider = "openai"')
    edit("models/weaver.toml", 'offering = "atelier-api"', 'offering = "openai"')
    load_catalogue()
    assert Provider.objects.get(slug="openai").name == "Atelier's API"
    assert load_catalogue().changes == 0


@pytest.mark.usefixtures("folder")
def test_load_after_a_changed_file_touches_only_what_differs(edit: Edit) -> None:
    load_catalogue()
    before = everything()
    edit("models/weaver.toml", 'amount = "0.052"', 'amount = "0.060"')
    fact = MODEL[MODEL.index("[[fact]]") : MODEL.rindex("[[fact]]")]
    edit("models/weaver.toml", fact, "")
    assert load_catalogue().changes == 3
    after = everything()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"Fact", "Price"}
    assert [fact for fact in before["Fact"] if fact not in after["Fact"]] == [
        fact
        for fact in before["Fact"]
        if fact["value"] == "Apache-2.0" and fact["source"] == "https://example.org/weaver"
    ]
    assert [price["amount"] for price in after["Price"] if price not in before["Price"]] == [Decimal("0.060000")]


@pytest.mark.usefixtures("folder")
def test_load_without_the_offering_takes_it_away_unless_a_contender_uses_it(edit: Edit) -> None:
    load_catalogue()
    offering = MODEL[MODEL.index("[[offering]]") : MODEL.index("[[contender]]")]
    edit("models/weaver.toml", offering, "")
    edit("models/weaver.toml", 'offering = "atelier-api"\n', "")
    load_catalogue()
    assert not Offering.objects.filter(image_model__slug="weaver").exists()
    assert Contender.objects.get(slug="weaver-fine").offering is None


@pytest.mark.usefixtures("folder")
def test_load_keeps_what_the_operator_decided_about_states(edit: Edit) -> None:
    load_catalogue()
    Prompt.objects.filter(slug="unicorn-in-wool").update(state="open")
    Category.objects.filter(slug="tapestries").update(state="draft")
    edit("prompts/wool.toml", 'title = "Unicorn in Wool"', 'title = "A Unicorn in Wool"')
    load_catalogue()
    prompt = Prompt.objects.get(slug="unicorn-in-wool")
    assert (prompt.title, prompt.state, prompt.category.state) == ("A Unicorn in Wool", "open", "draft")


@pytest.mark.usefixtures("folder")
def test_load_of_reasons_takes_those_that_the_file_names(edit: Edit) -> None:
    load_catalogue()
    assert Category.objects.get(slug="tapestries").reasons == every_reason()
    edit("categories.toml", 'name = "Tapestries"', 'name = "Tapestries"\nreasons = ["text", "looks"]')
    load_catalogue()
    assert Category.objects.get(slug="tapestries").reasons == ["text", "looks"]
    for wrong, why in (('["speed"]', "'speed' is not a valid choice"), ('["text", "text"]', "“text” is named twice")):
        edit("categories.toml", '["text", "looks"]' if wrong == '["speed"]' else '["speed"]', wrong)
        with pytest.raises(BadCatalogue, match=f"reasons: .*{why}"):
            load_catalogue()


@pytest.mark.usefixtures("folder")
def test_load_of_changed_text_keeps_the_frozen_prompt_and_reports_it(edit: Edit, capsys: Any) -> None:
    load_catalogue()
    Prompt.objects.filter(slug="unicorn-in-wool").update(frozen_at=timezone.now())
    edit("prompts/wool.toml", "a thousand flowers", "ten thousand flowers")
    edit("prompts/wool.toml", 'title = "Unicorn in Wool"', 'title = "A Unicorn in Wool"')
    assert load_catalogue() == Loaded(changes=0, frozen=("unicorn-in-wool",))
    prompt = Prompt.objects.get(slug="unicorn-in-wool")
    assert (prompt.title, prompt.text) == ("Unicorn in Wool", "A tapestry of a unicorn among a thousand flowers.")
    call_command("load_catalogue")
    assert "Prompt unicorn-in-wool has generations and stays as it is" in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_load_of_changed_title_reaches_a_frozen_prompt(edit: Edit) -> None:
    load_catalogue()
    Prompt.objects.filter(slug="unicorn-in-wool").update(frozen_at=timezone.now())
    edit("prompts/wool.toml", 'title = "Unicorn in Wool"', 'title = "A Unicorn in Wool"')
    assert load_catalogue() == Loaded(changes=1, frozen=())
    assert Prompt.objects.get(slug="unicorn-in-wool").title == "A Unicorn in Wool"


@pytest.mark.usefixtures("folder")
def test_load_of_changed_settings_of_a_frozen_contender_is_refused(edit: Edit) -> None:
    load_catalogue()
    Contender.objects.filter(slug="weaver-fine").update(frozen_at=timezone.now())
    before = everything()
    edit("models/weaver.toml", 'quality = "fine"', 'quality = "coarse"')
    edit("models/weaver.toml", "Threads stay apart.", "Threads stay well apart.")
    with pytest.raises(BadCatalogue, match=r"weaver.toml: contender weaver-fine: settings: are frozen"):
        load_catalogue()
    assert everything() == before


@pytest.mark.usefixtures("folder")
def test_load_of_changed_modality_of_a_frozen_category_is_refused(edit: Edit) -> None:
    load_catalogue()
    edit("categories.toml", 'name = "Tapestries"', 'name = "Tapestries"\nmodality = "image-editing"')
    Prompt.objects.filter(slug="unicorn-in-wool").update(frozen_at=timezone.now())
    with pytest.raises(BadCatalogue, match=r"categories.toml: tapestries: modality: is frozen"):
        load_catalogue()


def test_load_command_with_missing_folder_says_so_in_one_line(settings: Settings, tmp_path: Path) -> None:
    settings.CATALOG_DIR = str(tmp_path / "nowhere")
    # A load would put it right again.
    Organization.objects.filter(slug="openai").update(name="Another")
    with pytest.raises(CommandError, match=r"^CATALOG_DIR: .*nowhere is not a folder$"):
        call_command("load_catalogue")
    assert Organization.objects.get(slug="openai").name == "Another"


def test_mini_is_complete_in_the_database() -> None:
    load_catalogue()
    mini = ImageModel.objects.get(slug="gpt-image-1-mini")
    assert set(mini.offerings.values_list("provider__slug", flat=True)) == {
        "openai", "fal", "lumenfall", "cometapi", "fairstack", "llm-stats",
    }  # fmt: skip
    listed = Price.objects.filter(offering__image_model=mini, offering__provider__slug="openai", item="image")
    sizes = ("1024x1024", "1536x1024", "1024x1536")
    expected = {"low": (5, 6, 6), "medium": (11, 15, 15), "high": (36, 52, 52)}
    assert {(price.quality, price.size): price.amount * 1000 for price in listed} == {
        (quality, size): amount for quality, row in expected.items() for size, amount in zip(sizes, row, strict=True)
    }
    tokens = Price.objects.filter(offering__image_model=mini, unit="million_tokens")
    assert tokens.filter(offering__provider__slug="openai").count() == 5
    assert mini.modalities == ["text-to-image", "image-editing"]
    assert mini.shutdown_on == datetime.date(2026, 12, 1)
    assert {model.slug for model in mini.replaced_by.all()} == {"gpt-image-2-5-sunburst", "gpt-image-2-5-flare"}
    assert {contender.settings["quality"] for contender in mini.contenders.all()} == {"low", "medium", "high"}
    assert mini.parameters.count() >= 5
    assert set(mini.claims.values_list("kind", flat=True)) >= {
        "overview", "strength", "limitation", "technical_background", "best_for",
    }  # fmt: skip
    assert mini.facts.filter(key="max_size").count() == 2
