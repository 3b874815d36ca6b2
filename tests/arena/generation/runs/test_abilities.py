"""Edits are planned for contenders that can make them; a plan of nothing else is refused by a message that says why."""

import pytest

from arena.catalog.models import Contender, Prompt
from arena.generation.runs.abilities import find_inability
from arena.generation.runs.lifecycle import CannotPlan, plan_run
from tests.arena.generation.conftest import Shop
from tests.factories import make_editing_prompt, make_prompt

EDITS = {"edit": True, "most_sources": 2, "mask": False}


def sell_editor(shop: Shop, model_id: str = "editor", **capabilities: object) -> Contender:
    contender = shop.sell(model_id)
    assert contender.offering is not None
    contender.image_model.modalities = ["text-to-image", "image-editing"]
    contender.image_model.save()
    contender.offering.capabilities = {**EDITS, **capabilities}
    contender.offering.save()
    return Contender.objects.get(pk=contender.pk)


def test_edit_is_planned_for_a_contender_that_edits(shop: Shop) -> None:
    prompts = [make_editing_prompt(sources=2), make_prompt()]
    run = plan_run(contenders=[sell_editor(shop)], prompts=prompts, name="x")
    assert set(run.generations.values_list("prompt", flat=True)) == {prompt.pk for prompt in prompts}
    assert not Prompt.objects.filter(frozen_at=None).exists()


@pytest.mark.parametrize(
    ("asked", "capabilities", "lack"),
    [
        ({"sources": 3}, {}, "has 3 source pictures, and it takes at most 2."),
        ({"sources": 2}, {"most_sources": 1}, "has 2 source pictures, and it takes 1."),
        ({"mask": True}, {}, "it takes no mask."),
        ({}, {"edit": False}, "it makes images from text and does not edit them."),
        ({"sources": 0, "state": "draft"}, {}, "has no source picture. Add one."),
    ],
    ids=str,
)  # fmt: skip
def test_edit_that_a_contender_cannot_make_is_refused(
    shop: Shop, asked: dict[str, int], capabilities: dict[str, object], lack: str
) -> None:
    prompt, contender = make_editing_prompt(**asked), sell_editor(shop, **capabilities)  # type: ignore[arg-type]
    with pytest.raises(CannotPlan) as refusal:
        plan_run(contenders=[contender], prompts=[prompt], name="x")
    assert refusal.value.message.startswith(f"{contender.slug} cannot make {prompt.slug}: ")
    assert refusal.value.message.endswith(lack)


@pytest.mark.parametrize(
    ("asked", "lack"),
    [
        ({"output_format": "gif"}, "it is set to make gif, and this host does not."),
        ({"quality": "ultra"}, "its quality is set to ultra, which this host does not know."),
        ({"background": "transparent"}, "it is set to a transparent background, which this host does not make."),
        ({"output_format": "jpg", "quality": "low"}, ""),
    ],
)
def test_setting_that_a_host_does_not_take_is_refused(shop: Shop, asked: dict[str, str], lack: str) -> None:
    contender = sell_editor(shop, formats=["png", "jpeg"], qualities=["low"])
    contender.settings = asked
    assert find_inability([contender], [make_prompt()]).endswith(lack)
    assert bool(find_inability([contender], [make_prompt()])) is bool(lack)


def test_contender_that_only_edits_makes_nothing_from_text(shop: Shop) -> None:
    editor, prompt = sell_editor(shop, generate=False), make_prompt()
    assert find_inability([editor], [prompt]).endswith("it edits images and makes none from text alone.")
    assert find_inability([editor], [make_editing_prompt()]) == ""
