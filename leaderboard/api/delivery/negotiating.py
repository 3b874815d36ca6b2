"""What a client accepts: the form of an answer is named by its address, and 406 says that the client refuses it."""

from collections.abc import Iterable, Sequence

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

# Other names of what we send.
_ALSO = {
    "application/jsonl": ("application/x-ndjson", "application/x-jsonlines"),
    "application/vnd.apache.parquet": ("application/x-parquet", "application/octet-stream"),
    "application/vnd.oai.openapi": ("application/yaml", "text/yaml"),
    "application/vnd.oai.openapi+json": ("application/json",),
}


class AsAddressed(BaseContentNegotiation):
    """One form for each address: that of the view's `sends`; errors are JSON. Raises NotAcceptable."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        return next(iter(parsers), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        sends: Sequence[str] = request.parser_context["view"].sends
        if not any(weigh(request.headers.get("Accept", ""), media) for media in sends):
            raise NotAcceptable
        first = next(iter(renderers))
        return first, first.media_type


def weigh(header: str, media: str) -> float:
    """Return how much an Accept header wants a media type, from 0 (refused) to 1; without a header, anything is."""
    if not header.strip():
        return 1.0
    return max(_weigh(header, name) for name in (media, *_ALSO.get(media, ())))


def _weigh(header: str, media: str) -> float:
    """By the most specific range that holds, as RFC 9110 says."""
    best = (-1, 0.0)
    for part in header.split(","):
        pattern, *parameters = (piece.strip().lower() for piece in part.split(";"))
        kind, _slash, name = pattern.partition("/")
        place = 2 if pattern == media else 1 if name == "*" and kind == media.partition("/")[0] else 0
        if place or pattern == "*/*":
            best = max(best, (place, _quality(parameters)), key=lambda found: found[0])
    return best[1]


def _quality(parameters: Iterable[str]) -> float:
    for each in parameters:
        name, _equals, value = each.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
