"""Pages that are shown while a board is computed for the first time."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from leaderboard.computing.on_demand import COME_AGAIN_SECONDS


def render_promise(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """Render a page that says when to come again, with status 202."""
    response = render(request, template, {**context, "seconds": COME_AGAIN_SECONDS}, status=202)
    response["Retry-After"] = str(COME_AGAIN_SECONDS)
    response["Cache-Control"] = "no-store"
    return response
