"""How every number on a board is made, with the values that this arena uses."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from arena.catalog.models import Modality
from arena.voting.sampling.choice import BOOST, UNIFORM_SHARE, WIDE_ELO
from leaderboard.current_method import current_method, name_thresholds
from leaderboard.slices import default_ledger, find_ledger
from leaderboard.standings import read_board

# Elo gaps of the table that translates a gap into an expected share of wins.
GAPS = (0, 25, 50, 100, 200, 400)


@require_safe
def show_methodology(request: HttpRequest) -> HttpResponse:
    """Derive what is shown, from the method in force and the overall board's latest snapshot."""
    ledger = default_ledger()
    method = current_method()
    context = {
        "method": method,
        "thresholds": name_thresholds(),
        "board": read_board(ledger=ledger, modality=Modality.TEXT_TO_IMAGE.value),
        "ledger": find_ledger(ledger),
        "shares": [(gap, 1 / (1 + 10 ** (-gap / method.elo_scale))) for gap in GAPS],
        "uniform_share": UNIFORM_SHARE,
        "boost": BOOST,
        "boost_above": WIDE_ELO,
        "seal_seconds": settings.SEAL_SECONDS,
        "move_days": settings.MOVE_DAYS,
        "refresh_seconds": settings.REFRESH_SECONDS,
    }
    return render(request, "leaderboard/methodology.html", context)
