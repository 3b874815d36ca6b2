"""The columns of a board's table: headings, what a click sorts by, and the text of each cell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from arena.languages.written_figures import write_number
from leaderboard.presentation.board_address import COLUMNS, SORTS, BoardAddress
from leaderboard.presentation.board_page.figure_texts import NONE, decimals, money, percent, seconds, worth
from leaderboard.queries.standings import StandingRow

# Neither price nor time is known of imported contenders that stand for no model of the catalogue.
OFFERED = frozenset({"price", "seconds", "success"})


@dataclass(frozen=True)
class Column:
    """A column's heading: where a click leads (empty: it can't be sorted), and how it is sorted now, if it is."""

    key: str
    label: str
    title: str
    url: str
    sorted: str
    is_number: bool


def head_columns(address: BoardAddress, *, tells_offers: bool) -> list[Column]:
    """Return the headings of the table: rank, contender and rating, then the columns chosen."""
    names = name_columns()
    keys = ["rank", "name", "elo", *cell_columns(address, tells_offers=tells_offers)]
    return [_head(key, *names[key], address) for key in keys]


def cell_columns(address: BoardAddress, *, tells_offers: bool) -> list[str]:
    """Return the chosen columns that this board has, in order. What it is sorted by is always shown."""
    shown = {*address.shown_columns, address.sort.removeprefix("-")}
    return [key for key in COLUMNS if key in shown and (tells_offers or key not in OFFERED)]


def name_columns() -> dict[str, tuple[str, str]]:
    """Return each column's heading and what it means, in one sentence."""
    return {
        "rank": (_("Rank"), _("The places that the votes leave open")),
        "name": (_("Contender"), _("A model at fixed settings, and who makes it")),
        # Not a format, though a letter follows the sign. xgettext:no-python-format
        "elo": (_("Elo, interval (95 %)"), _("How often it is preferred: 100 Elo more win 64 of 100 votes")),
        "change": (_("Change"), _("What changed in Elo, shown only if it is more than luck")),
        "price": (_("Price"), _("Lowest list price of one image at these settings, in USD")),
        "seconds": (_("Time"), _("Median seconds from the call to the image")),
        "success": (_("Success"), _("Share of calls that gave an image; a refusal is never a loss")),
        "votes": (
            _("Votes"),
            _("Votes on this contender, and what they are worth where few voters or prompts are behind them"),
        ),
        "voters": (_("Voters"), _("Different people who voted on it")),
        "trueskill": (_("TrueSkill μ − 3σ"), _("A rating that the contender almost surely reaches")),
        "win_rate": (_("Wins"), _("Share of rated votes won; a tie is half a win")),
        "floor_rate": (_("Floor"), _("Share of votes that called both images bad")),
    }


def cell_texts(keys: list[str]) -> list[Callable[[StandingRow], str]]:
    """Return what writes the cell of each column; `change` is drawn by the template."""
    return [_TEXTS[key] for key in keys]


def _head(key: str, label: str, title: str, address: BoardAddress) -> Column:
    first = SORTS.get(key)
    now = address.sort or "rank"
    if first is None:
        return Column(key, label, title, "", "", is_number=True)
    reverse = first.removeprefix("-") if first.startswith("-") else f"-{first}"
    following = reverse if now == first else first
    is_sorted = now.removeprefix("-") == key
    return Column(
        key=key,
        label=label,
        title=title,
        url=address.but(sort="" if following == "rank" else following, open="").url,
        sorted=("descending" if now.startswith("-") else "ascending") if is_sorted else "",
        is_number=key not in ("rank", "name", "elo"),
    )


def _votes(row: StandingRow) -> str | SafeString:
    count, little = write_number(row.line.votes), worth(row.line)
    return format_html('{} <small class="worth">{}</small>', count, little) if little else count


def _voters(row: StandingRow) -> str:
    return NONE if row.line.voters is None else write_number(row.line.voters)


_TEXTS: Mapping[str, Callable[[StandingRow], str]] = {
    "change": lambda row: "",
    "price": lambda row: money(row.price),
    "seconds": lambda row: seconds(row.reliability.median_seconds),
    "success": lambda row: percent(row.reliability.success_rate),
    "votes": _votes,
    "voters": _voters,
    "trueskill": lambda row: decimals(row.line.conservative),
    "win_rate": lambda row: percent(row.line.win_rate),
    "floor_rate": lambda row: percent(row.line.floor_rate),
}
