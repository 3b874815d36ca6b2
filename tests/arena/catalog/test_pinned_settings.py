"""Templates and negative prompts of contenders: what may stand in them, and who refuses what may not."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from arena.catalog.pinned_settings import fill_template, find_fault
from tests.factories import make_contender


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({}, ""),
        ({"template": "{prompt}"}, ""),
        ({"template": "{prompt}, studio photo. {prompt}!", "negative_prompt": "blur", "steps": 4}, ""),
        ({"template": "a { b } of {prompt} {1:2}"}, "template: {b} is no place that Easel fills"),
        ({"template": "studio photo"}, "template: {prompt} is missing"),
        ({"template": "{Prompt}"}, "template: {Prompt} is no place"),
        ({"template": "{ prompt }"}, "template: {prompt} is missing"),
        ({"template": ""}, "template: give a text"),
        ({"template": ["{prompt}"]}, "template: give a text"),
        ({"template": "{prompt}" + "x" * 4000}, "template: give a text of at most 4000"),
        ({"negative_prompt": 5}, "negative_prompt: give a text"),
    ],
)
def test_fault_of_own_settings_says_what_to_change(settings: dict[str, object], fault: str) -> None:
    assert find_fault(settings).startswith(fault)
    assert bool(find_fault(settings)) == bool(fault)


def test_template_is_filled_in_every_place() -> None:
    assert fill_template({"template": "{prompt}, then {prompt}"}, "a {cat}") == "a {cat}, then a {cat}"
    assert fill_template({}, "a cat") == "a cat"


@pytest.mark.django_db
def test_contender_with_a_template_without_the_prompt_is_refused_everywhere() -> None:
    contender = make_contender()
    contender.settings = {"template": "studio photo"}
    with pytest.raises(ValidationError, match="is missing"):
        contender.full_clean()
    with pytest.raises(IntegrityError, match="contender_template_has_prompt"):
        contender.save()
