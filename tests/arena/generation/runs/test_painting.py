"""What `up` paints: what is missing, category by category, once."""

import io

import pytest
from django.core.files.storage import default_storage

from arena.catalog.models import Contender, Offering, Provider
from arena.generation.calls.generating import generate_image
from arena.generation.models import Generation, Run
from arena.generation.providers.painters import QUALITY
from arena.generation.runs.painting import in_painting_order, paint_missing
from arena.painters.paint import paint
from arena.painters.scenes import parse_scene
from tests.factories import make_category, make_contender, make_editing_prompt, make_image_model, make_prompt

pytestmark = pytest.mark.django_db


@pytest.fixture
def painter() -> Contender:
    provider = Provider.objects.create(slug="built-in", name="Built-in", family="painters")
    image_model = make_image_model()
    offering = Offering.objects.create(provider=provider, image_model=image_model, model_id="harbour")
    return make_contender(image_model=image_model, offering=offering, settings={"painter": "harbour"})


def test_painting_order_gives_every_category_and_language_its_first() -> None:
    food, animals = make_category(), make_category()
    first, second, third = (make_prompt(category=food) for _ in range(3))
    german = make_prompt(category=animals, language="de")
    other = make_prompt(category=animals)
    assert in_painting_order([german, first, second, third, other]) == [first, other, german, second, third]


def test_painting_order_mixes_modalities_from_the_second_prompt_on() -> None:
    edits = make_category(modality="image-editing", position=1)
    asked = [make_editing_prompt(category=edits) for _ in range(2)] + [make_prompt() for _ in range(6)]
    order = [prompt.category.modality == "image-editing" for prompt in in_painting_order(asked)]
    assert order == [False, True, False, False, False, True, False, False]


def test_painting_order_begins_with_what_can_be_voted_on() -> None:
    category = make_category()
    opened = [make_prompt(category=category, state="open") for _ in range(2)]
    played = [make_prompt(category=category) for _ in range(4)]
    order = in_painting_order([*opened, *played])
    assert [order.index(prompt) for prompt in opened] == [2, 5]


def test_paint_missing_goes_on_with_its_run_and_ends_with_it(painter: Contender) -> None:
    prompts = [make_prompt(), make_prompt(state="open")]
    make_prompt(state="draft")
    run = paint_missing()
    assert run is not None
    assert set(run.generations.values_list("contender", "prompt")) == {(painter.pk, each.pk) for each in prompts}
    assert run.state == Run.State.RUNNING
    assert paint_missing() == run
    Generation.objects.update(state="done")
    Run.objects.update(state="finished")
    assert paint_missing() is None


def test_paint_missing_without_painters_or_prompts_is_nothing() -> None:
    make_prompt()
    assert paint_missing() is None
    assert not Run.objects.exists()


@pytest.mark.usefixtures("painter")
def test_paint_missing_with_a_limit_takes_the_first_and_leaves_out_what_no_painter_does() -> None:
    make_prompt(language="de")
    make_editing_prompt()
    english = [make_prompt() for _ in range(3)]
    run = paint_missing(limit=2)
    assert run is not None
    # The one painter here makes images from text alone.
    assert list(run.generations.values_list("prompt", flat=True)) == [each.pk for each in english[:2]]


def test_painter_edits_the_picture_of_its_prompt(painter: Contender) -> None:
    painter.image_model.modalities = ["text-to-image", "image-editing"]
    painter.image_model.save()
    scene = {"objects": [{"kind": "fox"}, {"kind": "ball", "edit": "add"}], "change": {}}
    drawn, own = make_editing_prompt(scene=scene), make_editing_prompt(text="Add a red fox", size=(160, 80), mask=True)
    assert paint_missing() is not None
    for prompt, size in ((drawn, (1024, 1024)), (own, (160, 80))):
        generation = Generation.objects.get(prompt=prompt)
        assert generate_image(generation.pk)
        generation.refresh_from_db()
        assert (generation.image.width, generation.image.height) == size


def test_painted_image_shows_the_scene_of_its_prompt(painter: Contender) -> None:
    prompt = make_prompt(text="Etwas Rotes", scene={"objects": [{"kind": "fox", "colour": "red"}]})
    assert paint_missing() is not None
    generation = Generation.objects.get(contender=painter)
    assert generate_image(generation.pk)
    with default_storage.open(generation.image.storage_key) as file:
        original = file.read()
    wanted, without = io.BytesIO(), io.BytesIO()
    for scene, target in ((parse_scene(prompt.scene), wanted), (None, without)):
        picture = paint("harbour", prompt=prompt.text, scene=scene, seed=generation.seed)
        picture.save(target, "JPEG", quality=QUALITY, subsampling=0)
    assert original == wanted.getvalue() != without.getvalue()
