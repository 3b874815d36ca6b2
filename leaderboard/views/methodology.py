"""How every number on a board is made, with the values that this arena uses, and the source that makes it."""

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from arena.generation.ingest.renditions import QUALITY, WIDTHS, detail_width
from arena.voting.casting.votes import SETTLED_VOTES, SETTLING
from arena.voting.dealing.choice import BOOST, UNIFORM_SHARE, WIDE_ELO
from arena.voting.evidence.network_labels import KEPT_DAYS
from arena.voting.models import Tier
from leaderboard.presentation.auditing.sureness import name_contenders
from leaderboard.presentation.ledger_choice import choose_ledger
from leaderboard.queries.audits import read_audit
from leaderboard.queries.current_method import current_method, has_two_kinds, name_thresholds, official_tiers
from leaderboard.queries.slices import shown_modalities
from leaderboard.queries.standings import BoardView, read_board

# Elo gaps of the table that translates a gap into an expected share of wins.
GAPS = (0, 25, 50, 100, 200, 400)


@require_safe
def show_methodology(request: HttpRequest) -> HttpResponse:
    """Show how numbers are made, by the method in force and the overall board's latest snapshot."""
    modality = shown_modalities()[0]
    shown = choose_ledger(request.path, request.GET, modality=modality)
    method = current_method()
    board = read_board(ledger=shown.slug, modality=modality)
    context = {
        "method": method,
        "thresholds": name_thresholds(),
        "board": board,
        "shown": shown,
        "shares": [(gap, 1 / (1 + 10 ** (-gap / method.elo_scale))) for gap in GAPS],
        "uniform_share": UNIFORM_SHARE,
        "aimed_share": 1 - UNIFORM_SHARE,
        "boost": BOOST,
        "boost_above": WIDE_ELO,
        "categories_by": settings.DRAW_CATEGORIES_BY,
        "widths": WIDTHS,
        "quality": QUALITY,
        "pixels_of_view": detail_width(),
        "seal_seconds": settings.SEAL_SECONDS,
        "move_days": settings.MOVE_DAYS,
        "refresh_seconds": settings.REFRESH_SECONDS,
        "audit_minutes": max(1, round(settings.AUDIT_SECONDS / 60)),
        "alpha": 1 - method.confidence,
        "modules": sorted(_sources()),
        "settling_days": SETTLING.days,
        "settled_votes": SETTLED_VOTES,
        "kept_days": KEPT_DAYS,
        "two_kinds": has_two_kinds(shown.ledger),
        "official": [Tier(tier).label for tier in official_tiers()],
    }
    return render(request, "leaderboard/methodology.html", context | _replays(board))


def _replays(board: BoardView) -> dict[str, Any]:
    """TrueSkill vote by vote beside the published one, from the board's audit; empty without one."""
    audit = read_audit(board)
    if audit is None or not audit.facts["replays"]:
        return {}
    replays, names = audit.facts["replays"], name_contenders(board.rows)
    lines = [line | {"name": names.get(line["contender"], line["contender"])} for line in replays["lines"]]
    return {
        "replays": lines,
        "replay_orders": replays["orders"],
        "replay_votes": audit.facts["votes"],
        "replay_span": max(line["highest"] - line["lowest"] for line in lines),
    }


@require_safe
def show_source(request: HttpRequest, module: str) -> HttpResponse:
    """The source of a module of the rating engine, as it runs here."""
    path = _sources().get(module)
    if path is None:
        raise Http404
    return HttpResponse(path.read_text(), content_type="text/plain; charset=utf-8")


@cache
def _sources() -> dict[str, Path]:
    """The modules of the engine and of the files that it reads, by name."""
    rooms = ("ratings", "votefiles")
    files = (path for room in rooms for path in (settings.BASE_DIR / "leaderboard" / room).rglob("*.py"))
    return {path.stem: path for path in files if path.stem != "__init__"}
