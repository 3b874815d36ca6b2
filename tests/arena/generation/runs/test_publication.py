"""Publishing by hand: the look shows no names and no order, dropped images stay out, the rest comes in."""

import dataclasses

import pytest

from arena.errors import Conflict, NotFound
from arena.generation.calls.generating import generate_image
from arena.generation.models import Generation, Image, Run
from arena.generation.runs.lifecycle import plan_run, start_run
from arena.generation.runs.publication import (
    LookImage,
    LookPrompt,
    drop_image,
    look_page,
    publish_run,
    read_look,
    set_publishing,
)
from tests.arena.generation.conftest import Shop
from tests.factories import make_generation, make_prompt, make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(shop: Shop) -> Run:
    """A run by hand, two contenders and two prompts: the first prompt is complete, one image of the second is there."""
    prompts = [make_prompt(text="A cat"), make_prompt(text="A dog")]
    planned = plan_run(
        contenders=[shop.contender, shop.sell("other")], prompts=prompts, name="x", publishing=Run.Publishing.BY_HAND
    )
    start_run(run=planned)
    for each in list(planned.generations.all())[:3]:
        generate_image(each.pk)
    return planned


def test_publishing_takes_complete_prompts_and_leaves_dropped_images_out(run: Run) -> None:
    first, second, _third, last = run.generations.all()
    drop_image(handle=first.image.handle, drops=True)
    published = publish_run(run=run)
    assert (published.entered, published.waiting) == (1, 1)
    inside = Generation.objects.filter(entered_at__isnull=False)
    assert list(inside) == [second]
    with pytest.raises(Conflict, match="other contenders"):
        publish_run(run=run)
    generate_image(last.pk)
    drop_image(handle=first.image.handle, drops=False)
    assert publish_run(run=run).entered == 3
    with pytest.raises(Conflict, match="No image"):
        publish_run(run=run)


def test_switching_to_automatic_publishes_at_once(run: Run) -> None:
    set_publishing(run=run, publishing=Run.Publishing.AUTOMATIC)
    assert Generation.objects.filter(entered_at__isnull=False).count() == 2
    with pytest.raises(Conflict):
        set_publishing(run=make_run(kind=Run.Kind.IMPORT), publishing=Run.Publishing.BY_HAND)


def test_look_has_no_field_for_a_maker_and_follows_no_contender(run: Run) -> None:
    names = {field.name for kind in (LookImage, LookPrompt) for field in dataclasses.fields(kind)}
    assert names == {"handle", "is_dropped", "text", "language", "category", "images"}
    page, prompts = look_page(run, "1")
    # Of "A dog" one image is made and one under way: the run's counts would tell who made the first.
    assert [prompt.text for prompt in prompts] == ["A cat"]
    shown = [image.handle for image in prompts[0].images]
    assert shown == sorted(Image.objects.filter(handle__in=shown).values_list("handle", flat=True))
    assert page.paginator.count == 2
    generate_image(run.generations.get(state="queued").pk)
    assert [len(prompt.images) for prompt in look_page(run, "1")[1]] == [2, 2]


def test_published_image_can_be_neither_looked_at_nor_dropped(run: Run) -> None:
    handle = run.generations.all()[0].image.handle
    assert read_look(handle=handle, width=512)[:4] == b"RIFF"
    publish_run(run=run)
    for refused in (lambda: read_look(handle=handle, width=512), lambda: drop_image(handle=handle, drops=True)):
        with pytest.raises(NotFound):
            refused()
    with pytest.raises(NotFound):
        read_look(handle=make_generation().image.handle, width=512)
