"""A matrix of pairs: which colour step each share takes, cells with numbers, and a map of coloured squares."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

# Colour steps from no wins to all wins; the middle one stands for an even split.
STEPS = 11
# The width of a square of the map. A column's number needs no more.
SQUARE = 14


@dataclass(frozen=True)
class Duel:
    """What a cell shows of the row against the column: the share that colours it, and wins, ties, losses.

    The last three are counts or percentages. Without a share the cell is empty. `faint` is one that may not claim
    anything yet.
    """

    share: float | None
    wins: float
    ties: float
    losses: float
    faint: bool = False


@dataclass(frozen=True)
class MatrixCell:
    """The column's index, the number and the small print, and the colour step (None: no colour, an empty cell)."""

    column: int
    number: str
    small: str
    step: int | None
    is_self: bool


# The duel of the row and the column at two indices.
Find = Callable[[int, int], Duel]


def lay_matrix(
    size: int, find: Find, *, written: str = "share", least: float = 0
) -> tuple[tuple[MatrixCell, ...], ...]:
    """Cells by row.

    `written` is the attribute of a duel that the number shows in percent. A cell whose wins, ties and losses add up to
    less than `least` has no colour, and a faint one has none.
    """
    return tuple(
        tuple(
            MatrixCell(column, "", "", None, is_self=True)
            if row == column
            else _cell(column, find(row, column), written, least)
            for column in range(size)
        )
        for row in range(size)
    )


def _cell(column: int, duel: Duel, written: str, least: float) -> MatrixCell:
    if duel.share is None:
        return MatrixCell(column, "", "", None, is_self=False)
    total = duel.wins + duel.ties + duel.losses
    number = 100 * (duel.share if written == "share" else duel.wins)
    small = (duel.wins, duel.ties, duel.losses) if written == "share" else (100 * duel.ties, 100 * duel.losses)
    step = colour_step(duel.share) if total >= least and not duel.faint else None
    return MatrixCell(column, f"{number:.0f}", _join(small), step, is_self=False)


def _join(values: Iterable[float]) -> str:
    return "·".join(f"{value:.0f}" for value in values)


@dataclass(frozen=True)
class MapLayer:
    """All squares of one colour step as one path; `faint` ones may not claim anything yet."""

    step: int
    faint: bool
    path: str


@dataclass(frozen=True)
class MatrixMap:
    """A map of `side` × `side` units; `shares` are the row's numbers in percent with commas, empty where unknown."""

    side: int
    layers: tuple[MapLayer, ...]
    shares: tuple[str, ...]
    numbers: tuple[tuple[int, float], ...]


def draw_map(size: int, find: Find, *, least: float = 0) -> MatrixMap:
    """Draw the pairs as squares; those with fewer than `least` wins, ties and losses are left out."""
    squares: dict[tuple[int, bool], list[str]] = {}
    shares = []
    for row in range(size):
        told = [Duel(None, 0, 0, 0) if row == column else find(row, column) for column in range(size)]
        shares.append(",".join("" if duel.share is None else f"{100 * duel.share:.0f}" for duel in told))
        column = 0
        # Neighbours of one colour are one rectangle.
        for key, run in groupby(told, key=lambda duel: _colour(duel, least)):
            length = len(list(run))
            if key is not None:
                path = f"M{column * SQUARE} {row * SQUARE}h{length * SQUARE}v{SQUARE}h-{length * SQUARE}"
                squares.setdefault(key, []).append(path)
            column += length
    layers = tuple(MapLayer(step, faint, "".join(path)) for (step, faint), path in sorted(squares.items()))
    # Numbers of three digits need the room of two columns.
    every = 1 if size < 100 else 5
    numbers = tuple((n, SQUARE * (n - 0.5)) for n in range(1, size + 1) if n % every == 0 or n == 1)
    return MatrixMap(size * SQUARE, layers, tuple(shares), numbers)


def _colour(duel: Duel, least: float) -> tuple[int, bool] | None:
    """The colour step and whether it is faint; None without a colour."""
    if duel.share is None or duel.wins + duel.ties + duel.losses < least:
        return None
    return colour_step(duel.share), duel.faint


def colour_step(share: float) -> int:
    """The colour step of a share between 0 and 1: 0 to STEPS - 1."""
    return min(STEPS - 1, max(0, round(share * (STEPS - 1))))
