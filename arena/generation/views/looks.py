"""The look at a run's images before they are published: without names, in an order that follows no contender."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from arena.errors import NotFound
from arena.generation.models import Run
from arena.generation.runs.overview import read_publication
from arena.generation.runs.publication import (
    drop_image,
    has_one_contender,
    look_page,
    not_nameless,
    read_look,
)
from arena.generation.views.staff import attempt, may_steer, staff_only, steering_only

THUMBNAIL_WIDTH, LARGE_WIDTH = 512, 1024


@require_safe
@staff_only
def look(request: HttpRequest, run_id: int) -> HttpResponse:
    """Unpublished images of a run, prompt by prompt. The page names neither the run nor a contender."""
    run = get_object_or_404(Run, pk=run_id)
    page, prompts = look_page(run, request.GET.get("page"))
    context = {
        "run_id": run.pk,
        "page": page,
        "prompts": prompts,
        "publication": read_publication(run),
        "publishes_itself": run.publishing == Run.Publishing.AUTOMATIC,
        "has_one_contender": has_one_contender(run),
        "not_nameless": not_nameless(run),
        "may_steer": may_steer(request.user),
    }
    return render(request, "generation/look.html", context)


@require_safe
@staff_only
def look_image(request: HttpRequest, handle: uuid.UUID) -> HttpResponse:
    """Serve an unpublished image to staff; `?large` for all that there is to see."""
    width = LARGE_WIDTH if "large" in request.GET else THUMBNAIL_WIDTH
    try:
        content = read_look(handle=handle, width=width)
    except NotFound as error:
        return HttpResponse(error.message, status=404, content_type="text/plain")
    headers = {"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type="image/webp", headers=headers)


@require_POST
@steering_only
def drop(request: HttpRequest, run_id: int, handle: uuid.UUID) -> HttpResponse:
    """Keep an image out of play, or take that back; then show the same page of the look."""
    drops = request.POST.get("verdict") != "keep"

    def act() -> str:
        drop_image(handle=handle, drops=drops)
        return ""

    attempt(request, act)
    page = request.POST.get("page", "")
    query = f"?page={page}" if page.isdecimal() else ""
    return redirect(f"{reverse('look', args=[run_id])}{query}#{handle}")
