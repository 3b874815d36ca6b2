"""The tab of pairs: every two contenders head to head, as a matrix of records, of chances, or as a list."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import gettext as _

from arena.catalog.models import Contender
from arena.errors import DomainError
from leaderboard.charts.matrix import STEPS, Duel, lay_matrix
from leaderboard.computing.on_demand import open_board
from leaderboard.presentation.board_address import LONGEST_LABEL, BoardAddress, clean_choice
from leaderboard.presentation.contenders.contender_settings import Difference, tell_difference
from leaderboard.queries.pair_table import PairLine, PairTable, read_pairs
from leaderboard.queries.row_order import sort_rows
from leaderboard.queries.standings import StandingRow
from leaderboard.views.tabs.asking import Asked

FORMS = ("records", "chances", "list")
# Nobody reads a larger matrix, and it would have megabytes; the list and the downloads have more.
MOST_ROWS = 60
PAIRS_PER_PAGE = 500


def fill_matrix(asked: Asked) -> dict[str, Any]:
    """The pairs of the board, in the form that `form` names. `page` turns the list, `one` and `two` open a pair."""
    query, address, table = asked.query, asked.address, read_pairs(asked.board)
    form, board = _form(query), table.board
    one, two = _names(query)
    labels = {"records": _("Records"), "chances": _("Chances"), "list": _("All pairs as a list")}
    rows = table.rows[:MOST_ROWS]
    return {
        "table": table,
        "form": form,
        "forms": [(name, label, _url(address, form=name, one=one, two=two)) for name, label in labels.items()],
        "hidden": [*address.kept, ("of", board.snapshot_id)],
        "steps": range(STEPS),
        "rows": rows,
        "left_out": len(board.rows) - len(rows),
        "page": Paginator(table.pairs, PAIRS_PER_PAGE).get_page(query.get("page")),
        "list_url": _url(address, form="list", one=one, two=two),
        "matrix": list(zip(rows, _lay(form, table, rows), strict=True)) if form != "list" else [],
        "chosen": _find(table, one, two),
        "differences": _differences(one, two),
        "one": one,
        "two": two,
        "json_url": asked.api_url("api-pairs"),
        "csv_url": asked.api_url("api-pairs.csv"),
    }


def find_pair(asked: Asked) -> str:
    """The address of the pair that a pressed cell names by two places (`pair=3-17`); empty if none was pressed."""
    chosen = _named_by_places(asked.query, asked.address, asked.usual_ledger)
    return "" if chosen is None else _url(asked.address, form=_form(asked.query), **chosen) + "#pair"


def _form(query: QueryDict) -> str:
    return query.get("form", "") if query.get("form") in FORMS else FORMS[0]


def _names(query: QueryDict) -> tuple[str, str]:
    """The two contenders whose pair is open; empty without."""
    one, two = (clean_choice(query.get(name, ""), longest=LONGEST_LABEL) for name in ("one", "two"))
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


def _url(address: BoardAddress, *, form: str, **chosen: str) -> str:
    return address.tab_url("matrix", form="" if form == FORMS[0] else form, **chosen)


def _lay(form: str, table: PairTable, rows: tuple[StandingRow, ...]) -> Any:
    duels: dict[tuple[str, str], Duel] = {}
    for pair in table.pairs:
        for line in (pair, pair.turn()):
            duels[line.contender_slug, line.opponent_slug] = _record(line) if form == "records" else _chances(line)
    labels = [row.contender_slug for row in rows]
    if form == "records":
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
