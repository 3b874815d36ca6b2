"""The database itself refuses what must never happen, whichever code asks."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError
from django.utils import timezone

from arena.catalog.models import Category, Contender, Fact, Offering, Price, Prompt, Provider, hash_settings
from tests.factories import make_category, make_contender, make_generation, make_image_model, make_prompt

pytestmark = pytest.mark.django_db
SOURCED = {"source": "https://example.org", "seen_on": datetime.date(2026, 11, 1)}


def update_directly(row: Prompt | Contender | Category, **values: Any) -> None:
    """Change one row without any check in Python."""
    with transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(**values)


@pytest.fixture
def frozen_prompt() -> Prompt:
    return make_prompt(frozen_at=timezone.now(), scene={"objects": [{"kind": "fox"}]})


@pytest.fixture
def frozen_contender() -> Contender:
    return make_contender(frozen_at=timezone.now())


@pytest.mark.parametrize(
    "values", [{"text": "other"}, {"language": "de"}, {"slug": "other"}, {"scene": None}, {"frozen_at": None}], ids=str
)
def test_frozen_prompt_keeps_what_was_generated(frozen_prompt: Prompt, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="is frozen: it has generations or votes; supersede it instead"):
        update_directly(frozen_prompt, **values)


def test_frozen_prompt_stays_in_its_category(frozen_prompt: Prompt) -> None:
    with pytest.raises(IntegrityError, match="is frozen"):
        update_directly(frozen_prompt, category=make_category())


def test_frozen_prompt_may_get_a_better_title_and_a_later_state(frozen_prompt: Prompt) -> None:
    update_directly(frozen_prompt, title="better", gloss="meaning", state="open", opened_at=timezone.now())
    frozen_prompt.refresh_from_db()
    assert (frozen_prompt.title, frozen_prompt.state) == ("better", "open")


@pytest.mark.parametrize("values", [{"settings": {"quality": "low"}}, {"slug": "other"}, {"frozen_at": None}], ids=str)
def test_frozen_contender_keeps_its_settings(frozen_contender: Contender, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="is frozen: it has generations; make a new contender instead"):
        update_directly(frozen_contender, **values)


def test_frozen_contender_keeps_its_model_and_hash(frozen_contender: Contender) -> None:
    for values in ({"image_model": make_image_model()}, {"settings_hash": hash_settings({})}):
        with pytest.raises(IntegrityError, match="is frozen"):
            update_directly(frozen_contender, **values)


def test_frozen_contender_may_be_renamed_and_retired(frozen_contender: Contender) -> None:
    update_directly(frozen_contender, name="better", retired_on=datetime.date(2026, 12, 1))
    frozen_contender.refresh_from_db()
    assert frozen_contender.name == "better"


def test_unfrozen_rows_may_change() -> None:
    prompt, contender = make_prompt(), make_contender()
    update_directly(prompt, text="other", language="de", category=make_category())
    update_directly(contender, settings={"quality": "low"}, image_model=make_image_model())
    prompt.refresh_from_db()
    contender.refresh_from_db()
    assert (prompt.text, prompt.language, contender.settings) == ("other", "de", {"quality": "low"})


@pytest.mark.parametrize("values", [{"slug": "other"}, {"modality": "image-editing"}], ids=str)
def test_category_of_a_frozen_prompt_keeps_what_its_votes_are_counted_under(values: dict[str, Any]) -> None:
    category = make_category()
    make_prompt(category=category, state="draft")
    frozen = make_prompt(category=category, state="draft")
    update_directly(category, **values)
    update_directly(frozen, frozen_at=timezone.now())
    update_directly(category, name="better", criterion="better", state="draft", position=1)
    with pytest.raises(IntegrityError, match="is frozen: its prompts have generations; make a new category instead"):
        update_directly(category, slug="third", modality="text-to-image")


@pytest.mark.parametrize(("before", "after"), [("play", "draft"), ("open", "play"), ("open", "draft")])
def test_state_of_prompt_never_goes_back(before: str, after: str) -> None:
    prompt = make_prompt(state=before)
    with pytest.raises(IntegrityError, match=f"cannot go back from {before} to {after}"):
        update_directly(prompt, state=after)


@pytest.mark.parametrize(
    ("before", "after"), [("draft", "play"), ("play", "open"), ("draft", "open"), ("open", "open")]
)
def test_state_of_prompt_goes_forward(before: str, after: str) -> None:
    prompt = make_prompt(state=before)
    update_directly(prompt, state=after)
    prompt.refresh_from_db()
    assert prompt.state == after


def test_state_that_does_not_exist_is_refused() -> None:
    with pytest.raises(IntegrityError, match="prompt_state"), transaction.atomic():
        make_prompt(state="secret")
    with pytest.raises(IntegrityError, match="category_state"), transaction.atomic():
        make_category(state="secret")
    with pytest.raises(IntegrityError, match="category_modality"), transaction.atomic():
        make_category(modality="text-to-sound")


def test_prompt_needs_text_and_another_successor_than_itself() -> None:
    with pytest.raises(IntegrityError, match="prompt_has_text"), transaction.atomic():
        make_prompt(text="")
    prompt = make_prompt()
    with pytest.raises(IntegrityError, match="prompt_not_superseded_by_itself"):
        update_directly(prompt, superseded_by=F("id"))


def test_prompt_succeeds_one_prompt_only() -> None:
    successor = make_prompt()
    make_prompt(superseded_by=successor)
    with pytest.raises(IntegrityError, match="superseded_by_id"), transaction.atomic():
        make_prompt(superseded_by=successor)


def test_two_contenders_of_a_model_never_share_settings() -> None:
    first = make_contender(settings={"size": "1024x1024", "quality": "low"})
    make_contender(settings={"quality": "low", "size": "1024x1024"})
    with pytest.raises(IntegrityError, match="contender_settings_unique"), transaction.atomic():
        make_contender(image_model=first.image_model, settings={"quality": "low", "size": "1024x1024"})


def test_facts_and_prices_stand_once_per_source() -> None:
    image_model = make_image_model()
    provider = Provider.objects.create(slug="p", name="P")
    offering = Offering.objects.create(provider=provider, image_model=image_model, model_id="m")
    fact = {"image_model": image_model, "key": "licence", "value": "MIT", **SOURCED}
    price = {"offering": offering, "item": "image", "unit": "image", "amount": "0.01", **SOURCED}
    Fact.objects.create(**fact)
    Price.objects.create(**price)
    with pytest.raises(IntegrityError, match="fact_unique"), transaction.atomic():
        Fact.objects.create(**fact)
    with pytest.raises(IntegrityError, match="price_unique"), transaction.atomic():
        Price.objects.create(**price | {"amount": "0.02"})
    with pytest.raises(IntegrityError, match="offering_unique"), transaction.atomic():
        Offering.objects.create(provider=provider, image_model=image_model, model_id="other")
    with pytest.raises(IntegrityError, match="price_not_negative"), transaction.atomic():
        Price.objects.create(**price | {"amount": "-0.01", "quality": "low"})


def test_rows_that_others_stand_on_cannot_be_deleted() -> None:
    generation = make_generation(pixels=False)
    for row in (generation.prompt, generation.contender, generation.contender.image_model, generation.prompt.category):
        with pytest.raises(ProtectedError):
            row.delete()
