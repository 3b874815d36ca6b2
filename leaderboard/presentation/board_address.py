"""The address of a board page: all of a reader's choices in a fixed order, without default values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal, InvalidOperation
from typing import TypedDict
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from leaderboard.models import Board
from leaderboard.queries.standings import BoardSummary

# Sort keys, with the direction that a first click on the column gives: best first.
SORTS: Mapping[str, str] = {
    "rank": "rank",
    "name": "name",
    "elo": "-elo",
    "trueskill": "-trueskill",
    "votes": "-votes",
    "voters": "-voters",
    "win_rate": "-win_rate",
    "floor_rate": "floor_rate",
    "price": "price",
    "seconds": "seconds",
    "success": "-success",
}
WINDOWS = tuple(str(days) for days in Board.Window.values if days)
LEVELS = ("established", "preliminary")
# The tabs of a board besides its table; a new one also needs a line in `views.tabs.board_tabs`.
VIEWS = ("intervals", "pareto", "matrix", "history", "changes", "sensitivity", "reasons")
# Columns that a reader chooses, in the order of the table. Rank, name and rating are always there.
COLUMNS = ("change", "price", "seconds", "success", "votes", "voters", "trueskill", "win_rate", "floor_rate")
USUAL_COLUMNS = COLUMNS[:5]
# Upper ends of the price filter, in USD per image.
PRICE_STEPS = ("0.01", "0.02", "0.05", "0.1", "0.2")
# In an address: none of the columns.
NO_COLUMNS = "none"
_LONGEST = 80
# As long as an imported contender's label may be.
LONGEST_LABEL = 300
# What an axis is called in the list of categories.
AXIS_OPTION = "axis:"


class BoardQuestion(TypedDict):
    """Which board is meant: a ledger's slug, and the other arguments of `open_board`."""

    ledger: str
    modality: str
    category: str | None
    language: str | None
    axis: str | None
    days: int
    tiers: str
    at: str | None


@dataclass(frozen=True)
class BoardAddress:
    """A reader's choices. An empty value is the default and is left out of the address.

    `view` is a tab. `category`, `language`, `days`, `ledger`, `at`, `axis` and `tiers` select another computation.
    `level`, `organization`, `max_price` and `q` only hide rows; `level` is the lowest level of certainty shown.
    `columns` are some of COLUMNS, with commas. `open` is the contender whose row is open.
    """

    modality: str
    view: str = ""
    category: str = ""
    language: str = ""
    days: str = ""
    ledger: str = ""
    at: str = ""
    axis: str = ""
    tiers: str = ""
    level: str = ""
    organization: str = ""
    max_price: str = ""
    q: str = ""
    sort: str = ""
    columns: str = ""
    open: str = ""

    @property
    def query(self) -> str:
        """The query string in canonical order, without a question mark."""
        return urlencode(self.kept)

    @property
    def url(self) -> str:
        path = reverse("leaderboard", args=[self.modality])
        return f"{path}?{self.query}" if self.query else path

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """The chosen columns, or the usual ones."""
        if not self.columns:
            return USUAL_COLUMNS
        return tuple(name for name in COLUMNS if name in self.columns.split(","))

    @property
    def kept(self) -> list[tuple[str, str]]:
        """All choices that are not defaults, by their name in the address, for a form that changes others."""
        chosen = [(field.name, getattr(self, field.name)) for field in fields(self) if field.name != "modality"]
        return [(name, value) for name, value in chosen if value]

    def question(self, *, usual_ledger: str) -> BoardQuestion:
        """The arguments that make `open_board` open the same board."""
        return {
            "ledger": self.ledger or usual_ledger,
            "modality": self.modality,
            "category": self.category or None,
            "language": self.language or None,
            "axis": self.axis or None,
            "days": int(self.days or 0),
            "tiers": self.tiers,
            "at": self.at or None,
        }

    def tab_url(self, view: str, **chosen: str) -> str:
        """A tab of the same board, with the choices made there; an empty choice is left out."""
        tab = self.but(view=view, open="")
        query = urlencode([*tab.kept, *((name, value) for name, value in chosen.items() if value)])
        path = reverse("leaderboard", args=[self.modality])
        return f"{path}?{query}" if query else path

    def api_query(self, *, ledger: str, **more: str) -> str:
        """The API's query for the same board; it names `ledger` even if that is the default."""
        chosen = {"ledger": ledger, "modality": self.modality} | more
        chosen |= {name: getattr(self, name) for name in ("category", "language", "days", "at", "axis", "tiers")}
        return urlencode({name: value for name, value in chosen.items() if value})

    @property
    def hides_rows(self) -> bool:
        return bool(self.level or self.organization or self.max_price or self.q)

    def but(self, **changes: str) -> "BoardAddress":
        """The same address with some choices changed."""
        return replace(self, **changes)

    def shown_rows(self) -> "BoardAddress":
        """The same board without hidden rows."""
        return self.but(level="", organization="", max_price="", q="", open="")

    @property
    def canonical(self) -> "BoardAddress":
        """The same tab of the same board, without what a reader sorts, hides, chooses or opens there."""
        return self.shown_rows().but(sort="", columns="")


