"""What staff see of suspect images, and of those they have taken out: nameless while their prompt is in play."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from arena.catalog.models import Prompt
from arena.errors import NotFound
from arena.generation.ingest.renditions import WIDTHS, read_rendition
from arena.generation.ingest.suspects import Suspects, find_suspects
from arena.generation.models import Generation, Image
from arena.voting.blindness.tokens import write_token
from arena.voting.models import ReportDecision


@dataclass(frozen=True)
class CheckedLine:
    """An image as staff see it. `contender` is empty while its prompt is not open: nothing else could name a model.

    `decided` is the number of the last decision, 0 for none.
    """

    handle: str
    prompt_title: str
    category_name: str
    contender: str
    hidden: bool
    decided: int


@dataclass(frozen=True)
class CheckedGroup:
    """Images listed together, and why; `suspicion` is empty for images that are taken out, or chosen."""

    suspicion: str
    lines: tuple[CheckedLine, ...]


def suspect_groups() -> list[Suspects]:
    """Return the suspect images that staff have not decided on."""
    return find_suspects(looked_at=set(ReportDecision.objects.values_list("generation", flat=True)))


def hidden_images() -> QuerySet[Generation, int]:
    """Return the keys of the images that are taken out, by staff or after reports, the latest first."""
    return Generation.objects.exclude(hidden_at=None).order_by("-hidden_at", "-pk").values_list("pk", flat=True)


def read_groups(groups: Sequence[Suspects]) -> list[CheckedGroup]:
    """Return these groups as staff see them."""
    lines = _read_lines([key for group in groups for key in group.generations])
    return [CheckedGroup(group.suspicion.value, _list(group.generations, lines)) for group in groups]


def read_alone(generations: Sequence[int]) -> list[CheckedGroup]:
    """Return images that are not suspect, in this order, each alone."""
    lines = _read_lines(generations)
    return [CheckedGroup("", (lines[key],)) for key in generations if key in lines]


def _list(keys: Sequence[int], lines: dict[int, CheckedLine]) -> tuple[CheckedLine, ...]:
    """Return the lines of images that belong together; a name beside one would name the others, too."""
    # By handle: the order of keys is that in which contenders were planned.
    own = sorted((lines[key] for key in keys if key in lines), key=lambda line: line.handle)
    if all(line.contender for line in own):
        return tuple(own)
    return tuple(replace(line, contender="") for line in own)


def _read_lines(generations: Sequence[int]) -> dict[int, CheckedLine]:
    """Return what staff see of these images, by key. Two queries."""
    decisions = dict(
        ReportDecision.objects.filter(generation__in=generations).order_by("pk").values_list("generation", "pk")
    )
    rows = Generation.objects.filter(pk__in=generations, image__isnull=False)
    found = rows.select_related("image", "prompt__category", "contender")
    return {row.pk: _line(row, decisions.get(row.pk, 0)) for row in found}


def _line(generation: Generation, decided: int) -> CheckedLine:
    prompt = generation.prompt
    return CheckedLine(
        handle=write_token(generation.image.handle),
        prompt_title=prompt.title,
        category_name=prompt.category.name,
        contender=generation.contender.name if prompt.state == Prompt.State.OPEN else "",
        hidden=generation.hidden_at is not None,
        decided=decided,
    )


def find_open_image(public_id: str) -> list[int]:
    """Return the generation of an open prompt's image by its public id, as a list of one. Raises NotFound."""
    open_images = Image.objects.filter(generation__prompt__state=Prompt.State.OPEN)
    try:
        found = list(open_images.filter(public_id=uuid.UUID(public_id)).values_list("generation", flat=True))
    except ValueError:
        found = []
    if not found:
        raise NotFound(_("There is no such image."))
    return found


def find_image(*, handle: uuid.UUID) -> int:
    """Return the generation whose image has this handle. Raises NotFound."""
    found = Image.objects.filter(handle=handle).values_list("generation", flat=True).first()
    if found is None:
        raise NotFound(_("There is no such image."))
    return found


def read_checked_image(*, handle: uuid.UUID) -> bytes:
    """Return the smallest rendition of an image for staff, taken out or not. Raises NotFound."""
    generation_id = find_image(handle=handle)
    return read_rendition(generation_id=generation_id, beside=generation_id, width=min(WIDTHS))
