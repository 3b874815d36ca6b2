"""The picture that stands for a page where its address is shared: a heading, a finding, ratings with intervals."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from leaderboard.charts.intervals import Interval, interval_domain
from leaderboard.charts.scales import Scale
from leaderboard.presentation.sharing.cards.lettering_fonts import covered, cut, fit, load_letters, measure, wrap
from leaderboard.presentation.sharing.cards.paper_colours import FAINT, INK, LINE, MARK, MUTED, PAPER

WIDTH, HEIGHT = 1200, 630
MOST_ROWS = 5
# A change of how cards are drawn gives them new addresses.
VERSION = 1
_LEFT, _RIGHT = 64, WIDTH - 64
_NAME, _PLOT, _NUMBERS = 180, 640, 930
_FIRST_ROW, _ROW = 290, 52


@dataclass(frozen=True)
class CardRow:
    """A rating: `name` or, where the font lacks its letters, `plain_name`; the interval may be unknown."""

    rank: str
    name: str
    plain_name: str
    elo: float
    low: float | None
    high: float | None
    numbers: str
    faint: bool = False


@dataclass(frozen=True)
class ShareCard:
    """What a card says. It holds no picture, so it can show none that is in play."""

    kicker: str
    title: str
    plain_title: str
    finding: str
    rows: tuple[CardRow, ...]
    foot: str
    # What the first and the last column say.
    heads: tuple[str, str] = ("", "")

    @property
    def digest(self) -> str:
        """A name for exactly this card."""
        return hashlib.sha256(repr((VERSION, self)).encode()).hexdigest()[:32]


def draw_card(card: ShareCard) -> bytes:
    """Return the card as a PNG of WIDTH × HEIGHT pixels. Texts with letters that the fonts lack are left out."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, WIDTH, 12), fill=MARK)
    _write(draw, (_LEFT, 48), cut(covered(card.kicker), _RIGHT - _LEFT, 26), 26, MUTED)
    title, size = fit(covered(card.title, instead=card.plain_title), _RIGHT - _LEFT, (56, 48, 40), bold=True)
    _write(draw, (_LEFT, 86), title, size, INK, bold=True)
    for at, line in enumerate(wrap(covered(card.finding), _RIGHT - _LEFT, 28, most=2)):
        _write(draw, (_LEFT, 172 + 40 * at), line, 28, INK)
    _draw_rows(draw, card.rows[:MOST_ROWS], card.heads)
    draw.line((_LEFT, 560, _RIGHT, 560), fill=LINE, width=2)
    _write(draw, (_LEFT, 576), cut(covered(card.foot), 940, 24), 24, MUTED)
    _write(draw, (_RIGHT - measure("Easel", 28, bold=True), 573), "Easel", 28, INK, bold=True)
    out = io.BytesIO()
    picture.quantize(64, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _write(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, colour: str, *, bold: bool = False
) -> None:
    draw.text(at, text, font=load_letters(size, bold=bold), fill=colour)


def _draw_rows(draw: ImageDraw.ImageDraw, rows: Sequence[CardRow], heads: tuple[str, str]) -> None:
    if not rows:
        return
    # Few rows stand in the middle of the free space rather than at its top.
    top = _FIRST_ROW + (MOST_ROWS - len(rows)) * 18
    first, last = (covered(head) for head in heads)
    _write(draw, (_LEFT, top - 34), first, 20, MUTED)
    _write(draw, (_RIGHT - measure(last, 20), top - 34), last, 20, MUTED)
    low, high = interval_domain([Interval("", row.elo, row.low, row.high, faint=row.faint) for row in rows])
    scale = Scale(low, high, _PLOT, _NUMBERS - 40)
    for at, row in enumerate(rows):
        _draw_row(draw, row, top + _ROW * at, scale)


def _draw_row(draw: ImageDraw.ImageDraw, row: CardRow, top: int, scale: Scale) -> None:
    colour = FAINT if row.faint else MARK
    _write(draw, (_LEFT, top), row.rank, 28, MUTED)
    name, size = fit(covered(row.name, instead=row.plain_name), _PLOT - _NAME - 30, (28, 24, 20))
    _write(draw, (_NAME, top + (28 - size) // 2), name, size, MUTED if row.faint else INK)
    middle, x = top + 18, scale.place(row.elo)
    if row.low is not None and row.high is not None:
        draw.line((scale.place(row.low), middle, scale.place(row.high), middle), fill=colour, width=5)
    draw.ellipse((x - 10, middle - 10, x + 10, middle + 10), fill=colour)
    _write(draw, (_RIGHT - measure(row.numbers, 28), top), row.numbers, 28, INK)
