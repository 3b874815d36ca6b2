"""Every pair of one board head to head: as a matrix of records, of chances, or as a list."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from arena.catalog.models import Contender, Modality
from arena.errors import DomainError
from leaderboard.charts.matrix import STEPS, Duel, lay_matrix
from leaderboard.computing.on_demand import open_board
from leaderboard.presentation.board_address import BoardAddress, clean_choice, read_address
from leaderboard.presentation.contenders.contender_settings import Difference, tell_difference
from leaderboard.presentation.ledger_choice import (
    LedgerLink,
    find_ledger_at,
    find_usual_ledger,
    link_ledgers,
    list_ledgers,
)
from leaderboard.queries.pair_table import PairLine, PairTable, read_pairs
from leaderboard.queries.row_order import sort_rows
from leaderboard.queries.snapshots import SnapshotGone
from leaderboard.queries.standings import StandingRow
from leaderboard.views.promises import promise_page

VIEWS = ("records", "chances", "list")
# Nobody reads a larger matrix, and it would have megabytes; the list and the downloads have more.
MOST_ROWS = 60
PAIRS_PER_PAGE = 500
# As long as an imported contender's label may be.
_LONGEST_LABEL = 300


@require_safe
def show_matrix(request: HttpRequest, modality: str) -> HttpResponse:
    """The pairs of one board, in the form that `view` names. `page` turns the list.

    `one` and `two` open a pair. A cell's link names its pair by two places (`pair`).
    """
    if modality not in Modality.values:
        raise Http404
    usual_ledger = find_usual_ledger(modality)
    address = read_address(modality, request.GET, usual_ledger=usual_ledger)
    if not address.ledger:
        address = address.but(ledger=find_ledger_at(address.at, usual=usual_ledger))
    try:
        board = open_board(**address.question(usual_ledger=usual_ledger))
    except DomainError as error:
        nearest_url = address.but(at=str(error.nearest)).matrix_url() if isinstance(error, SnapshotGone) else ""
        context = {"error": error, "nearest_url": nearest_url, "address": address}
        return render(request, "leaderboard/board_missing.html", context, status=error.status)
    if board.is_promised:
        return promise_page(request, board, board_url=address.url)
    chosen = _named_by_places(request.GET, address, usual_ledger)
    if chosen is not None:
        return redirect(_url(address, view=_view(request.GET), **chosen) + "#pair")
    context = _context(request.GET, address, read_pairs(board))
    context["ledgers"] = _link_ledgers(address, board.ledger_slug, usual_ledger, request.GET)
    return render(request, "leaderboard/matrix.html", context)


def _link_ledgers(address: BoardAddress, shown: str, usual: str, query: QueryDict) -> tuple[LedgerLink, ...]:
    """The same pairs in each ledger, as of now, since a snapshot belongs to one ledger."""
    view, (one, two) = _view(query), _names(query)
    now = address.but(at="")
    return link_ledgers(
        list_ledgers(imported=True),
        shown=shown,
        usual=usual,
        address=lambda ledger: _url(now.but(ledger=ledger), view=view, one=one, two=two),
    )


def _view(query: QueryDict) -> str:
    return query.get("view", "") if query.get("view") in VIEWS else VIEWS[0]


def _names(query: QueryDict) -> tuple[str, str]:
    """The two contenders whose pair is open; empty without."""
    one, two = (clean_choice(query.get(name, ""), longest=_LONGEST_LABEL) for name in ("one", "two"))
    return one, two


def _named_by_places(query: QueryDict, address: BoardAddress, usual_ledger: str) -> dict[str, str] | None:
    """The two contenders of `pair=3-17`, two places at the snapshot `of`. Unlike places, names make a lasting link."""
    places = query.get("pair", "").split("-")
    if len(places) != 2 or not all(place.isascii() and place.isdigit() and len(place) < 5 for place in places):
        return None
    try:
        seen = open_board(**address.but(at=query.get("of", "") or address.at).question(usual_ledger=usual_ledger))
    except DomainError:
        # The snapshot is gone by now; the reader can choose again.
        return None
    rows = sort_rows(seen.rows, "")
    one, two = map(int, places)
    if one == two or max(one, two) >= len(rows):
        return None
    return {"one": rows[one].contender_slug, "two": rows[two].contender_slug}


def _url(address: BoardAddress, *, view: str, **chosen: str) -> str:
    return address.matrix_url(view="" if view == VIEWS[0] else view, **chosen)


def _context(query: QueryDict, address: BoardAddress, table: PairTable) -> dict[str, Any]:
    view, board = _view(query), table.board
    one, two = _names(query)
    labels = {"records": _("Records"), "chances": _("Chances"), "list": _("All pairs as a list")}
    rows = table.rows[:MOST_ROWS]
    return {
        "address": address,
        "board": board,
        "modality_label": Modality(board.modality).label,
        "table": table,
        "view": view,
        "tabs": [(name, label, _url(address, view=name, one=one, two=two)) for name, label in labels.items()],
        "hidden": [*address.computation.items(), ("of", board.snapshot_id)],
        "steps": range(STEPS),
        "rows": rows,
        "left_out": len(board.rows) - len(rows),
        "page": Paginator(table.pairs, PAIRS_PER_PAGE).get_page(query.get("page")),
        "list_url": _url(address, view="list", one=one, two=two),
        "matrix": list(zip(rows, _lay(view, table, rows), strict=True)) if view != "list" else [],
        "chosen": _find(table, one, two),
        "differences": _differences(one, two),
        "one": one,
        "two": two,
        "board_url": address.shown_rows().but(sort="").url,
    } | _downloads(table, address)


def _lay(view: str, table: PairTable, rows: tuple[StandingRow, ...]) -> Any:
    duels: dict[tuple[str, str], Duel] = {}
    for pair in table.pairs:
        for line in (pair, pair.turn()):
            duels[line.contender_slug, line.opponent_slug] = _record(line) if view == "records" else _chances(line)
    labels = [row.contender_slug for row in rows]
    if view == "records":
        return lay_matrix(labels, duels, least=settings.THIN_VOTES)
    return lay_matrix(labels, duels, written="wins")


def _record(line: PairLine) -> Duel:
    return Duel(line.share, line.wins or 0, line.ties or 0, line.losses or 0)


def _chances(line: PairLine) -> Duel:
    if line.p_win is None or line.p_tie is None or line.p_loss is None:
        return Duel(None, 0, 0, 0)
    return Duel(line.p_win + line.p_tie / 2, line.p_win, line.p_tie, line.p_loss)


def _find(table: PairTable, one: str, two: str) -> PairLine | None:
    for pair in table.pairs:
        if (pair.contender_slug, pair.opponent_slug) == (one, two):
            return pair
        if (pair.opponent_slug, pair.contender_slug) == (one, two):
            return pair.turn()
    return None


def _differences(one: str, two: str) -> tuple[Difference, ...]:
    """In which settings the pair differs, if both are contenders of one model here."""
    found = {contender.slug: contender for contender in Contender.objects.filter(slug__in=[one, two])}
    return tell_difference(found[one], found[two]) if len(found) == 2 else ()


def _downloads(table: PairTable, address: BoardAddress) -> dict[str, str]:
    query = address.api_query(ledger=table.board.ledger_slug)
    return {"json_url": f"{reverse('api-pairs')}?{query}", "csv_url": f"{reverse('api-pairs.csv')}?{query}"}
