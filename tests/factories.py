"""Rows for tests of every room, from organizations to done generations with tiny, real renditions."""

import hashlib
import io
from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import override_settings
from django.utils import timezone
from PIL import Image as PillowImage

from arena.catalog.loading.load import load_catalogue
from arena.catalog.models import Axis, Category, Contender, ImageModel, Modality, Organization, Prompt
from arena.catalog.sources.source_rows import draft_mask, draft_source, set_sources
from arena.generation.ingest.renditions import RECIPE, WIDTHS, box_size, name_box, read_frame
from arena.generation.models import Attempt, Generation, Image, Rendition, Run
from tests.writing_once import written_once

_serial = count(1)
# This many generations in a row have pictures of different colours. They are encoded once: encoding them for each test
# would take longer than many tests do.
COLOURS = 64


def make_organization(*, slug: str = "", **fields: Any) -> Organization:
    """Return a stored organization; the slug defaults to a new one, the name to the slug."""
    slug = slug or f"organization-{next(_serial)}"
    return Organization.objects.create(slug=slug, **{"name": f"Name of {slug}", **fields})


def make_image_model(*, slug: str = "", organization: Organization | None = None, **fields: Any) -> ImageModel:
    """Return a stored text-to-image model."""
    slug = slug or f"image-model-{next(_serial)}"
    defaults = {"name": f"Name of {slug}", "modalities": ["text-to-image"]}
    return ImageModel.objects.create(slug=slug, organization=organization or make_organization(), **(defaults | fields))


def make_contender(*, slug: str = "", image_model: ImageModel | None = None, **fields: Any) -> Contender:
    """Return a stored contender with unique settings."""
    slug = slug or f"contender-{next(_serial)}"
    defaults = {"name": f"Name of {slug}", "settings": {"style": slug}}
    return Contender.objects.create(slug=slug, image_model=image_model or make_image_model(), **(defaults | fields))


def make_category(*, slug: str = "", **fields: Any) -> Category:
    """Return a stored, active category."""
    slug = slug or f"category-{next(_serial)}"
    defaults = {"name": f"Name of {slug}", "criterion": f"criterion of {slug}", "state": Category.State.ACTIVE}
    return Category.objects.create(slug=slug, **(defaults | fields))


def make_axis(slug: str, *prompts: Prompt, **fields: Any) -> Axis:
    """Return a stored axis that these prompts test."""
    axis = Axis.objects.create(slug=slug, **{"name": f"Name of {slug}", "description": f"It tests {slug}.", **fields})
    axis.prompts.set(prompts)
    return axis


def make_prompt(*, slug: str = "", category: Category | None = None, **fields: Any) -> Prompt:
    """Return a stored English prompt in play."""
    slug = slug or f"prompt-{next(_serial)}"
    defaults = {"title": f"Title of {slug}", "text": f"Text of {slug}", "state": Prompt.State.PLAY}
    return Prompt.objects.create(slug=slug, category=category or make_category(), **(defaults | fields))


def make_editing_prompt(
    *, sources: int = 1, size: tuple[int, int] = (96, 64), mask: bool = False, state: str = Prompt.State.PLAY,
    **fields: Any,
) -> Prompt:  # fmt: skip
    """Return a stored prompt of an editing category with its source pictures, each in a colour of its own.

    All are of one size; with `mask`, the left half of the first may change.
    """
    fields.setdefault("category", None)
    fields["category"] = fields["category"] or make_category(modality=Modality.IMAGE_EDITING)
    prompt = make_prompt(state=Prompt.State.DRAFT, **fields)
    drafts = [
        draft_source(_png(size, ((prompt.pk + 60 * place) % 256, 96, 32)), licence="CC0-1.0")
        for place in range(sources)
    ]
    marked = draft_mask(_png(size, (255, 255, 255), half=True), size=size, licence="CC0-1.0") if mask else None
    set_sources(prompt=prompt, sources=drafts, mask=marked)
    # The database would note a change of a prompt that voters see, as of one that was corrected.
    Prompt.objects.filter(pk=prompt.pk).update(state=state, corrected_at=None)
    prompt.refresh_from_db()
    return prompt


@written_once
def load_built_in() -> None:
    """Load the built-in catalogue."""
    with override_settings(CATALOG_DIR=""):
        load_catalogue()


