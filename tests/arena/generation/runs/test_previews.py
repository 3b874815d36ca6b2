"""What a plan would add: what exists, what is left out and why, what it costs; the plan then does just that."""

from decimal import Decimal

import pytest

from arena.catalog.models import Contender
from arena.generation.calls.generating import generate_image
from arena.generation.models import Generation
from arena.generation.runs.lifecycle import NothingMissing, cancel_run, plan_run, start_run
from arena.generation.runs.previews import Preview, preview_plan
from tests.arena.generation.conftest import Shop
from tests.factories import make_contender, make_editing_prompt, make_prompt

pytestmark = pytest.mark.django_db


def numbers(preview: Preview) -> list[tuple[int, int, int, int, int]]:
    """Return wanted, done, under way, closed and missing of each line."""
    return [(each.wanted, each.done, each.under_way, each.closed, each.missing) for each in preview.lines]


def sell_editor(shop: Shop, model_id: str, **capabilities: object) -> Contender:
    """Return a contender of both modalities."""
    contender = shop.sell(model_id)
    assert contender.offering is not None
    contender.image_model.modalities = ["text-to-image", "image-editing"]
    contender.image_model.save()
    contender.offering.capabilities = {"edit": True, **capabilities}
    contender.offering.save()
    return Contender.objects.get(pk=contender.pk)


def test_preview_tells_what_exists_from_what_would_be_made(shop: Shop) -> None:
    other = shop.sell("other", price="0.02")
    texts = ("A cat", "A [moderated] dog", "A [broken] fox", "A [invalid] owl", "A bee")
    prompts = [make_prompt(text=text) for text in texts]
    run = plan_run(contenders=[shop.contender], prompts=prompts, name="x")
    start_run(run=run)
    for generation in list(run.generations.all())[:4]:
        generate_image(generation.pk)
    preview = preview_plan(contenders=[shop.contender, other], prompts=prompts, samples=2)
    # Failed without a charge is missing; refused, and what needs a decision, is not.
    assert numbers(preview) == [(10, 1, 1, 2, 6), (10, 0, 0, 0, 10)]
    assert (preview.missing, preview.wanted) == (16, 20)
    assert preview.expected == Decimal("0.005") * 6 + Decimal("0.02") * 10
    cancel_run(run=run)
    never_started = plan_run(contenders=[other], prompts=prompts, name="y")
    preview = preview_plan(contenders=[shop.contender, other], prompts=prompts, samples=2)
    assert numbers(preview) == [(10, 1, 0, 2, 7), (10, 0, 0, 0, 10)]
    planned = plan_run(contenders=[shop.contender, other], prompts=prompts, samples=2, name="z")
    assert (planned.generations.count(), never_started.generations.count()) == (17, 0)
    start_run(run=planned)
    assert preview_plan(contenders=[other], prompts=prompts, samples=2).missing == 0
    with pytest.raises(NothingMissing):
        plan_run(contenders=[other], prompts=prompts, samples=2, name="again")


def test_contenders_are_planned_only_for_what_their_models_take(shop: Shop) -> None:
    editor = sell_editor(shop, "editor", most_sources=2, mask=False)
    masker = sell_editor(shop, "masker", most_sources=1, mask=True, generate=False)
    prompts = [make_prompt(), make_editing_prompt(sources=2), make_editing_prompt(mask=True)]
    prompts.append(make_editing_prompt(sources=0, state="draft"))
    contenders = [shop.contender, editor, masker, make_contender(name="Imported")]
    preview = preview_plan(contenders=contenders, prompts=prompts, samples=1)
    assert [(line.contender, line.wanted) for line in preview.lines] == [
        (shop.contender, 1), (editor, 2), (masker, 1),
    ]  # fmt: skip
    why = {(each.contender.pk, each.reason) for each in preview.left_out}
    assert (shop.contender.pk, "it makes images from text and does not edit them.") in why
    assert (editor.pk, "it takes no mask.") in why
    assert (masker.pk, "the prompt has 2 source pictures, and it takes 1.") in why
    assert (masker.pk, "it edits images and makes none from text alone.") in why
    assert any("no source picture" in reason for _, reason in why)
    plan_run(contenders=contenders[:3], prompts=prompts, name="x")
    assert list(Generation.objects.values_list("contender", "prompt")) == [
        (shop.contender.pk, prompts[0].pk), (editor.pk, prompts[0].pk), (editor.pk, prompts[1].pk),
        (masker.pk, prompts[2].pk),
    ]  # fmt: skip


def test_time_follows_rate_limit_and_past_images(shop: Shop) -> None:
    prompts = [make_prompt() for _ in range(6)]
    assert preview_plan(contenders=[shop.contender], prompts=prompts, samples=1).hours is None
    shop.provider.calls_per_minute = 3
    shop.provider.save()
    contenders = list(type(shop.contender).objects.filter(pk=shop.contender.pk))
    assert preview_plan(contenders=contenders, prompts=prompts, samples=10).hours == pytest.approx(20 / 60)


def test_unknown_price_is_named(shop: Shop) -> None:
    dear = shop.sell("dear", price=None)
    preview = preview_plan(contenders=[shop.contender, dear], prompts=[make_prompt()], samples=1)
    assert (preview.expected, preview.unpriced) == (None, [dear])
