"""Badges for pages of others: where a contender stands on a board, how sure that is, and when it was computed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from leaderboard.presentation.board_page.figure_texts import half_width, rank_range, whole
from leaderboard.presentation.sharing.cards.lettering_fonts import covered, cut, measure
from leaderboard.presentation.sharing.cards.paper_colours import INK, MARK, MUTED, PAPER
from leaderboard.presentation.sharing.xml_text import legible
from leaderboard.queries.standings import BoardView, PlacedStanding, StandingRow

_SIZE = 11
_PADDING = 7
_LONGEST = 180


@dataclass(frozen=True)
class RankBadge:
    """A badge: its two halves with the widths of their boxes and texts, and what all of it says."""

    label: str
    value: str
    title: str
    label_text: int
    value_text: int
    faint: bool

    @property
    def colours(self) -> dict[str, str]:
        return {"label": INK, "value": MUTED if self.faint else MARK, "text": PAPER}

    @property
    def label_box(self) -> int:
        return self.label_text + 2 * _PADDING

    @property
    def value_box(self) -> int:
        return self.value_text + 2 * _PADDING

    @property
    def width(self) -> int:
        return self.label_box + self.value_box

    @property
    def label_x(self) -> int:
        return _PADDING

    @property
    def value_x(self) -> int:
        return self.label_box + _PADDING


@dataclass(frozen=True)
class BadgeCode:
    """What somebody copies to show a badge: its path here, and Markdown and HTML with addresses of this site."""

    name: str
    path: str
    alt: str
    markdown: str
    html: str


def write_badge_codes(
    headline: Iterable[PlacedStanding], *, site: str, ledgers: Mapping[str, str]
) -> tuple[BadgeCode, ...]:
    """Return the code of each contender's overall badge; `ledgers` names each modality's, empty for the usual one."""
    return tuple(_write_code(one, site, ledgers[one.board.modality]) for one in headline)


def _write_code(one: PlacedStanding, site: str, ledger: str) -> BadgeCode:
    query = f"?{urlencode({'ledger': ledger})}" if ledger else ""
    path = f"{reverse('badge', args=[one.row.contender_slug, one.board.modality])}{query}"
    page = f"{site}{reverse('model', args=[one.row.model_slug])}{query}"
    alt = _("{name} in blind votes").format(name=one.row.contender_name)
    plain = "".join(each for each in alt if each not in "[]\\`")
    html = f'<a href="{escape(page)}"><img src="{escape(site + path)}" alt="{escape(alt)}" height="20"></a>'
    return BadgeCode(one.row.contender_name, path, alt, f"[![{plain}]({site}{path})]({page})", html)


def write_badge(board: BoardView, name: str, row: StandingRow | None) -> RankBadge:
    """Return the badge of a contender called `name`; `row` is its line on the board, None without votes."""
    title = covered(board.title, instead=board.slice_value)
    label = _("Easel demonstration: {board}") if board.ledger_kind == "demonstration" else _("Easel: {board}")
    label = cut(label.format(board=title), _LONGEST, _SIZE)
    value = _state(board, row)
    return RankBadge(
        label=label,
        value=value,
        title=legible(_("{name} on {board}: {value}").format(name=name, board=board.title, value=value)),
        label_text=ceil(measure(label, _SIZE)),
        value_text=ceil(measure(value, _SIZE)),
        faint=row is None or row.line.level != "established",
    )


def _state(board: BoardView, row: StandingRow | None) -> str:
    if row is None or row.line.elo is None or board.computed_at is None:
        return _("too few votes")
    values = {
        "rank": rank_range(row.line),
        "elo": whole(row.line.elo),
        "half": half_width(row.line),
        "day": board.computed_at.date().isoformat(),
    }
    if row.line.level != "established":
        return _("preliminary · {day}").format(**values)
    return _("rank {rank} · Elo {elo} {half} · {day}").format(**values)
