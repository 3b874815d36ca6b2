"""Brings stored images up to date: renders those of an older recipe, in another box or less detail; looks at all."""

import contextlib
from dataclasses import asdict
from functools import partial

import structlog
from django.core.files.storage import default_storage
from django.db import connection, transaction

from arena.backups.deleting import deleting_files
from arena.generation.ingest.images import add_renditions, look_at, write_renditions
from arena.generation.ingest.renditions import RECIPE, WIDTHS, Frame, detail_width, make_renditions, read_frame
from arena.generation.models import Image, Rendition
from arena.pictures.bad_images import BadImage
from arena.pictures.decoding import inspect_image

log = structlog.get_logger(__name__)

# In random order: an original that cannot be read any more must not keep others waiting.
_WAITING = """
WITH detailed AS MATERIALIZED (
    SELECT DISTINCT g.prompt_id FROM generation_rendition r
    JOIN generation_image i ON i.id = r.image_id JOIN generation_generation g ON g.id = i.generation_id
    WHERE r.width > %(plain)s AND %(detail)s > %(plain)s
), frames AS MATERIALIZED (
    SELECT DISTINCT ON (prompt_id) prompt_id, width, height, greatest(width, height) AS longer
    FROM catalog_sourceimage WHERE role = 'source' ORDER BY prompt_id, position
)
SELECT i.id, g.prompt_id, g.prompt_id IN (SELECT prompt_id FROM detailed)
FROM generation_image i JOIN generation_generation g ON g.id = i.generation_id
LEFT JOIN frames f ON f.prompt_id = g.prompt_id
WHERE EXISTS (SELECT FROM generation_rendition r WHERE r.image_id = i.id AND r.recipe < %(recipe)s)
    OR EXISTS (
        SELECT FROM generation_rendition r WHERE r.image_id = i.id AND r.box <> CASE WHEN f.width IS NULL THEN '' ELSE
            greatest(1, (2 * r.width * f.width + f.longer) / (2 * f.longer))::text || 'x' ||
            greatest(1, (2 * r.width * f.height + f.longer) / (2 * f.longer))::text END
    )
    OR (g.prompt_id IN (SELECT prompt_id FROM detailed)
        AND NOT EXISTS (SELECT FROM generation_rendition r WHERE r.image_id = i.id AND r.width = %(detail)s))
ORDER BY random() LIMIT %(limit)s
"""


def render_waiting(*, limit: int | None = None) -> int:
    """Render at most `limit` images that wait for it (None: all); return how many were rendered.

    An image whose original cannot be read keeps the renditions it has; this is logged. During a backup nothing is
    rendered, since that would delete files that it reads.
    """
    done = 0
    for image_id, prompt_id, detailed in _waiting(limit):
        with deleting_files() as may_delete:
            if not may_delete:
                break
            done += _render(image_id, detailed=detailed, frame=read_frame(prompt_id))
    return done


def _waiting(limit: int | None) -> list[tuple[int, int, bool]]:
    asked = {"plain": max(WIDTHS), "detail": detail_width(), "recipe": RECIPE, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, asked)
        found: list[tuple[int, int, bool]] = cursor.fetchall()
    return found


def _render(image_id: int, *, detailed: bool, frame: Frame | None) -> bool:
    """Exchange an image's renditions, unless somebody else is at it."""
    with contextlib.ExitStack() as undo, transaction.atomic():
        image = Image.objects.select_for_update(skip_locked=True).filter(pk=image_id).first()
        if image is None:
            return False
        try:
            data = _read_original(image.storage_key)
            decoded = inspect_image(data)
        except (FileNotFoundError, BadImage) as error:
            log.warning("original_unreadable", image=image_id, error=type(error).__name__)
            return False
        written = write_renditions(make_renditions(decoded.picture, detailed=detailed, frame=frame), undo)
        former = Rendition.objects.filter(image=image)
        for key in former.values_list("storage_key", flat=True):
            transaction.on_commit(partial(default_storage.delete, key))
        former.delete()
        add_renditions(image, written, frame=frame)
        Image.objects.filter(pk=image.pk).update(**asdict(look_at(data, decoded)))
        undo.pop_all()
    return True


def look_at_waiting(*, limit: int | None = None) -> int:
    """Note what at most `limit` images show and claim that no release has looked at (None: all); return how many.

    An image whose original cannot be read is logged and waits. Its renditions stay as they are.
    """
    waiting = Image.objects.filter(look=None).order_by("?").values_list("pk", "storage_key")[:limit]
    done = 0
    for image_id, key in list(waiting):
        try:
            data = _read_original(key)
            seen = look_at(data, inspect_image(data))
        except (FileNotFoundError, BadImage) as error:
            log.warning("original_unreadable", image=image_id, error=type(error).__name__)
            continue
        done += Image.objects.filter(pk=image_id).update(**asdict(seen))
    return done


def _read_original(key: str) -> bytes:
    with default_storage.open(key) as file:
        data: bytes = file.read()
    return data
