"""The tab of pairs: one pair's verdict first, then contenders head to head as numbers, as a map, or as a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import gettext as _

from arena.catalog.models import Contender
from arena.errors import DomainError
from leaderboard.charts.matrix import SQUARE, STEPS, Duel, Find, draw_map, lay_matrix
from leaderboard.computing.on_demand import open_board
from leaderboard.presentation.board_address import LONGEST_LABEL, BoardAddress, clean_choice
from leaderboard.presentation.comparing.compare_address import compare_url
from leaderboard.presentation.comparing.verdict_sentences import Judgement, state_judgement
from leaderboard.presentation.contenders.contender_settings import Difference, tell_difference
from leaderboard.queries.comparing.verdicts import Record, lines_of, opinion_of
from leaderboard.queries.pair_table import PairLine, PairSource, open_pairs
from leaderboard.queries.row_order import sort_rows
from leaderboard.queries.standings import StandingRow
from leaderboard.views.tabs.asking import Asked

FORMS = ("records", "chances", "list")
# How many contenders a reader can have shown besides those chosen by name; the first number is the usual one.
SIZES = (12, 24, 60)
# A larger matrix is a map of coloured squares without numbers.
MOST_WRITTEN = 24
PAIRS_PER_PAGE = 200


@dataclass(frozen=True)
class ShownPair:
    """The pair at the top: its line and verdict, in which settings it differs, and where more of it stands."""

    line: PairLine
    judgement: Judgement
    differences: tuple[Difference, ...]
    url: str


class _Pairs(Sequence[PairLine]):
    """All pairs of a board, or one contender's, of which only those of one page are made."""

    def __init__(self, source: PairSource, contender: StandingRow | None) -> None:
        self.source, self.contender = source, contender
        n = len(source.rows)
        self.size = n * (n - 1) // 2 if contender is None else n - 1

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, place: Any) -> Any:
        if not isinstance(place, slice):
            return self[place : place + 1][0]
        if self.contender is None:
            return self.source.lines(place.start, place.stop)
        others = (row for row in self.source.rows if row is not self.contender)
        return [self.source.line(self.contender, row) for row in islice(others, place.start, place.stop)]


def fill_matrix(asked: Asked) -> dict[str, Any]:
    """A pair and its verdict, then a matrix of the first contenders or of the chosen ones, in the form `form`.

    `one` and `two` open a pair; `one` alone lists its pairs. `first` says how many contenders are shown, `c` which.
    `page` turns the list.
    """
    query, address, source = asked.query, asked.address, open_pairs(asked.board)
    form = _form(query)
    one, two = _names(query)
    kept = {"form": form, "first": _first(query)}
    rows = _choose(source, query)
    named = {row.contender_slug: row for row in source.rows}
    listed = named.get(one) if not two else None
    labels = {"records": _("Records"), "chances": _("Chances"), "list": _("All pairs as a list")}
    urls = {name: _url(address, **kept | {"form": name}, one=one, two=two) for name in FORMS}
    return {
        "source": source,
        "form": form,
        "forms": [(name, labels[name], url) for name, url in urls.items()],
        "hidden": address.kept,
        "steps": range(STEPS),
        "rows": rows,
        "shown": {row.contender_slug for row in rows},
        "sizes": _sizes(address, source, kept, one, two, len(rows), is_chosen=bool(query.getlist("c"))),
        "page": Paginator(_Pairs(source, listed), PAIRS_PER_PAGE).get_page(query.get("page")),
        "list_url": _url(address, form="list", one=one if listed else ""),
        "listed": listed,
        "whole_list_url": _url(address, form="list"),
        "pair": _show_pair(asked, source, one, two),
        "one": one or source.rows[0].contender_slug,
        "two": two or (source.rows[1].contender_slug if len(source.rows) > 1 else ""),
        "json_url": asked.api_url("api-pairs", **_listed(form, listed)),
        "csv_url": asked.api_url("api-pairs.csv", **_listed(form, listed)),
    } | (_draw(form, source, rows, _url(address, **kept)) if form != "list" else {})


def _listed(form: str, listed: StandingRow | None) -> dict[str, str]:
    """What the API is asked besides the board: for the lines of the list, if it is shown."""
    if form != "list":
        return {}
    return {"contender": listed.contender_slug} if listed else {"sides": "one"}


def find_pair(asked: Asked) -> str:
    """The address of the pair that an older link names by two places (`pair=3-17`); empty if there is none."""
    chosen = _named_by_places(asked.query, asked.address, asked.usual_ledger)
    return "" if chosen is None else _url(asked.address, form=_form(asked.query), **chosen) + "#pair"


def shown_choices(query: QueryDict) -> dict[str, str]:
    """What the query says of form and size, without usual or unusable values."""
    form = _form(query)
    chosen = {"form": "" if form == FORMS[0] else form, "first": _first(query)}
    return {name: value for name, value in chosen.items() if value}


