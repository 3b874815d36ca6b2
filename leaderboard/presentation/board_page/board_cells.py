"""The rows of a board's table, written out so that a template only prints them.

A board may have hundreds of rows. Written here, a row takes a tenth of the time that a template's own tags would take.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote_plus

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from leaderboard.charts.intervals import Interval, interval_cell, interval_domain
from leaderboard.presentation.board_address import BoardAddress
from leaderboard.presentation.board_page.board_columns import cell_columns, cell_texts
from leaderboard.presentation.board_page.figure_texts import NONE, half_width, magnitude, rank_range, whole
from leaderboard.queries.standings import BoardView, StandingRow
from leaderboard.ratings.results import Line

Words = Mapping[str, str]

# A longer label of an imported contender is cut.
_LONGEST_NAME = 80
_PLOT_WIDTH = 190


class _Printed:
    """What a template prints by the hundred. Items come escaped, by a function that takes a fifth of Django's time.

    A template first asks for an item. Where there are none, each question costs an error.
    """

    __slots__ = ()

    def __getitem__(self, name: str) -> Any:
        return _escape(getattr(self, name))


def _escape(value: Any) -> Any:
    if type(value) is str:
        return SafeString(escape(value))
    return [_escape(each) for each in value] if type(value) is tuple else value


@dataclass(frozen=True, slots=True)
class Plot(_Printed):
    """An interval as numbers for an SVG: both ends and the value, and a text that says them.

    `faint` is the class, with a space before it, of an interval that is too unsure.
    """

    low: str
    centre: str
    high: str
    said: str
    faint: str


@dataclass(frozen=True, slots=True)
class RowCells(_Printed):
    """One row as it is printed. `plot` is None without a rating; `thin` then says how many votes are missing.

    `change` is None if the column isn't shown, `moved` says it in words, and `way` is `up`, `down` or empty.
    `toggle_url` opens or closes the row by loading the page, `fragment_url` is the row alone. `expanded` is `true` or
    `false`.
    """

    row: StandingRow
    key: str
    name: str
    model_url: str
    organization: str
    level: str
    badges: tuple[str, ...]
    rank: str
    elo: str
    half: str
    plot: Plot | None
    thin: str
    change: str | None
    way: str
    moved: str
    cells: tuple[str, ...]
    toggle_url: str
    fragment_url: str
    opener: str
    expanded: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class TableCells:
    """All rows, and whether they have the column of changes."""

    rows: tuple[RowCells, ...]
    with_change: bool


def write_rows(
    board: BoardView, rows: Sequence[StandingRow], address: BoardAddress, *, tells_offers: bool, model_query: str = ""
) -> TableCells:
    """Write the rows shown, in their order; plots of all share the scale of the whole board."""
    keys = cell_columns(address, tells_offers=tells_offers)
    with_change = "change" in keys
    texts = cell_texts([key for key in keys if key != "change"])
    domain = interval_domain([_interval(row.line) for row in board.rows if row.line.elo is not None])
    places = {row.contender_slug: str(place) for place, row in enumerate(board.rows)}
    urls, words = _Urls(address), _words()
    written = tuple(
        RowCells(
            row=row,
            key=places[row.contender_slug],
            name=shorten(row.contender_name) if board.origin else row.contender_name,
            model_url=f"{reverse('model', args=[row.model_slug])}{model_query}" if row.model_slug else "",
            organization=row.organization_name,
            level=row.line.level,
            badges=_badges(row, words),
            rank=rank_range(row.line),
            elo=whole(row.line.elo),
            half=half_width(row.line),
            plot=_plot(row.line, domain, words),
            thin=_missing(row.line, words) if row.line.elo is None else "",
            change=_change(row) if with_change else None,
            way=_way(row),
            moved=_moved(row, words),
            cells=tuple(write(row) for write in texts),
            **urls.toggle(row, words),
        )
        for row in rows
    )
    return TableCells(written, with_change)


class _Urls:
    """Addresses that open and close rows; the part that all share is written once."""

    def __init__(self, address: BoardAddress) -> None:
        closed = address.but(open="")
        start = f"{closed.query}&" if closed.query else ""
        self.opened, self.closed = address.open, closed.url
        self.page, self.row = (
            f"{reverse(name, args=[address.modality])}?{start}" for name in ("leaderboard", "board-row")
        )

    def toggle(self, row: StandingRow, words: Words) -> dict[str, Any]:
        """What the link of a row does: where it leads, what it says."""
        slug, is_open = quote_plus(row.contender_slug), row.contender_slug == self.opened
        said = words["close"] if is_open else words["open"]
        return {
            "toggle_url": self.closed if is_open else f"{self.page}open={slug}",
            "fragment_url": f"{self.row}contender={slug}" if is_open else f"{self.row}open={slug}",
            "opener": said.format(name=row.contender_name),
            "expanded": "true" if is_open else "false",
            "is_open": is_open,
        }


def shorten(name: str) -> str:
    """A label of a file, cut where it would fill the page."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _interval(line: Line) -> Interval:
    return Interval("", line.elo or 0.0, line.elo_low, line.elo_high, faint=line.level != "established")


def _plot(line: Line, domain: tuple[float, float], words: Words) -> Plot | None:
    if line.elo is None:
        return None
    cell = interval_cell(_interval(line), domain=domain, width=_PLOT_WIDTH)
    said = words["bare"] if line.elo_low is None else words["interval"]
    said = said.format(low=whole(line.elo_low), high=whole(line.elo_high))
    faint = "" if line.level == "established" else " is-faint"
    return Plot(f"{cell.low:.1f}", f"{cell.centre:.1f}", f"{cell.high:.1f}", said, faint)


def _missing(line: Line, words: Words) -> str:
    rated = line.wins + line.losses + line.ties
    return words["missing"].format(votes=rated, least=settings.THIN_VOTES)


def _badges(row: StandingRow, words: Words) -> tuple[str, ...]:
    """Words beside a name; what they mean stands below the table."""
    is_unlinked = "disconnected" in row.line.flags and row.line.level != "thin"
    if row.line.level != "preliminary" and not row.retired and not is_unlinked:
        return ()
    holding = {"preliminary": row.line.level == "preliminary", "retired": row.retired, "unlinked": is_unlinked}
    return tuple(words[name] for name, holds in holding.items() if holds)


def _way(row: StandingRow) -> str:
    if not row.moved or row.elo_change is None:
        return ""
    return "up" if row.elo_change > 0 else "down"


def _change(row: StandingRow) -> str:
    way = _way(row)
    if not way:
        return NONE
    return f"{'▲' if way == 'up' else '▼'} {magnitude(row.elo_change)}"


def _moved(row: StandingRow, words: Words) -> str:
    """The same in words, for whoever cannot see an arrow."""
    way = _way(row)
    return words[way].format(elo=magnitude(row.elo_change)) if way else ""


def _words() -> Words:
    """The words of rows in the reader's language. Looked up once: a look-up takes longer than all else of a cell."""
    return {
        "open": _("Details of {name}"),
        "close": _("Close the details of {name}"),
        "bare": _("no interval yet"),
        "interval": _("from {low} to {high}"),
        "missing": _("rated votes: {votes} of {least}"),
        "preliminary": _("preliminary"),
        "retired": _("retired"),
        "unlinked": _("unlinked"),
        "up": _("moved up {elo}"),
        "down": _("moved down {elo}"),
    }


def used_badges(rows: Iterable[RowCells]) -> set[str]:
    """The words that stand beside any name, so that only these are explained."""
    return {badge for row in rows for badge in row.badges}
