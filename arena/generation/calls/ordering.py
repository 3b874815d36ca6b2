"""What a generation orders: the prompt by the contender's template, its pinned settings, and the pictures to edit."""

from dataclasses import replace

from arena.catalog.models import Contender, Offering, Prompt, SourceImage
from arena.catalog.pinned_settings import OWN_SETTINGS, fill_template
from arena.catalog.sources.source_rows import read_source
from arena.generation.models import Generation
from arena.generation.providers.base import ErrorKind, ProviderError, Request, SourcePicture


def build_request(generation: Generation) -> Request:
    """Return the request for one image of a generation's contender and prompt.

    With the prompt's sources it is an edit. Raises ProviderError if a picture's file is missing.
    """
    prompt = generation.prompt
    sources, mask = _read_pictures(prompt)
    order = write_order(generation.contender, prompt.text, seed=generation.seed, sources=sources, mask=mask)
    return replace(order, hints=prompt.hints)


def write_order(
    contender: Contender, text: str, *, seed: int, sources: tuple[SourcePicture, ...] = (), mask: bytes | None = None
) -> Request:
    """Return what a contender with an offering is sent for a text, and for pictures to edit."""
    assert contender.offering is not None
    return Request(
        model=model_at(contender.offering, edits=bool(sources)),
        prompt=fill_template(contender.settings, text),
        seed=seed,
        settings={name: value for name, value in contender.settings.items() if name not in OWN_SETTINGS},
        negative_prompt=str(contender.settings.get("negative_prompt", "")),
        sources=sources,
        mask=mask,
    )


def ordered_model(generation: Generation) -> str:
    """Return the host's name for the contender's model; it may have another one for edits."""
    offering = generation.contender.offering
    assert offering is not None
    return model_at(offering, edits=bool(offering.edit_model_id) and generation.prompt.source_images.exists())


def model_at(offering: Offering, *, edits: bool) -> str:
    """Return the host's name for an offering's model: for new images, or for edits."""
    return offering.edit_model_id or offering.model_id if edits else offering.model_id


def _read_pictures(prompt: Prompt) -> tuple[tuple[SourcePicture, ...], bytes | None]:
    """Return a prompt's sources in their order, and its mask."""
    rows = list(prompt.source_images.order_by("position"))
    try:
        read = [(row, read_source(row)) for row in rows]
    except FileNotFoundError as error:
        # Without a call, nothing can have been charged.
        message = f"A source picture of {prompt.slug} is missing in the store; restore it from a backup."
        raise ProviderError(ErrorKind.INVALID, message, billed="no") from error
    sources = tuple(
        SourcePicture(data, row.media_type, row.width, row.height)
        for row, data in read
        if row.role == SourceImage.Role.SOURCE
    )
    return sources, next((data for row, data in read if row.role == SourceImage.Role.MASK), None)
