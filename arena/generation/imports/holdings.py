"""What the arena already holds of an import: contenders, prompts and images."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from arena.catalog.models import Contender, Modality, Prompt, SourceImage
from arena.generation.imports.contender_names import KnownContender
from arena.generation.imports.reading.naming import prompt_slug
from arena.generation.models import Generation, Image, Run

# Generations of imports that were taken back, which excluded votes refer to.
WITHDRAWN = Q(state=Generation.State.CANCELLED, run__kind=Run.Kind.IMPORT)


@dataclass(frozen=True)
class KnownPrompt:
    """A prompt of the catalogue. `pictures` identifies its source images and mask (`name_pictures`).

    `frame` is the size of its first source.
    """

    pk: int
    slug: str
    title: str
    text: str
    language: str
    modality: str = Modality.TEXT_TO_IMAGE
    pictures: str = ""
    frame: tuple[int, int] | None = None


@dataclass(frozen=True)
class Place:
    """What is at one contender, prompt and sample: an image's hash and the file it came from; no hash without image."""

    contender: str
    prompt: int
    sample: int
    sha256: str | None
    file: str


class KnownPrompts:
    """The catalogue's prompts, found by key, slug and text. A superseded prompt is found as its successor."""

    def __init__(self, prompts: Iterable[KnownPrompt], successors: Mapping[int, int]) -> None:
        self._by_pk = {prompt.pk: prompt for prompt in prompts}
        self._successors = successors
        self._by_slug = {prompt.slug: prompt.pk for prompt in self._by_pk.values()}
        self._by_name = {match_slug(slug): pk for slug, pk in reversed(self._by_slug.items())}
        self._by_text: dict[tuple[str, str], int] = {}
        self._by_words: dict[str, int] = {}
        for prompt in self._by_pk.values():
            self._by_text.setdefault((" ".join(prompt.text.split()), prompt.pictures), prompt.pk)
            # An instruction such as “make it night” is many prompts, one for each source.
            if prompt.modality == Modality.TEXT_TO_IMAGE:
                self._by_words.setdefault(prompt_slug(prompt.text), prompt.pk)

    @property
    def slugs(self) -> set[str]:
        """All slugs."""
        return set(self._by_slug)

    @property
    def names(self) -> set[str]:
        """All slugs as `prompt_slug` would write them."""
        return set(self._by_name)

    def get(self, pk: int) -> KnownPrompt:
        """Return a prompt by its key, or the one that has superseded it."""
        seen = set()
        while pk in self._successors and pk not in seen:
            seen.add(pk)
            pk = self._successors[pk]
        return self._by_pk[pk]

    def by_slug(self, slug: str) -> KnownPrompt | None:
        """Return the prompt with this slug, or whose text makes this slug."""
        pk = self._by_slug.get(slug, self._by_name.get(match_slug(slug), self._by_words.get(slug)))
        return None if pk is None else self.get(pk)

    def by_text(self, text: str, pictures: str = "") -> KnownPrompt | None:
        """Return the prompt with exactly this text, whatever its white space, and exactly these source images."""
        pk = self._by_text.get((" ".join(text.split()), pictures))
        return None if pk is None else self.get(pk)


def name_pictures(sources: Sequence[str], mask: str = "") -> str:
    """Return what identifies a prompt's pictures, from the hashes of the files as they came; empty without sources."""
    return f"{','.join(sources)}/{mask}" if sources else ""


def match_slug(slug: str) -> str:
    """Return a slug of the catalogue, which may have underscores, as `prompt_slug` would write it."""
    return slug.replace("_", "-")


def known_contenders() -> list[KnownContender]:
    """Return all contenders."""
    return [KnownContender(*row) for row in Contender.objects.order_by("pk").values_list("pk", "slug", "name")]


def known_prompts() -> KnownPrompts:
    """Return all prompts. Two queries."""
    fields = ("pk", "slug", "title", "text", "language", "category__modality", "superseded_by")
    rows = list(Prompt.objects.order_by("pk").values_list(*fields))
    given: dict[int, list[SourceImage]] = defaultdict(list)
    for image in SourceImage.objects.order_by("prompt", "position"):
        given[image.prompt_id].append(image)
    known = []
    for row in rows:
        pictures, frame = _pictures(given.get(row[0], []))
        key, slug, title, text, language, modality, _ = row
        known.append(KnownPrompt(key, slug, title, text, language, modality, pictures, frame))
    return KnownPrompts(known, {row[0]: row[6] for row in rows if row[6] is not None})


def _pictures(images: Sequence[SourceImage]) -> tuple[str, tuple[int, int] | None]:
    sources = [image for image in images if image.role == SourceImage.Role.SOURCE]
    mask = next((image.given_sha256 for image in images if image.role == SourceImage.Role.MASK), "")
    frame = (sources[0].width, sources[0].height) if sources else None
    return name_pictures([image.given_sha256 for image in sources], mask), frame


def places_of_contenders(slugs: Iterable[str]) -> list[Place]:
    """Return what these contenders have or will have. What was taken back has left its place."""
    rows = (
        Generation.objects.filter(contender__slug__in=list(slugs))
        .exclude(WITHDRAWN)
        .values_list("contender__slug", "prompt", "sample", "image__sha256", "image__provenance__file")
    )
    return [Place(*row[:4], file=row[4] or "") for row in rows]


def pixels_of_files(hashes: Iterable[str]) -> dict[str, str]:
    """Return the hash of what each file shows, by the hash of the file, for those that are imported."""
    return dict(Image.objects.filter(sha256__in=list(hashes)).values_list("sha256", "pixels"))


def images_of_prompts(prompts: Iterable[int]) -> list[tuple[int, str, str]]:
    """Return (prompt, contender, hash of what it shows) of all done images of these prompts."""
    rows = Generation.objects.filter(prompt__in=list(prompts), state=Generation.State.DONE, image__isnull=False)
    return list(rows.values_list("prompt", "contender__slug", "image__pixels"))
