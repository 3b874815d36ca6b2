"""What a generation orders: the prompt by the contender's template, its pinned settings, and the pictures to edit."""

from arena.catalog.pinned_settings import OWN_SETTINGS, fill_template
from arena.generation.models import Generation
from arena.generation.providers.base import Request


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
