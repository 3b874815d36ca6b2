"""The staff page of what in the catalogue needs a look."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from arena.generation.syncing.notices import SOON_DAYS, STALE_DAYS, read_notices
from arena.generation.views.staff import staff_only


@require_safe
@staff_only
def show_notices(request: HttpRequest) -> HttpResponse:
    """What providers' lists say, models that end soon, and facts grown old."""
    context = {"notices": read_notices(), "stale_days": STALE_DAYS, "soon_days": SOON_DAYS}
    return render(request, "generation/notices.html", context)