def _form(query: QueryDict) -> str:
    return query.get("form", "") if query.get("form") in FORMS else FORMS[0]


def _first(query: QueryDict) -> str:
    """How many contenders are shown, as the address says it: empty for the usual number."""
    asked = query.get("first", "")
    return asked if asked == "all" or asked in map(str, SIZES[1:]) else ""


def _names(query: QueryDict) -> tuple[str, str]:
    """The two contenders whose pair is open; empty without."""
    one, two = (clean_choice(query.get(name, ""), longest=LONGEST_LABEL) for name in ("one", "two"))
    return one, two


def _choose(source: PairSource, query: QueryDict) -> tuple[StandingRow, ...]:
    """The contenders named by `c`, or the first ones, in the order of the board."""
    named = set(query.getlist("c"))
    chosen = tuple(row for row in source.rows if row.contender_slug in named)
    if len(chosen) > 1:
        return chosen
    first = _first(query)
    return source.rows if first == "all" else source.rows[: int(first or SIZES[0])]


def _sizes(
    address: BoardAddress, source: PairSource, kept: dict[str, str], one: str, two: str, shown: int, *, is_chosen: bool
) -> list[tuple[str, str, bool]]:
    """How many contenders can be shown: label, address, and whether that many are."""
    total = len(source.rows)
    counts = [(str(size), "" if size == SIZES[0] else str(size), size) for size in SIZES if size < total]
    counts.append((_("all {n}").format(n=total), "all" if counts else "", total))
    return [
        (label, _url(address, **kept | {"first": first}, one=one, two=two), not is_chosen and count == shown)
        for label, first, count in counts
    ]


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


def _url(address: BoardAddress, **chosen: str) -> str:
    return address.tab_url(
        "matrix", **chosen | {"form": "" if chosen.get("form") == FORMS[0] else chosen.get("form", "")}
    )


def _draw(form: str, source: PairSource, rows: tuple[StandingRow, ...], base: str) -> dict[str, Any]:
    """The matrix with numbers, or where it is large the map."""
    find = _duels(form, source, rows)
    least = settings.THIN_VOTES if form == "records" else 0
    drawn: dict[str, Any] = {"base": base, "square": SQUARE}
    if len(rows) > MOST_WRITTEN:
        laid = draw_map(len(rows), find, least=least)
        return drawn | {"map": laid, "map_rows": list(zip(rows, laid.shares, strict=True))}
    cells = lay_matrix(len(rows), find, written="share" if form == "records" else "wins", least=least)
    slugs = [quote(row.contender_slug, safe="") for row in rows]
    return drawn | {
        "matrix": [
            (row, slug, list(zip(slugs, own, strict=True))) for row, slug, own in zip(rows, slugs, cells, strict=True)
        ]
    }


def _duels(form: str, source: PairSource, rows: tuple[StandingRow, ...]) -> Find:
    say = _record if form == "records" else _chances
    preliminary = [row.line.level != "established" for row in rows]

    def find(row: int, column: int) -> Duel:
        return say(source, rows[row], rows[column], faint=preliminary[row] or preliminary[column])

    return find


def _record(source: PairSource, one: StandingRow, two: StandingRow, *, faint: bool) -> Duel:
    wins, ties, losses, _both_bad = source.record(one, two)
    rated = wins + ties + losses
    return Duel((wins + ties / 2) / rated if rated else None, wins, ties, losses, faint)


def _chances(source: PairSource, one: StandingRow, two: StandingRow, *, faint: bool) -> Duel:
    found = source.chance(one, two)
    if found is None:
        return Duel(None, 0, 0, 0)
    return Duel(found.win + found.tie / 2, found.win, found.tie, found.loss, faint)


def _show_pair(asked: Asked, source: PairSource, one: str, two: str) -> ShownPair | None:
    """The pair that was asked for, or the board's first two; None if the names are not of two contenders here."""
    rows = {row.contender_slug: row for row in source.rows}
    if not one and not two:
        one, two = list(rows)[:2]
    if one not in rows or two not in rows or one == two:
        return None
    line = source.line(rows[one], rows[two])
    record = None if line.wins is None else Record(line.wins, line.ties or 0, line.losses or 0, line.both_bad or 0)
    lines = lines_of([rows[one], rows[two]])
    verdict = opinion_of(source.audit).judge(one, two, lines)
    address = asked.address
    return ShownPair(
        line=line,
        judgement=state_judgement((one, two), (line.contender_name, line.opponent_name), verdict, record),
        differences=_differences(one, two),
        url=compare_url([one, two], query=[("language", address.language), ("ledger", address.ledger)]),
    )


def _differences(one: str, two: str) -> tuple[Difference, ...]:
    """In which settings the pair differs, if both are contenders of one model here."""
    found = {contender.slug: contender for contender in Contender.objects.filter(slug__in=[one, two])}
    return tell_difference(found[one], found[two]) if len(found) == 2 else ()