def make_run(**fields: Any) -> Run:
    """Return a stored, finished run without a cap."""
    return Run.objects.create(**{"name": "Run of a test", "state": Run.State.FINISHED, **fields})


def make_generation(
    *,
    contender: Contender | None = None,
    prompt: Prompt | None = None,
    run: Run | None = None,
    colour: tuple[int, int, int] | None = None,
    pixels: bool = True,
    **fields: Any,
) -> Generation:
    """Return a done generation; with `pixels`, its image and a rendition of every width in one colour are stored."""
    defaults = {"state": Generation.State.DONE, "finished_at": timezone.now(), "seconds": 1.5}
    generation = Generation.objects.create(
        run=run or make_run(),
        contender=contender or make_contender(),
        prompt=prompt or make_prompt(),
        **(defaults | fields),
    )
    if pixels:
        store_pixels(generation=generation, colour=colour or (generation.pk % COLOURS, 64, 128))
    return generation


def make_attempt(*, generation: Generation, outcome: str = "done", **fields: Any) -> Attempt:
    """Return a stored attempt that has ended with this outcome, charged only if it is done."""
    known = {"number": generation.attempts.count() + 1, "ended_at": timezone.now(), "outcome": outcome}
    billed = Attempt.Billed.YES if outcome == "done" else Attempt.Billed.NO
    return Attempt.objects.create(generation=generation, **({"billed": billed} | known | fields))


def store_pixels(*, generation: Generation, colour: tuple[int, int, int]) -> Image:
    """Store an image in one colour as the generation's original, with a rendition of every width."""
    original = _webp(size=(16, 16), colour=colour)
    key = default_storage.save(f"tests/{generation.pk}/original.webp", ContentFile(original))
    image = Image.objects.create(
        generation=generation,
        sha256=hashlib.sha256(original).hexdigest(),
        pixels=f"{generation.pk:064x}",
        storage_key=key,
        format="WEBP",
        width=16,
        height=16,
        byte_size=len(original),
    )
    frame = read_frame(generation.prompt_id)
    for width in WIDTHS:
        content = _webp(size=box_size(width, frame), colour=colour)
        name = default_storage.save(f"tests/{generation.pk}/{width}.webp", ContentFile(content))
        Rendition.objects.create(
            image=image, width=width, box=name_box(width, frame), storage_key=name, byte_size=len(content),
            sha256=hashlib.sha256(content).hexdigest(), recipe=RECIPE,
        )  # fmt: skip
    return image


def make_arena(
    *, contenders: int = 3, prompts: int = 2, samples: int = 1, languages: Sequence[str] = ("en",), pixels: bool = True
) -> tuple[list[Contender], list[Prompt]]:
    """Return contenders and prompts in play, each prompt in its own category, with every image done."""
    ranked = [make_contender() for _ in range(contenders)]
    asked = [make_prompt(language=languages[n % len(languages)]) for n in range(prompts)]
    run = make_run()
    for prompt in asked:
        for contender in ranked:
            for sample in range(samples):
                make_generation(contender=contender, prompt=prompt, run=run, sample=sample, pixels=pixels)
    return ranked, asked


def make_gold_arena(*, prompts: int = 4, samples: int = 1, pixels: bool = True) -> tuple[list[Contender], list[Prompt]]:
    """Return three contenders, and prompts in play of one category, which has gold pairs."""
    ranked, asked = make_arena(prompts=prompts, samples=samples, pixels=pixels)
    Category.objects.update(gold=True)
    Prompt.objects.update(category=asked[0].category)
    return ranked, asked


def _png(size: tuple[int, int], colour: tuple[int, int, int], *, half: bool = False) -> bytes:
    """Return a picture in one colour; with `half`, only its left half, the rest black."""
    picture, buffer = PillowImage.new("RGB", size), io.BytesIO()
    picture.paste(colour, (0, 0, size[0] // 2 if half else size[0], size[1]))
    picture.save(buffer, "PNG")
    return buffer.getvalue()


@lru_cache(maxsize=COLOURS * (len(WIDTHS) + 1))
def _webp(*, size: tuple[int, int], colour: tuple[int, int, int]) -> bytes:
    buffer = io.BytesIO()
    PillowImage.new("RGB", size, colour).save(buffer, "WEBP", lossless=True, quality=0, method=0)
    return buffer.getvalue()
