"""The board page: one ranking question with its tabs, its state all in the address."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from arena.catalog.models import Modality
from arena.errors import DomainError, NotFound
from leaderboard.models import Board
from leaderboard.presentation.auditing.sureness import state_missing_votes
from leaderboard.presentation.board_address import CHOICES, COLUMNS, PRICE_STEPS, BoardAddress, board_url, read_address
from leaderboard.presentation.board_page.board_columns import OFFERED, name_columns
from leaderboard.presentation.board_page.tier_sentences import has_too_few, state_counted
from leaderboard.presentation.findings import is_open, state_finding
from leaderboard.presentation.ledger_choice import find_ledger_at, find_usual_ledger, list_ledgers
from leaderboard.presentation.sharing.card_facts import card_of_board
from leaderboard.presentation.sharing.share_head import head_of_board
from leaderboard.queries.audits import read_audit
from leaderboard.queries.current_method import has_two_kinds
from leaderboard.queries.slices import find_ledger, has_days, shown_modalities
from leaderboard.queries.snapshots import SnapshotGone
from leaderboard.queries.standings import BoardSummary, BoardView
from leaderboard.views.kept_boards import list_kept_boards, open_kept_board
from leaderboard.views.kept_pages import keep_page
from leaderboard.views.promises import render_promise
from leaderboard.views.tabs.asking import Asked
from leaderboard.views.tabs.board_tabs import find_tab, list_tabs
from leaderboard.views.tabs.matrix import find_pair, shown_choices
from leaderboard.views.tabs.table import fill_row


@require_safe
def redirect_to_board(request: HttpRequest) -> HttpResponse:
    """Lead from the leaderboard without a modality to that of the arena's first one."""
    return redirect("leaderboard", shown_modalities()[0])


@require_safe
def redirect_to_tab(request: HttpRequest, modality: str, view: str) -> HttpResponse:
    """Lead from the page that pairs or histories once had to the tab. What was `view` there is `form` now."""
    query = request.GET.copy()
    if "view" in query:
        query["form"] = str(query["view"])
    query["view"] = view
    return redirect(f"/leaderboard/{modality}/?{query.urlencode()}", permanent=True)


@require_safe
@keep_page
def show_board(request: HttpRequest, modality: str) -> HttpResponse:
    """One tab of a board. An address that isn't canonical redirects to the one that is.

    An unknown slice is a 404.
    """
    address, usual = read_choice(request.GET, modality)
    if not address.view and request.GET.urlencode() != address.query:
        return redirect(address.url)
    tidied = tidy_tab(request.GET, address) if address.view else ""
    if tidied:
        return redirect(tidied)
    boards = _boards_of(address.ledger or usual, modality, address.tiers)
    try:
        board = open_kept_board(address.question(usual_ledger=usual))
        asked = Asked(board, address, request.GET, usual, read_audit(board, with_model=False))
        pair = find_pair(asked) if address.view == "matrix" else ""
        if pair:
            return redirect(pair)
        context = _frame(asked, boards) | _fill(asked)
    except DomainError as error:
        return _say_missing(request, error, address, boards)
    if board.is_promised:
        return render_promise(request, "leaderboard/board.html", context)
    return render(request, "leaderboard/board.html", context)


@require_safe
def show_row(request: HttpRequest, modality: str) -> HttpResponse:
    """One row of a board by itself: open if the address opens it, closed if `contender` names it."""
    address, usual = read_choice(request.GET, modality)
    try:
        board = open_kept_board(address.question(usual_ledger=usual))
    except DomainError as error:
        raise Http404(error.message) from error
    slug = address.open or request.GET.get("contender", "")
    found = fill_row(Asked(board, address, request.GET, usual), slug)
    if found is None:
        raise Http404
    return render(request, "leaderboard/board_rows.html", found)


def read_choice(query: QueryDict, modality: str) -> tuple[BoardAddress, str]:
    """The reader's choices, and the ledger that an address without one means."""
    if modality not in Modality.values:
        raise Http404
    usual = find_usual_ledger(modality)
    address = read_address(modality, query, usual_ledger=usual)
    if not address.ledger:
        address = address.but(ledger=find_ledger_at(address.at, usual=usual))
    if address.tiers and not address.at and not _has_two_kinds(address.ledger or usual):
        address = address.but(tiers="")
    return address, usual


def _has_two_kinds(ledger: str) -> bool:
    try:
        return has_two_kinds(find_ledger(ledger))
    except NotFound:
        return False


def tidy_tab(query: QueryDict, address: BoardAddress) -> str:
    """The canonical address of a tab; empty if the query says no choice in another way.

    Keys that no choice has, and those that a tab reads for itself, such as names of contenders, are left alone.
    """
    read = dict(address.kept) | shown_choices(query)
    known = {*CHOICES, "form", "first"} & query.keys()
    if all(query.getlist(name) == [read.get(name)] for name in known):
        return ""
    others = [(name, value) for name, values in query.lists() if name not in known for value in values]
    kept = [(name, value) for name, value in read.items() if name not in ("form", "first") or name in known]
    return f"{reverse('leaderboard', args=[address.modality])}?{urlencode([*kept, *others])}"