# The keys of all choices in an address.
CHOICES = tuple(field.name for field in fields(BoardAddress) if field.name != "modality")


def board_address(board: BoardSummary, *, ledger: str = "") -> BoardAddress:
    """The canonical address of a board; `ledger` is empty for the default one."""
    plain = BoardAddress(board.modality, ledger=ledger, tiers=board.tiers)
    return plain if board.slice == "overall" else plain.but(**{board.slice: board.slice_value})


def board_url(board: BoardSummary, *, ledger: str = "") -> str:
    """The canonical address as text."""
    return board_address(board, ledger=ledger).url


def history_url(board: BoardAddress, contender: str) -> str:
    """The address of a contender's history on a board, without the board's other choices."""
    chosen = BoardAddress(
        board.modality,
        "history",
        board.category,
        board.language,
        board.days,
        board.ledger,
        axis=board.axis,
        tiers=board.tiers,
    )
    return chosen.tab_url("history", contender=contender)


def read_address(modality: str, query: QueryDict, *, usual_ledger: str) -> BoardAddress:
    """Read a query as a browser sends it; unknown keys, unusable filters and default values are dropped.

    A form has one list for categories and axes, in which an axis is called `axis:slug`. There are no boards by axis
    within a category or a language, so an axis drops both.
    """
    chosen = {field.name: clean_choice(query.get(field.name, "")) for field in fields(BoardAddress)}
    if chosen["category"].startswith(AXIS_OPTION):
        chosen["axis"] = chosen["category"].removeprefix(AXIS_OPTION)
    if chosen["axis"]:
        chosen |= {"category": "", "language": ""}
    return BoardAddress(
        modality=modality,
        view=chosen["view"] if chosen["view"] in VIEWS else "",
        category=chosen["category"],
        language=chosen["language"],
        days=chosen["days"] if chosen["days"] in WINDOWS else "",
        ledger="" if chosen["ledger"] == usual_ledger else chosen["ledger"],
        at=chosen["at"],
        axis=chosen["axis"],
        tiers=chosen["tiers"] if chosen["tiers"] in Board.Tiers.values else "",
        level=chosen["level"] if chosen["level"] in LEVELS else "",
        organization=chosen["organization"],
        max_price=_usable_price(chosen["max_price"]),
        q=chosen["q"],
        sort=_usable_sort(chosen["sort"]),
        columns=_usable_columns(query.getlist("columns")),
        open=clean_choice(query.get("open", ""), longest=LONGEST_LABEL),
    )


def clean_choice(text: str, *, longest: int = _LONGEST) -> str:
    """Return a reader's choice or text, cut to `longest` and stripped of spaces; empty if unprintable.

    A zero byte, which PostgreSQL refuses in any text, is unprintable.
    """
    text = text[:longest].strip()
    return text if text.isprintable() else ""


def _usable_price(text: str) -> str:
    try:
        price = Decimal(text)
    except InvalidOperation:
        return ""
    return text if price.is_finite() and price >= 0 else ""


def _usable_sort(text: str) -> str:
    return text if text.removeprefix("-") in SORTS and text != "rank" else ""


def _usable_columns(sent: Iterable[str]) -> str:
    """The columns named in one or several values, in their fixed order; empty for the usual ones or for nonsense."""
    named = {name for text in sent for name in text[: _LONGEST * 2].split(",")}
    chosen = tuple(name for name in COLUMNS if name in named)
    if not chosen:
        return NO_COLUMNS if NO_COLUMNS in named else ""
    return "" if chosen == USUAL_COLUMNS else ",".join(chosen)
