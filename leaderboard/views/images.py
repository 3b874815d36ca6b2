"""Pictures of open prompts under their public names; a picture in play is not served here."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from arena.errors import DomainError
from arena.generation.ingest.renditions import read_public_rendition


@require_safe
def show_image(request: HttpRequest, public_id: UUID, width: int) -> HttpResponse:
    """The rendition of an open prompt's image at a listed width; 404 for anything else.

    An open prompt stays open and an image never changes, so caches may keep it for ever.
    """
    try:
        content = read_public_rendition(public_id=public_id, width=width)
    except DomainError as error:
        raise Http404 from error
    scope = "public" if settings.ACCESS == "public" else "private"
    headers = {"Cache-Control": f"{scope}, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="image/webp", headers=headers)
