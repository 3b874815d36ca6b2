"""Pictures of open prompts under their public names; a picture in play is not served here."""

import hashlib
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from arena.errors import DomainError
from arena.generation.ingest.originals import read_public_manifests, read_public_original
from arena.generation.ingest.renditions import read_public_rendition
from arena.pictures.credential_report import has_library

# An image never changes, but it may be taken out, and is then to be gone within seconds: whoever keeps it asks again.
KEPT_SECONDS = 10


@require_safe
def show_image(request: HttpRequest, public_id: UUID, width: int, kind: str) -> HttpResponseBase:
    """The rendition of an open prompt's image at a listed width, as WebP or AVIF; 404 for anything else."""
    try:
        content = read_public_rendition(public_id=public_id, width=width, avif=kind == "avif")
    except DomainError as error:
        raise Http404 from error
    return _answer(request, HttpResponse(content, content_type=f"image/{kind}"))


@require_safe
def download_original(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """An open prompt's image as the provider sent it, to be stored and not shown; 404 for anything else."""
    try:
        original = read_public_original(public_id=public_id)
    except DomainError as error:
        raise Http404 from error
    response = HttpResponse(original.content, content_type=original.media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=original.name)
    return _answer(request, response)


@require_safe
def show_credentials(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the Content Credentials in an open prompt's image say, signed by whoever made it; 404 for anything else."""
    try:
        found = read_public_manifests(public_id=public_id)
    except DomainError as error:
        raise Http404 from error
    context = {"found": found, "made": found.image.generation, "has_library": has_library()}
    return render(request, "catalog/credentials.html", context)


def _answer(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """Return what caches may keep for KEPT_SECONDS; or 304 if the reader has it."""
    scope = "public" if settings.ACCESS == "public" else "private"
    response["Cache-Control"] = f"{scope}, max-age={KEPT_SECONDS}, must-revalidate"
    response["X-Content-Type-Options"] = "nosniff"
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
