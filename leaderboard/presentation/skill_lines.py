"""Boards of sequential TrueSkill: their lines as the command line prints them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from leaderboard.presentation.board_text import printable
from leaderboard.ratings.fits.skills import Skills
from leaderboard.ratings.lines import rank_down
from leaderboard.ratings.publishing import round_published

_HEAD = f"{'μ − 3σ':>8}  {'μ':>8}  {'σ':>8}  contender"


@dataclass(frozen=True)
class SkillLine:
    """One contender's skill; the fields are named as in `ContenderResult`."""

    contender: str
    mu: float
    sigma: float
    conservative: float
    rank_trueskill: int


def order_skills(contenders: tuple[str, ...], skills: Skills) -> list[SkillLine]:
    """The contenders' lines by falling μ − 3σ as published; equal ones keep the order of the contenders."""
    columns = [column.tolist() for column in (skills.mu, skills.sigma, skills.conservative)]
    lines = map(SkillLine, contenders, *columns, rank_down(skills.conservative))
    return sorted(lines, key=lambda line: -round_published(line.conservative))


def publish_skill(line: SkillLine) -> SkillLine:
    """The line with its figures rounded to the published decimals."""
    figures: dict[str, Any] = {name: round_published(getattr(line, name)) for name in ("mu", "sigma", "conservative")}
    return replace(line, **figures)


def write_skills(title: str, lines: Iterable[SkillLine]) -> str:
    """Return a board as lines of text; control characters, which a terminal would obey, are escaped."""
    rows = [
        f"{line.conservative:>8.4f}  {line.mu:>8.4f}  {line.sigma:>8.4f}  {printable(line.contender)}" for line in lines
    ]
    return "\n".join([printable(title), _HEAD, *rows])
