"""Images that a person should look at: blank ones, and those that look like another where they should not."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from arena.catalog.models import Modality
from arena.generation.models import Generation
from arena.pictures.likeness import find_alike

# The newest images that are compared: each with every other of its contender, which grows with the square.
COMPARED = 50_000


class Suspicion(Enum):
    """Why an image is listed."""

    BLANK = "blank"
    PROMPTS = "prompts"
    CONTENDERS = "contenders"


@dataclass(frozen=True)
class Suspects:
    """Images (keys of generations) that are listed together; a blank one is alone."""

    suspicion: Suspicion
    generations: tuple[int, ...]


@dataclass(frozen=True)
class _Shown:
    generation: int
    contender: int
    prompt: int
    look: int
    pixels: str
    is_blank: bool
    is_edit: bool


def find_suspects(*, looked_at: Collection[int] = ()) -> list[Suspects]:
    """Return blank images, those alike over prompts of one contender, and those alike over contenders of one prompt.

    Images that are taken out are left out, and groups of which all are `looked_at`. Edits of one source are alike by
    nature, so of them only equal pictures count. Two samples of one contender and prompt are no suspects: a model
    without a seed may paint the same picture again.
    """
    # By their pixels: the order of keys is that in which contenders were planned.
    images = sorted(_read_images(), key=lambda image: image.pixels)
    blank = [Suspects(Suspicion.BLANK, (image.generation,)) for image in images if image.is_blank]
    seen = [image for image in images if not image.is_blank]
    found = [
        *blank,
        *_alike(Suspicion.PROMPTS, seen, within=lambda image: image.contender, apart=lambda image: image.prompt),
        *_alike(Suspicion.CONTENDERS, seen, within=lambda image: image.prompt, apart=lambda image: image.contender),
    ]
    known = set(looked_at)
    return [group for group in found if not known.issuperset(group.generations)]


def _read_images() -> list[_Shown]:
    rows = (
        Generation.objects.filter(state=Generation.State.DONE, hidden_at=None, image__look__isnull=False)
        .order_by("-pk")
        .values_list(
            "pk", "contender", "prompt", "image__look", "image__pixels", "image__is_blank", "prompt__category__modality"
        )[:COMPARED]
    )
    return [
        _Shown(key, contender, prompt, look, pixels, bool(is_blank), modality == Modality.IMAGE_EDITING)
        for key, contender, prompt, look, pixels, is_blank, modality in rows
        if look is not None
    ]


def _alike(
    suspicion: Suspicion, images: Sequence[_Shown], *, within: Callable[[_Shown], int], apart: Callable[[_Shown], int]
) -> Iterator[Suspects]:
    """Yield groups of images of the same `within` that look alike, though they differ in `apart`."""
    together: dict[int, list[_Shown]] = defaultdict(list)
    for image in images:
        together[within(image)].append(image)
    for own in together.values():
        for group in _join(len(own), _pairs(own)):
            members = [own[place] for place in group]
            if len({apart(image) for image in members}) > 1:
                yield Suspects(suspicion, tuple(sorted(image.generation for image in members)))


def _pairs(images: Sequence[_Shown]) -> Iterator[tuple[int, int]]:
    for one, other in find_alike([image.look for image in images]):
        is_edit = images[one].is_edit or images[other].is_edit
        if not is_edit or images[one].pixels == images[other].pixels:
            yield one, other


def _join(count: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return the groups of places that pairs connect, each with two places at least."""
    group = list(range(count))

    def root(place: int) -> int:
        while group[place] != place:
            group[place] = place = group[group[place]]
        return place

    for one, other in pairs:
        group[root(other)] = root(one)
    members: dict[int, list[int]] = defaultdict(list)
    for place in range(count):
        members[root(place)].append(place)
    return [places for places in members.values() if len(places) > 1]
