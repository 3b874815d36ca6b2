"""Contenders of one series, such as the checkpoints of a training run, by step, with their lines on a board."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from arena.catalog.models import Contender
from leaderboard.queries.standings import StandingRow


@dataclass(frozen=True)
class StepLine:
    """One contender of a series; `row` is its line on the board (None: not rated there)."""

    contender: Contender
    row: StandingRow | None

    @property
    def step(self) -> str:
        """The step as people write it: 1000, 0.35."""
        return f"{self.contender.step or 0.0:.15g}"


@dataclass(frozen=True)
class SeriesTable:
    """A series and its contenders, in rising order of their steps."""

    name: str
    lines: tuple[StepLine, ...]

    @property
    def is_rated(self) -> bool:
        """Whether there is a rating to draw for at least two steps."""
        return sum(line.row is not None and line.row.line.elo is not None for line in self.lines) > 1


def list_series(rows: Iterable[StandingRow], *, names: Sequence[str] = ()) -> tuple[SeriesTable, ...]:
    """Return the series of these names with their lines among a board's rows; without names, those on the board.

    A board's series have only the contenders that are on it. One query.
    """
    by_slug = {row.contender_slug: row for row in rows}
    found = Contender.objects.exclude(series="").select_related("image_model").order_by("series", "step", "name")
    found = found.filter(series__in=names) if names else found.filter(slug__in=by_slug)
    return tuple(
        SeriesTable(name, tuple(StepLine(contender, by_slug.get(contender.slug)) for contender in own))
        for name, own in groupby(found, key=lambda contender: contender.series)
    )
