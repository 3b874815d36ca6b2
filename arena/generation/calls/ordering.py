"""What a generation orders: the prompt by the contender's template, its pinned settings, and the pictures to edit."""

from typing import Any

from arena.generation.models import Generation
from arena.generation.providers.base import Request

PLACE = "{prompt}"
# Settings of a contender that are Easel's own; all others are the provider's.
OWN_SETTINGS = frozenset({"template", "negative_prompt"})


def build_request(generation: Generation) -> Request:
    """Return the request for one image of a generation's contender and prompt."""
    contender = generation.contender
    assert contender.offering is not None
    return Request(
        model=contender.offering.model_id,
        prompt=fill_template(contender.settings, generation.prompt.text),
        seed=generation.seed,
        settings={name: value for name, value in contender.settings.items() if name not in OWN_SETTINGS},
        hints=generation.prompt.hints,
        negative_prompt=str(contender.settings.get("negative_prompt", "")),
    )


def fill_template(settings: dict[str, Any], text: str) -> str:
    """Return the text in the place that the settings' template has for it; as it is without a template."""
    return str(settings.get("template") or PLACE).replace(PLACE, text)
