"""A matrix of pairs as cells: which colour step each share takes, and what is written in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

# Colour steps from no wins to all wins; the middle one stands for an even split.
STEPS = 11


@dataclass(frozen=True)
class Duel:
    """What a cell shows of the row against the column: the share that colours it, and wins, ties, losses.

    The last three are counts or percentages. Without a share the cell is empty.
    """

    share: float | None
    wins: float
    ties: float
    losses: float


@dataclass(frozen=True)
class MatrixCell:
    """The column's index, the number and the small print, and the colour step (None: no colour, an empty cell)."""

    column: int
    number: str
    small: str
    step: int | None
    is_self: bool


def lay_matrix(
    labels: Sequence[str], duels: Mapping[tuple[str, str], Duel], *, written: str = "share", least: float = 0
) -> tuple[tuple[MatrixCell, ...], ...]:
    """Cells by row, in the order of the labels; `duels` are by (row, column).

    `written` is the attribute of a duel that the number shows in percent. A cell whose wins, ties and losses add up to
    less than `least` has no colour.
    """
    return tuple(
        tuple(_cell(column, None if one == two else duels.get((one, two)), one == two, written, least)
              for column, two in enumerate(labels))
        for one in labels
    )  # fmt: skip


def _cell(column: int, duel: Duel | None, is_self: bool, written: str, least: float) -> MatrixCell:
    if duel is None or duel.share is None:
        return MatrixCell(column, "", "", None, is_self)
    total = duel.wins + duel.ties + duel.losses
    number = 100 * (duel.share if written == "share" else duel.wins)
    small = (duel.wins, duel.ties, duel.losses) if written == "share" else (100 * duel.ties, 100 * duel.losses)
    step = colour_step(duel.share) if total >= least else None
    return MatrixCell(column, f"{number:.0f}", _join(small), step, is_self)


def _join(values: Iterable[float]) -> str:
    return "·".join(f"{value:.0f}" for value in values)


def colour_step(share: float) -> int:
    """The colour step of a share between 0 and 1: 0 to STEPS - 1."""
    return min(STEPS - 1, max(0, round(share * (STEPS - 1))))
