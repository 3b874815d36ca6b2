"""What pictures of an import show, beside what the arena holds: pairs that can be dealt, and the same picture twice."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from arena.generation.imports.checking import CheckedPicture
from arena.generation.imports.holdings import images_of_prompts, pixels_of_files
from arena.generation.imports.import_plan import PlannedPicture, PlannedPrompt
from arena.generation.imports.reading.naming import show_name


def find_shown(checked: Mapping[str, CheckedPicture]) -> dict[str, str]:
    """Return the hash of what each file shows: two files of one picture have the same."""
    known = pixels_of_files({picture.sha256 for picture in checked.values() if not picture.pixels})
    return {name: picture.pixels or known.get(picture.sha256, "") for name, picture in checked.items()}


def find_images(
    pictures: Sequence[PlannedPicture], prompts: Sequence[PlannedPrompt], shows: Mapping[str, str]
) -> dict[str, dict[str, set[str]]]:
    """Return what all images of these prompts will show after the import, by prompt and contender."""
    slugs = {prompt.pk: prompt.slug for prompt in prompts if prompt.pk is not None}
    images: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for pk, contender, pixels in images_of_prompts(slugs):
        images[slugs[pk]][contender].add(pixels)
    for picture in pictures:
        images[picture.prompt][picture.contender].add(shows[picture.name])
    return images


def find_twins(pictures: Sequence[PlannedPicture], shows: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Return the files of pictures that several contenders have of one prompt."""
    same: dict[tuple[str, str], list[PlannedPicture]] = defaultdict(list)
    for picture in pictures:
        same[picture.prompt, shows[picture.name]].append(picture)
    shared = [each for each in same.values() if len({picture.contender for picture in each}) > 1]
    return tuple(tuple(show_name(picture.name) for picture in each) for each in shared)
