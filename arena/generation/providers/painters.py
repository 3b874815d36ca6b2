"""The built-in painters behind the ordinary protocol: no key, no network, nothing to pay."""

import io

from django.conf import settings
from PIL import Image

from arena.catalog.capabilities import Capabilities
from arena.generation.providers.base import (
    AnswersAtOnce,
    Asset,
    Done,
    ErrorKind,
    Host,
    ProviderError,
    Request,
)
from arena.painters.edits.edit_scenes import is_edit, parse_edit
from arena.painters.edits.editing import edit_picture
from arena.painters.edits.retouching import retouch
from arena.painters.paint import PAINTERS, paint
from arena.painters.scenes import parse_scene
from arena.pictures.decoding import inspect_image

# A painting is full of grain: as JPEG it takes a tenth of the time that PNG takes, and a quarter of the disk.
QUALITY = 94
# A painting takes a tenth of a second, and more on a machine that is busy.
PATIENCE = 10.0
SLUGS = frozenset(painter.slug for painter in PAINTERS)


class Painters(AnswersAtOnce):
    """Paints in this process; `settings["painter"]` names the painter."""

    capabilities = Capabilities(edit=True, most_sources=4, mask=True, seed=True, sizes="")

    def __init__(self, host: Host) -> None:
        self.host = host
        self.patience = min(PATIENCE, settings.CALL_SECONDS)

    def submit(self, request: Request, *, idempotency_key: str, deadline: float) -> Done:
        """Paint the prompt. Raises ProviderError(invalid) for a painter that does not exist."""
        painter = request.settings.get("painter")
        if painter not in SLUGS:
            raise ProviderError(ErrorKind.INVALID, f"There is no painter {painter!r}.", billed="no")
        file = io.BytesIO()
        _paint(painter, request).save(file, "JPEG", quality=QUALITY, subsampling=0)
        return Done(assets=(Asset(data=file.getvalue()),))


def _paint(painter: str, request: Request) -> Image.Image:
    """Paint the hinted scene, or what the prompt's words name; with sources, the hinted edit or onto the first one."""
    hint = request.hints.get("scene")
    if request.sources:
        if is_edit(hint):
            return edit_picture(painter, parse_edit(hint), seed=request.seed)
        source, mask = request.sources[0].data, request.mask
        shown = inspect_image(source).picture
        marked = None if mask is None else inspect_image(mask).picture.convert("L")
        return retouch(painter, shown, marked, prompt=request.prompt, seed=request.seed)
    scene = parse_scene(hint) if hint else None
    return paint(painter, prompt=request.prompt, scene=scene, seed=request.seed)


def build_painters(host: Host) -> Painters:
    """Return the painters; they have neither address nor key."""
    return Painters(host)
