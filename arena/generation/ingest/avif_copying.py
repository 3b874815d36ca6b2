"""Copies images of open prompts as AVIF, a few at a time: smaller files for galleries, never for what is voted on."""

import contextlib
import io

import structlog
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from PIL import Image as PillowImage

from arena.catalog.models import Prompt
from arena.generation.ingest.images import write_renditions
from arena.generation.ingest.renditions import WIDTHS, make_boxes, read_frame
from arena.generation.models import AvifCopy, Generation, Image, Rendition
from arena.pictures.bad_images import BadImage
from arena.pictures.decoding import inspect_image

# As like the original as a WebP at quality 90, in a ninth fewer bytes. Slower speeds save no more worth their time.
QUALITY, SPEED = 80, 8

log = structlog.get_logger(__name__)


def copy_waiting(*, limit: int) -> int:
    """Copy at most `limit` images of open prompts that have no copies yet; return how many were copied."""
    # In random order: an original that cannot be read must not keep others waiting.
    chosen = waiting_copies().order_by("?").values_list("pk", flat=True)[:limit]
    return sum(_copy(image_id) for image_id in list(chosen))


def waiting_copies() -> QuerySet[Image]:
    """Return the published images of open prompts that lack copies. A prompt that is open never is in play again."""
    bare = Rendition.objects.filter(image=OuterRef("pk"), width__in=WIDTHS, avif=None)
    return Image.objects.filter(
        Exists(bare),
        generation__state=Generation.State.DONE,
        generation__entered_at__isnull=False,
        generation__hidden_at=None,
        generation__prompt__state=Prompt.State.OPEN,
    )


def _copy(image_id: int) -> bool:
    """Write an image's copies, all or none, unless somebody else is at it."""
    with contextlib.ExitStack() as undo, transaction.atomic():
        image = waiting_copies().select_for_update(skip_locked=True, of=("self",)).filter(pk=image_id).first()
        if image is None:
            return False
        try:
            with default_storage.open(image.storage_key) as file:
                picture = inspect_image(file.read()).picture
        except (FileNotFoundError, BadImage) as error:
            log.warning("original_unreadable", image=image_id, error=type(error).__name__)
            return False
        frame = read_frame(Generation.objects.values_list("prompt", flat=True).get(pk=image.generation_id))
        files = {width: encode_avif(box) for width, box in make_boxes(picture, WIDTHS, frame=frame)}
        renditions = dict(image.renditions.values_list("width", "pk"))
        AvifCopy.objects.filter(rendition__image=image).delete()
        AvifCopy.objects.bulk_create(
            AvifCopy(rendition_id=renditions[copy.width], storage_key=copy.storage_key, byte_size=copy.byte_size)
            for copy in write_renditions(files, undo)
            if copy.width in renditions
        )
        undo.pop_all()
    return True


def encode_avif(box: PillowImage.Image) -> bytes:
    """Return the picture as an AVIF file without metadata."""
    file = io.BytesIO()
    box.save(file, "AVIF", quality=QUALITY, speed=SPEED)
    return file.getvalue()