def _fill(asked: Asked) -> dict[str, Any]:
    """What the tab shows. Without rows only a history has anything to show: a contender may have had votes once."""
    tab = find_tab(asked.address.view)
    if asked.board.rows or tab.name == "history":
        return tab.fill(asked)
    return {}


def _say_missing(
    request: HttpRequest, error: DomainError, address: BoardAddress, boards: tuple[BoardSummary, ...]
) -> HttpResponse:
    context = {
        "error": error,
        "address": address,
        "nearest_url": address.but(at=str(error.nearest)).url if isinstance(error, SnapshotGone) else "",
        "board_links": _link(boards, address),
    }
    return render(request, "leaderboard/board_missing.html", context, status=error.status)


def _boards_of(ledger: str, modality: str, tiers: str) -> tuple[BoardSummary, ...]:
    try:
        return list_kept_boards(ledger=ledger, modality=modality, tiers=tiers)
    except NotFound:
        return ()


def _link(boards: tuple[BoardSummary, ...], address: BoardAddress) -> list[tuple[BoardSummary, str]]:
    return [(board, board_url(board, ledger=address.ledger)) for board in boards]


def _frame(asked: Asked, boards: tuple[BoardSummary, ...]) -> dict[str, Any]:
    """What all tabs have in common: title, finding, tabs and filters."""
    board, address = asked.board, asked.address
    tab = find_tab(address.view)
    nearest = None if board.rows else _nearest(boards)
    return {
        "board": board,
        "address": address,
        "boards": boards,
        "board_links": _link(boards, address),
        "modality_label": Modality(board.modality).label,
        "modalities": Modality.choices,
        "view": tab.name,
        "tab_label": tab.label,
        "tab_template": tab.template,
        "tabs": list_tabs(asked),
        "intervals_url": address.tab_url("intervals"),
        "nearest": nearest,
        "nearest_url": board_url(nearest, ledger=address.ledger) if nearest else "",
        "canonical_url": address.canonical.url,
        "current_url": address.but(at="").url,
        "permanent_url": address.but(at=str(board.snapshot_id or "")).url,
        "model_query": asked.model_query,
        "counted": state_counted(board),
        "official_url": address.but(tiers="", at="").url if board.tiers else "",
        "all_votes_url": address.but(tiers="all", at="").url if has_too_few(board) else "",
        "said": f"{board.title}, {tab.label}",
    } | (_share(asked) | _filters(asked, boards))


def _share(asked: Asked) -> dict[str, Any]:
    """The finding, and what the head says of it to other sites."""
    board, found = asked.board, tell_finding(asked)
    title = f"{board.title} · {Modality(board.modality).label}"
    text = found["finding"] if board.rows else _("No votes yet.")
    return found | {"share": head_of_board(asked.address, card_of_board(board), title=title, text=text)}


def tell_finding(asked: Asked) -> dict[str, str]:
    """The finding, and about how many votes would tell more."""
    rows = asked.board.rows
    need = state_missing_votes(asked.audit.facts) if asked.audit and is_open(rows) else ""
    return {"finding": state_finding(rows), "need": need, "need_url": f"{asked.address.tab_url('intervals')}#gaps"}


def _filters(asked: Asked, boards: tuple[BoardSummary, ...]) -> dict[str, Any]:
    board, address = asked.board, asked.address
    shown = address.shown_columns
    names = name_columns()
    columns = [key for key in COLUMNS if asked.tells_offers or key not in OFFERED]
    folded = ("language", "days", "tiers", "ledger", "level", "organization", "max_price", "q")
    return {
        "has_categories": any(one.slice == Board.Slice.CATEGORY for one in boards),
        "has_axes": any(one.slice == Board.Slice.AXIS for one in boards),
        "has_languages": any(one.slice == Board.Slice.LANGUAGE for one in boards),
        "kinds": Board.Tiers.choices if board.counts else [],
        "windows": Board.Window.choices if has_days(board.origin) else [],
        "ledgers": list_ledgers(),
        "organizations": _organizations(board),
        "price_steps": PRICE_STEPS,
        "column_choices": [(key, names[key][0], key in shown) for key in columns],
        "chosen_count": sum(bool(getattr(address, name)) for name in folded),
    }


def _organizations(board: BoardView) -> list[tuple[str, str]]:
    """The makers of the contenders; unknown for imported ones."""
    named = {(row.organization_slug, row.organization_name) for row in board.rows if row.organization_slug}
    return sorted(named, key=_by_name)


def _by_name(organization: tuple[str, str]) -> str:
    return organization[1].casefold()


def _nearest(boards: tuple[BoardSummary, ...]) -> BoardSummary | None:
    """The board of this ledger and modality with the most votes, for a reader of an empty one."""
    return max((board for board in boards if board.votes), key=lambda board: board.votes, default=None)
