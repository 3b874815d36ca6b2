"""The pool: what it contains, and how large it may grow."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from arena.catalog.models import Category, Contender, Offering, Prompt, Provider
from arena.generation.models import Generation, Image
from arena.voting.dealing.choice import draw_matchup, has_pair, order_prompts
from arena.voting.dealing.pool import EVERYTHING, Scope, VoteCounts, load_pool
from arena.voting.ledger.opening import open_ledger
from arena.voting.models import Ledger, Strength
from arena.voting.simulation.simulated_voters import seeded
from tests.factories import (
    make_arena,
    make_category,
    make_contender,
    make_generation,
    make_image_model,
    make_prompt,
    make_run,
)

pytestmark = pytest.mark.django_db


def test_load_pool_holds_what_is_in_play_only(ledger: Ledger) -> None:
    contenders = [make_contender() for _ in range(2)]
    kept = make_prompt(title="kept", language="ja")
    left_out = [
        make_prompt(state=Prompt.State.DRAFT),
        make_prompt(state=Prompt.State.OPEN),
        make_prompt(category=make_category(state=Category.State.DRAFT)),
    ]
    for prompt in [kept, *left_out]:
        for contender in contenders:
            make_generation(contender=contender, prompt=prompt, pixels=False)
    make_generation(contender=make_contender(), prompt=kept, state=Generation.State.FAILED, pixels=False)
    with CaptureQueriesContext(connection) as queries:
        pool = load_pool(ledger_id=ledger.pk, counts=VoteCounts())
    assert len(queries) == 7
    assert [facts.title for facts in pool.facts.values()] == ["kept"]
    assert (pool.contenders, pool.languages) == ([contender.pk for contender in contenders], ["ja"])
    assert pool.categories == {kept.category.slug: kept.category.name}
    assert pool.shelves(scope=EVERYTHING, languages=["en"]) == []
    assert len(pool.shelves(scope=Scope(category=kept.category.slug), languages=["ja", "en"])) == 1


def test_load_pool_leaves_out_what_is_public_under_another_prompt(ledger: Ledger) -> None:
    contenders, prompts = make_arena(contenders=3, prompts=1)
    twin = Image.objects.get(generation__contender=contenders[0])
    gallery = make_generation(contender=contenders[0], prompt=make_prompt(state=Prompt.State.OPEN))
    before = load_pool(ledger_id=ledger.pk, counts=VoteCounts())
    Image.objects.filter(generation=gallery).update(pixels=twin.pixels)
    after = load_pool(ledger_id=ledger.pk, counts=VoteCounts())
    assert set(before.prompt_of_image) - set(after.prompt_of_image) == {twin.generation_id}
    assert set(after.prompt_of_image.values()) == {prompts[0].pk}


def test_load_pool_keeps_same_pictures_apart(ledger: Ledger) -> None:
    contenders, prompts = make_arena(contenders=3, prompts=2)
    images = {image.generation.contender_id: image for image in Image.objects.filter(generation__prompt=prompts[0])}
    # Two of three contenders have the same picture of one prompt; all three of the other.
    Image.objects.filter(pk__in=[images[each.pk].pk for each in contenders[:2]]).update(pixels="ab" * 32)
    Image.objects.filter(generation__prompt=prompts[1]).update(pixels="cd" * 32)
    pool = load_pool(ledger_id=ledger.pk, counts=VoteCounts())
    assert set(pool.facts) == {prompts[0].pk}
    rng, prompt = seeded(2), pool.images[prompts[0].pk]
    drawn = [draw_matchup(rng, prompt, values=pool.values, seen=set()) for _ in range(60)]
    met = {frozenset({draw.left_contender, draw.right_contender}) for draw in drawn if draw}
    assert met == {frozenset({0, 2}), frozenset({1, 2})}
    assert {draw.propensity for draw in drawn if draw} == {0.5}
    assert not has_pair(prompt, {images[contenders[2].pk].generation_id})


def make_painters() -> list[Contender]:
    studio = Provider.objects.create(slug="painters", name="Painters", family="painters")
    models = [make_image_model() for _ in range(2)]
    return [
        make_contender(
            image_model=model, offering=Offering.objects.create(provider=studio, image_model=model, model_id="x")
        )
        for model in models
    ]


def test_load_pool_of_the_demonstration_holds_only_painters(settings: Settings) -> None:
    painters, own = make_painters(), [make_contender() for _ in range(2)]
    mixed, brought = make_prompt(), make_prompt()
    for contender, prompt in [*((each, mixed) for each in [*painters, *own]), *((each, brought) for each in own)]:
        make_generation(contender=contender, prompt=prompt, pixels=False)
    simulated = open_ledger(Ledger.Kind.DEMONSTRATION)
    for settings.PAINTERS_IN_PLAY in ("until_own", "always"):
        pool = load_pool(ledger_id=simulated.pk, counts=VoteCounts())
        assert (set(pool.facts), pool.contenders) == ({mixed.pk}, [each.pk for each in painters])


def test_load_pool_leaves_painters_out_once_others_can_meet(ledger: Ledger, settings: Settings) -> None:
    painters = make_painters()
    painted, common = make_prompt(), make_prompt()
    own = [make_contender() for _ in range(2)]
    for contender, prompt in [*((each, painted) for each in painters), (own[0], common), (painters[0], common)]:
        make_generation(contender=contender, prompt=prompt, pixels=False)
    assert set(load_pool(ledger_id=ledger.pk, counts=VoteCounts()).facts) == {painted.pk, common.pk}
    make_generation(contender=own[1], prompt=common, pixels=False)
    pool = load_pool(ledger_id=ledger.pk, counts=VoteCounts())
    assert (set(pool.facts), pool.contenders) == ({common.pk}, [each.pk for each in own])
    settings.PAINTERS_IN_PLAY = "always"
    assert set(load_pool(ledger_id=ledger.pk, counts=VoteCounts()).facts) == {painted.pk, common.pk}


def test_load_pool_weighs_categories_as_the_operator_chooses(ledger: Ledger, settings: Settings) -> None:
    contenders, prompts = make_arena(contenders=3, prompts=2, pixels=False)
    make_generation(contender=contenders[0], prompt=make_prompt(category=prompts[1].category), pixels=False)
    Category.objects.filter(pk=prompts[0].category_id).update(weight=5)
    weights = {"weight": [1, 5], "pairs": [3, 3]}
    for settings.DRAW_CATEGORIES_BY, expected in weights.items():
        shelves = load_pool(ledger_id=ledger.pk, counts=VoteCounts()).shelves(scope=EVERYTHING, languages=["en"])
        assert sorted(shelf.weight for shelf in shelves) == expected


def test_load_pool_with_strengths_of_this_ledger_weighs_pairs(ledger: Ledger) -> None:
    contenders, _ = make_arena(contenders=3, pixels=False)
    even = load_pool(ledger_id=ledger.pk, counts=VoteCounts())
    for number, contender in enumerate(contenders):
        Strength.objects.create(ledger=ledger, contender=contender, mean=number, variance=0.01, snapshot=1)
    weighed = load_pool(ledger_id=ledger.pk, counts=VoteCounts())
    assert even.values[0, 1] == even.values[0, 2]
    assert weighed.values[0, 1] > weighed.values[0, 2]


def test_load_pool_of_a_large_arena_draws_from_all(ledger: Ledger, thorough: bool) -> None:
    run, (many, asked) = make_run(), (60, 1000) if thorough else (20, 200)
    contenders = [make_contender() for _ in range(many)]
    categories = [make_category() for _ in range(10)]
    prompts = [make_prompt(category=categories[number % 10]) for number in range(asked)]
    Generation.objects.bulk_create(
        Generation(run=run, contender=contender, prompt=prompt, state=Generation.State.DONE)
        for prompt in prompts
        for contender in contenders
    )
    pool = load_pool(ledger_id=ledger.pk, counts=VoteCounts())
    assert (len(pool.prompt_of_image), len(pool.contenders), pool.values.shape) == (many * asked, many, (many, many))
    rng = seeded(1)
    shelves = pool.shelves(scope=EVERYTHING, languages=["en"])
    assert len(shelves) == 10
    seen: set[int] = set()
    for _ in range(300):
        draw = draw_matchup(rng, next(order_prompts(rng, shelves)), values=pool.values, seen=seen)
        assert draw is not None
        seen |= {draw.left, draw.right}
    assert len(seen) == 600
