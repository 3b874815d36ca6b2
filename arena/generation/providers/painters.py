"""The built-in painters behind the ordinary protocol: no key, no network, nothing to pay."""

import io

from django.conf import settings

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
from arena.painters.paint import PAINTERS, paint
from arena.painters.scenes import parse_scene

# A painting is full of grain: as JPEG it takes a tenth of the time that PNG takes, and a quarter of the disk.
QUALITY = 94
# A painting takes a tenth of a second, and more on a machine that is busy.
PATIENCE = 10.0
SLUGS = frozenset(painter.slug for painter in PAINTERS)


class Painters(AnswersAtOnce):
    """Paints in this process; `settings["painter"]` names the painter."""

    capabilities = Capabilities(seed=True, sizes="")

    def __init__(self, host: Host) -> None:
        self.host = host
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


def build_painters(host: Host) -> Painters:
    """Return the painters; they have neither address nor key."""
    return Painters(host)
