"""Source images and outlines of masks: public, under the hash of their file, and the same for ever."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from arena.errors import DomainError
from arena.generation.ingest.public_sources import is_public, read_outline, read_source


@require_safe
def show_source_image(request: HttpRequest, sha256: str, width: str) -> HttpResponse:
    """A source image at a listed width; 404 for anything else, and for those of drafts unless staff asks."""
    caching = _say_caching(request, sha256)
    try:
        content = read_source(sha256=sha256, width=int(width))
    except DomainError as error:
        raise Http404 from error
    return HttpResponse(content, content_type="image/webp", headers=caching)


@require_safe
def show_outline(request: HttpRequest, sha256: str) -> HttpResponse:
    """The outline of a mask as SVG; 404 as for source images."""
    caching = _say_caching(request, sha256)
    try:
        content = read_outline(sha256=sha256)
    except DomainError as error:
        raise Http404 from error
    return HttpResponse(content, content_type="image/svg+xml", headers=caching)


def _say_caching(request: HttpRequest, sha256: str) -> dict[str, str]:
    """Return the headers that say how long caches may keep it. Raises Http404 if the visitor may not see it."""
    if is_public(sha256):
        scope = "public" if settings.ACCESS == "public" else "private"
        return {"Cache-Control": f"{scope}, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    if not request.user.is_staff:
        raise Http404
    return {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
