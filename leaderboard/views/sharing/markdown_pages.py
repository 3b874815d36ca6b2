"""Boards, models and comparisons as Markdown for machines: the numbers of the page, and where the data are."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import override
from django.views.decorators.http import require_safe

from arena.catalog.models import Modality
from arena.errors import DomainError
from leaderboard.computing.on_demand import COME_AGAIN_SECONDS, open_board
from leaderboard.presentation.board_page.tier_sentences import state_counted
from leaderboard.queries.audits import read_audit
from leaderboard.views.boards import read_choice, tell_finding
from leaderboard.views.comparing.compare import read_compared, read_comparison
from leaderboard.views.image_models import read_model_page
from leaderboard.views.sharing.kept_answers import answer_kept
from leaderboard.views.tabs.asking import Asked
from leaderboard.views.tabs.table import fill_table

MARKDOWN = "text/markdown"
View = Callable[..., HttpResponse]


def offer_markdown(page: View, markdown: View) -> View:
    """Answer with the Markdown form of a page whoever prefers it to HTML (`Accept: text/markdown`)."""

    @wraps(page)
    def answer(request: HttpRequest, **named: str) -> HttpResponse:
        if request.get_preferred_type(["text/html", MARKDOWN]) == MARKDOWN:
            with override(settings.LANGUAGE_CODE):
                response = markdown(request, **named)
            response["Content-Language"] = settings.LANGUAGE_CODE
        else:
            response = page(request, **named)
        patch_vary_headers(response, ["Accept"])
        return response

    return answer


@require_safe
def write_board(request: HttpRequest, modality: str) -> HttpResponse:
    """The table of a board, with its finding; the address takes the same choices as the page."""
    address, usual = read_choice(request.GET, modality)
    try:
        board = open_board(**address.question(usual_ledger=usual))
    except DomainError as error:
        return HttpResponse(f"{error.message}\n", status=error.status, content_type=f"{MARKDOWN}; charset=utf-8")
    asked = Asked(board, address.but(view="", open=""), request.GET, usual, read_audit(board))
    shown = {"board": board, "address": asked.address, "modality_label": Modality(board.modality).label}
    shown["counted"] = state_counted(board)
    shown["permanent_url"] = address.but(view="", open="", at=str(board.snapshot_id or "")).url
    if board.rows:
        shown |= tell_finding(asked) | fill_table(asked)
    response = _write(request, "leaderboard/board_markdown.txt", shown)
    if board.is_promised:
        response.status_code = 202
        response["Retry-After"], response["Cache-Control"] = str(COME_AGAIN_SECONDS), "no-store"
    return response


@require_safe
def write_model(request: HttpRequest, slug: str) -> HttpResponse:
    """What is known and measured of a model, without its pictures."""
    return _write(request, "catalog/model_markdown.txt", read_model_page(request, slug))


@require_safe
def write_comparison(request: HttpRequest) -> HttpResponse:
    """What `m` asks to compare; with fewer than two, whom one can name."""
    return _write_compared(request, read_compared(request.GET))


@require_safe
def write_pair(request: HttpRequest, one: str, two: str) -> HttpResponse:
    """Two contenders side by side, without their pictures."""
    return _write_compared(request, sorted({one, two}))


def _write_compared(request: HttpRequest, slugs: Sequence[str]) -> HttpResponse:
    return _write(request, "leaderboard/compare_markdown.txt", read_comparison(request.GET, slugs))


def _write(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    site = f"{request.scheme}://{request.get_host()}"
    text: str = render_to_string(template, {**context, "site": site}, request)
    # Tags that print nothing leave empty lines, and each cell leaves a space behind it.
    text = re.sub(r"\n{3,}", "\n\n", re.sub(r" +\n", "\n", text)).strip() + "\n"
    return answer_kept(request, HttpResponse(text, content_type=f"{MARKDOWN}; charset=utf-8"))
