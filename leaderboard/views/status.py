"""The status page: whether the arena is healthy."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from arena.generation.syncing.notices import read_notices
from leaderboard.queries.status import read_health


@require_safe
def show_status(request: HttpRequest) -> HttpResponse:
    """What waits, what was done last, and the heads of the ledgers; never cached. Staff see the catalogue's notices."""
    notices = read_notices().total if request.user.is_staff else 0
    response = render(request, "leaderboard/status.html", {"health": read_health(), "notices": notices})
    response["Cache-Control"] = "no-store"
    return response
