"""What people see of an editing prompt's source images and mask: public pictures under the hash of their file."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image

from arena.catalog.models import Category, Prompt, SourceImage
from arena.errors import NotFound
from arena.generation.ingest.picture_widths import AtEveryWidth
from arena.generation.ingest.renditions import RECIPE, WIDTHS, Frame, box_size, detail_width, encode_webp, fill_box
from arena.pictures.bad_images import BadImage
from arena.pictures.decoding import inspect_image
from arena.pictures.outlines import draw_outline

# Which source images anybody may see. A draft's are for staff.
PUBLIC = Q(prompt__state__in=[Prompt.State.PLAY, Prompt.State.OPEN], prompt__category__state=Category.State.ACTIVE)
# Pixels: wider than the window of a browser.
SCREENS = 8192
# A change of how outlines are drawn is a new number.
OUTLINE = 1


@dataclass(frozen=True)
class PublicSource(AtEveryWidth):
    """A source image as pages show it: its address depends on its own file only, and so says nothing of a model."""

    sha256: str
    width: int
    height: int
    licence: str = ""
    origin: str = ""

    def url(self, width: int) -> str:
        return reverse("source-image", kwargs={"sha256": self.sha256, "width": width})

    @property
    def small(self) -> str:
        """The address for a thumbnail."""
        return self.url(min(WIDTHS))

    @property
    def frame(self) -> Frame:
        """Its size, whose shape the prompt's images have if it is the first source."""
        return self.width, self.height

    @property
    def shape(self) -> Frame:
        """Its shape in more pixels than any screen has, for an element that is made smaller to fit."""
        return box_size(SCREENS, self.frame)


@dataclass(frozen=True)
class PromptSources:
    """The source images of one prompt in their order, and the hash of its mask; empty where it has none."""

    pictures: tuple[PublicSource, ...] = ()
    mask: str = ""

    @property
    def outline(self) -> str:
        """The address of the mask's outline; empty without a mask."""
        return reverse("source-outline", kwargs={"sha256": self.mask}) if self.mask else ""


NO_SOURCES = PromptSources()


def gather_sources(images: Iterable[SourceImage]) -> PromptSources:
    """Return the sources of one prompt, of its rows."""
    rows = sorted(images, key=lambda image: image.position)
    masks = [row.sha256 for row in rows if row.role == SourceImage.Role.MASK]
    pictures = (
        PublicSource(row.sha256, row.width, row.height, row.licence, row.origin)
        for row in rows
        if row.role == SourceImage.Role.SOURCE
    )
    return PromptSources(tuple(pictures), masks[0] if masks else "")


def read_sources(prompts: Iterable[int] | None = None) -> Mapping[int, PromptSources]:
    """Return the sources of these prompts by key; of all prompts in play without `prompts`. One query.

    Prompts without any are left out.
    """
    chosen = Q(prompt__state=Prompt.State.PLAY) if prompts is None else Q(prompt__in=list(prompts))
    rows: defaultdict[int, list[SourceImage]] = defaultdict(list)
    for row in SourceImage.objects.filter(chosen).order_by("prompt", "position"):
        rows[row.prompt_id].append(row)
    return {prompt: gather_sources(own) for prompt, own in rows.items()}


def is_public(sha256: str) -> bool:
    """Tell whether anybody may see the source image or mask with this hash."""
    return SourceImage.objects.filter(PUBLIC, sha256=sha256).exists()


def read_source(*, sha256: str, width: int) -> bytes:
    """Return a source image as WebP, its longer side `width` pixels, without metadata; made when first asked for.

    Raises NotFound for a hash or a width that is not listed.
    """
    if width not in {*WIDTHS, detail_width()}:
        raise _no_picture()
    original = _find(sha256, SourceImage.Role.SOURCE)

    def make(picture: Image.Image) -> bytes:
        return encode_webp(fill_box(picture, width, frame=picture.size))

    return _read_or_make(f"sources/{sha256[:2]}/{sha256}.{RECIPE}.{width}.webp", original, make)


def read_outline(*, sha256: str) -> bytes:
    """Return the outline of the mask with this hash as SVG; made when first asked for. Raises NotFound."""
    original = _find(sha256, SourceImage.Role.MASK)
    return _read_or_make(f"sources/{sha256[:2]}/{sha256}.{OUTLINE}.svg", original, draw_outline)


def _find(sha256: str, role: str) -> str:
    key = SourceImage.objects.filter(sha256=sha256, role=role).values_list("storage_key", flat=True).first()
    if key is None:
        raise _no_picture()
    return key


def _read_or_make(key: str, original: str, make: Callable[[Image.Image], bytes]) -> bytes:
    """Return the file with this key. It can be made again at any time, so no row names it and no backup holds it."""
    try:
        with default_storage.open(key) as file:
            kept: bytes = file.read()
    except FileNotFoundError:
        kept = b""
    if _is_whole(kept):
        return kept
    if kept:
        # A process was killed while it wrote it, or is writing it now.
        default_storage.delete(key)
    try:
        with default_storage.open(original) as file:
            made = make(inspect_image(file.read()).picture)
    except (FileNotFoundError, BadImage) as error:
        raise NotFound(_("The image's file is missing.")) from error
    written = default_storage.save(key, ContentFile(made))
    if written != key:
        # Somebody else has just made it, too.
        default_storage.delete(written)
    return made


def _is_whole(content: bytes) -> bool:
    """Tell whether a WebP or SVG file ends where it should."""
    if content.startswith(b"RIFF"):
        return len(content) == int.from_bytes(content[4:8], "little") + 8
    return content.endswith(b"</svg>")


def _no_picture() -> NotFound:
    return NotFound(_("There is no such image."))
