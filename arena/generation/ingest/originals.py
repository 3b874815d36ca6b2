"""Originals for readers: the very bytes that the provider sent, once their prompt is open."""

import uuid
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from arena.catalog.models import Category, Prompt
from arena.errors import NotFound
from arena.generation.models import Generation, Image
from arena.pictures.credential_report import CredentialReport, print_manifests, read_manifests, summarize

# Type and ending by the format's name (`Image.format`).
TYPES = {
    "PNG": ("image/png", "png"), "JPEG": ("image/jpeg", "jpg"), "MPO": ("image/jpeg", "jpg"),
    "WEBP": ("image/webp", "webp"), "AVIF": ("image/avif", "avif"), "GIF": ("image/gif", "gif"),
    "TIFF": ("image/tiff", "tif"), "BMP": ("image/bmp", "bmp"), "HEIF": ("image/heic", "heic"),
}  # fmt: skip


@dataclass(frozen=True)
class Original:
    """An image as the provider sent it, with its Content Credentials; `name` says what it is."""

    content: bytes
    media_type: str
    name: str


@dataclass(frozen=True)
class PublicManifests:
    """What the Content Credentials in an image's original say, as JSON; empty where they cannot be read."""

    image: Image
    summary: CredentialReport | None
    text: str


def read_public_original(*, public_id: uuid.UUID) -> Original:
    """Return an original by the image's public id.

    Raises NotFound for an image of a prompt that is not open, for staff too: its bytes tell which model made it. So it
    does for an image that is taken out, or not published.
    """
    image = _public_image(public_id)
    media_type, ending = TYPES.get(image.format, ("application/octet-stream", "bin"))
    made = image.generation
    name = f"{made.prompt.slug}.{made.contender.slug}.{made.sample + 1}.{ending}"
    return Original(content=_read(image), media_type=media_type, name=name)


def read_public_manifests(*, public_id: uuid.UUID) -> PublicManifests:
    """Return the Content Credentials of an original. Raises NotFound as `read_public_original`.

    They are read from the stored original each time, so that images from before the library was installed have them.
    """
    image = _public_image(public_id)
    manifests = read_manifests(_read(image), image.format)
    if manifests is None:
        return PublicManifests(image, None, "")
    return PublicManifests(image, summarize(manifests), print_manifests(manifests))


def _public_image(public_id: uuid.UUID) -> Image:
    image = (
        Image.objects.filter(
            public_id=public_id,
            generation__state=Generation.State.DONE,
            generation__entered_at__isnull=False,
            generation__hidden_at=None,
            generation__prompt__state=Prompt.State.OPEN,
            generation__prompt__category__state=Category.State.ACTIVE,
        )
        .select_related("generation__prompt", "generation__contender")
        .first()
    )
    if image is None:
        raise NotFound(_("There is no such image."))
    return image


def _read(image: Image) -> bytes:
    try:
        with default_storage.open(image.storage_key) as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise NotFound(_("The image's file is missing.")) from error
