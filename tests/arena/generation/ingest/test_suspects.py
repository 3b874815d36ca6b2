"""Blank images and images that look alike where they should not are found; edits and samples are not mistaken."""

from typing import Any

import pytest

from arena.generation.ingest.suspects import Suspicion, find_suspects
from arena.generation.models import Generation
from tests.factories import make_contender, make_editing_prompt, make_generation, make_prompt

pytestmark = pytest.mark.django_db
# Far from each other, and four bits from the first.
ONE, OTHER, NEAR = 0x5555_5555_5555_5555, 0x0F0F_0F0F_0F0F_0F0F, 0x5555_5555_5555_555A


def make_image(look: int | None, *, is_blank: bool = False, pixels: str = "", **fields: Any) -> Generation:
    """Return a generation whose image shows this."""
    made = make_generation(**fields)
    made.image.look, made.image.is_blank = look, is_blank
    made.image.pixels = pixels or made.image.pixels
    made.image.save()
    return made


def test_blank_image_is_listed_alone() -> None:
    blank = make_image(0, is_blank=True)
    make_image(0, is_blank=True, contender=blank.contender)
    make_image(ONE, contender=blank.contender)
    found = find_suspects()
    assert [each.suspicion for each in found] == [Suspicion.BLANK] * 2
    assert (blank.pk,) in {each.generations for each in found}


def test_same_picture_for_several_prompts_of_one_contender_is_one_group() -> None:
    contender = make_contender()
    alike = [make_image(look, contender=contender) for look in (ONE, NEAR, ONE)]
    make_image(OTHER, contender=contender)
    make_image(ONE)
    (group,) = find_suspects()
    assert group.suspicion == Suspicion.PROMPTS
    assert set(group.generations) == {each.pk for each in alike}


def test_same_picture_of_two_contenders_for_one_prompt_is_one_group() -> None:
    prompt = make_prompt()
    alike = {make_image(look, prompt=prompt).pk for look in (ONE, NEAR)}
    (group,) = find_suspects()
    assert (group.suspicion, set(group.generations)) == (Suspicion.CONTENDERS, alike)


def test_samples_of_one_contender_and_prompt_are_no_suspects() -> None:
    first = make_image(ONE)
    make_image(ONE, contender=first.contender, prompt=first.prompt, sample=1)
    assert find_suspects() == []


def test_edits_are_alike_by_nature_unless_they_are_the_same() -> None:
    prompt = make_editing_prompt()
    one = make_image(ONE, prompt=prompt)
    make_image(ONE, prompt=prompt)
    assert find_suspects() == []
    same = make_image(ONE, prompt=prompt, pixels=one.image.pixels)
    (group,) = find_suspects()
    assert set(group.generations) == {one.pk, same.pk}


def test_hidden_images_unknown_ones_and_those_looked_at_are_left_out() -> None:
    prompt = make_prompt()
    one, other, hidden = (make_image(ONE, prompt=prompt) for _ in range(3))
    make_image(None, prompt=prompt)
    Generation.objects.filter(pk=hidden.pk).update(hidden_at="2026-11-30T00:00:00Z")
    (group,) = find_suspects(looked_at=[one.pk])
    assert group.generations == (one.pk, other.pk)
    assert find_suspects(looked_at=[one.pk, other.pk]) == []
