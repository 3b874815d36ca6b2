"""The built-in painters behind the ordinary protocol: no key, no network, nothing to pay."""

import io
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from arena.generation.providers.base import Asset, Done, ErrorKind, Pending, ProviderError, Request
from arena.painters.paint import PAINTERS, paint
from arena.painters.scenes import parse_scene

# A painting is full of grain: as JPEG it takes a tenth of the time that PNG takes, and a quarter of the disk.
QUALITY = 94
# A painting takes a tenth of a second, and more on a machine that is busy.
PATIENCE = 10.0
SLUGS = frozenset(painter.slug for painter in PAINTERS)


class Painters:
    """Paints in this process; `settings["painter"]` names the painter."""

    origin = ""

    def __init__(self) -> None:
        self.patience = min(PATIENCE, settings.CALL_SECONDS)

    def submit(self, request: Request, *, idempotency_key: str, deadline: float) -> Done:
        """Paint the prompt. Raises ProviderError(invalid) for a painter that does not exist."""
        painter = request.settings.get("painter")
        if painter not in SLUGS:
            raise ProviderError(ErrorKind.INVALID, f"There is no painter {painter!r}.", billed="no")
        hint = request.hints.get("scene")
        scene = parse_scene(hint) if hint else None
        file = io.BytesIO()
        paint(painter, prompt=request.prompt, scene=scene, seed=request.seed).save(
            file, "JPEG", quality=QUALITY, subsampling=0
        )
        return Done(assets=(Asset(data=file.getvalue()),))

    def poll(self, handle: Mapping[str, Any], *, deadline: float) -> Pending | Done:
        """Never called, as painting is over when `submit` returns."""
        raise ProviderError(ErrorKind.NOT_FOUND, "Painters leave nothing pending.", billed="no")


def build_painters(*, base_url: str, key: str) -> Painters:
    """Return the painters; they have neither address nor key."""
    return Painters()
