"""What programs that walk the site read first: where not to go, and where everything is."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from arena.catalog.models import Modality
from leaderboard.presentation.board_address import board_address
from leaderboard.presentation.ledger_choice import find_usual_ledger
from leaderboard.presentation.sharing.other_forms import markdown_of_board
from leaderboard.queries.slices import shown_modalities
from leaderboard.queries.standings import list_boards
from leaderboard.views.sharing.kept_answers import answer_kept

# Voting, staff, accounts, calls of providers; and the same boards in endless orders.
_CLOSED = (
    "/vote/", "/staff/", "/admin/", "/accounts/", "/hooks/", "/language/", "/leaderboard/mine/", "/leaderboard/*/row/",
    "/*?*sort=", "/*?*open=", "/*?*q=", "/*?*columns=",
)  # fmt: skip
_KEPT_SECONDS = 3600


@require_safe
def say_robots(request: HttpRequest) -> HttpResponse:
    """Ask robots to stay away from voting and from staff; behind a login, from everything."""
    if settings.ACCESS != "public":
        return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED)]
    lines += ["", f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}", ""]
    return answer_kept(request, HttpResponse("\n".join(lines), content_type="text/plain"), seconds=_KEPT_SECONDS)


@require_safe
def say_contents(request: HttpRequest) -> HttpResponse:
    """Tell language models what this is and where its numbers are, as `llms.txt` (https://llmstxt.org)."""
    boards = []
    for modality in shown_modalities():
        own = list_boards(ledger=find_usual_ledger(modality), modality=modality)
        voted = [(one, markdown_of_board(board_address(one))) for one in own if one.votes]
        boards.append((Modality(modality).label, voted))
    site = f"{request.scheme}://{request.get_host()}"
    text = render_to_string("leaderboard/llms.txt", {"site": site, "boards": boards}, request)
    return answer_kept(request, HttpResponse(text, content_type="text/plain; charset=utf-8"), seconds=_KEPT_SECONDS)
