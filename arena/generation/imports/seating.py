"""Which sample of its contender and prompt each picture becomes, and which pictures have no place; pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from arena.generation.imports.grouping import Piece
from arena.generation.imports.holdings import Place
from arena.generation.imports.import_plan import PlannedPicture, PlannedPrompt
from arena.generation.imports.reading.folder_files import Remark


class Seats:
    """The samples of each contender and prompt: which image has one, by hash; None where one is still to be made."""

    def __init__(self, before: Sequence[Place], prompts: Mapping[int, str]) -> None:
        self._taken: dict[tuple[str, str], dict[int, tuple[str | None, str]]] = defaultdict(dict)
        self._files: dict[tuple[str, str, str], int] = {}
        for place in before:
            if slug := prompts.get(place.prompt):
                self._taken[place.contender, slug][place.sample] = place.sha256, ""
                if place.file and place.sha256:
                    self._files[place.contender, place.file, place.sha256] = place.sample

    def of_file(self, contender: str, name: str, sha256: str) -> int | None:
        """Return the sample that this very file has become."""
        return self._files.get((contender, name, sha256))

    def holder(self, contender: str, prompt: str, sample: int) -> tuple[str | None, str] | None:
        """Return hash and file name of what has this sample; the name is empty for what was there before."""
        return self._taken[contender, prompt].get(sample)

    def by_hash(self, contender: str, prompt: str, sha256: str) -> tuple[int, str] | None:
        """Return sample and file name of an image of this contender and prompt with these bytes."""
        held = self._taken[contender, prompt].items()
        return next(((sample, name) for sample, (hash_, name) in held if hash_ == sha256), None)

    def take(self, contender: str, prompt: str, sample: int | None, sha256: str, name: str) -> int:
        """Take this sample, or the first free one."""
        taken = self._taken[contender, prompt]
        chosen = next(free for free in range(len(taken) + 1) if free not in taken) if sample is None else sample
        taken[chosen] = sha256, name
        return chosen


@dataclass(frozen=True)
class Repeated(Remark):
    """A picture that its contender and prompt have already, under another name."""


def find_places(
    pieces: Sequence[Piece], prompts: Mapping[str, PlannedPrompt], owners: Mapping[str, str],
    hashes: Mapping[str, str], paths: Mapping[str, Path], before: Sequence[Place],
) -> tuple[list[PlannedPicture], list[Remark], list[Remark]]:  # fmt: skip
    """Return the pictures with their samples; those that have no place, with the reason; and repeated pictures."""
    seats = Seats(before, {prompt.pk: prompt.slug for prompt in prompts.values() if prompt.pk is not None})
    pictures: list[PlannedPicture] = []
    remarks: list[Remark] = []
    for piece in sorted(pieces, key=lambda piece: (piece.sample < 0, piece.order, piece.name)):
        contender, prompt, sha256 = owners[piece.name], prompts[piece.key], hashes[piece.name]
        place = _find_place(piece, prompt, contender, sha256, seats)
        if isinstance(place, Remark):
            remarks.append(place)
            continue
        sample, is_known = place
        planned = PlannedPicture(piece.name, paths[piece.name], sha256, contender, prompt.slug, sample, is_known)
        pictures.append(planned)
    repeated: list[Remark] = [remark for remark in remarks if isinstance(remark, Repeated)]
    problems = [remark for remark in remarks if not isinstance(remark, Repeated)]
    return sorted(pictures, key=lambda picture: picture.name), problems, repeated


def _find_place(
    piece: Piece, prompt: PlannedPrompt, contender: str, sha256: str, seats: Seats
) -> tuple[int, bool] | Remark:
    """Return the picture's sample and whether it is imported already, or why it has none."""
    known = seats.of_file(contender, piece.name, sha256)
    if known is not None:
        return known, True
    twin = seats.by_hash(contender, prompt.slug, sha256)
    if twin is not None:
        sample, name = twin
        return (
            Repeated(piece.name, _("It is the same picture as {name}.").format(name=name)) if name else (sample, True)
        )
    holder = None if piece.sample < 0 else seats.holder(contender, prompt.slug, piece.sample)
    # Pictures of names that turned out to be one prompt take what is free.
    if holder is not None and prompt.key == piece.key:
        return Remark(piece.name, _why_taken(*holder))
    wanted = None if piece.sample < 0 or holder is not None else piece.sample
    return seats.take(contender, prompt.slug, wanted, sha256, piece.name), False


def _why_taken(sha256: str | None, name: str) -> str:
    if name:
        return _("It stands for the same image as {name}.").format(name=name)
    if sha256 is None:
        return _("This image is planned to be generated; cancel its run first.")
    return _("Another image has its place; images are never replaced.")
