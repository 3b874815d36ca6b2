"""Rules by which rows of a file of votes are left out, each counted, and how its answers are graded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.numbering import Ids
from leaderboard.votefiles.answer_labels import Meanings, as_text, is_skipped

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class RowRules:
    """What is left out of a file, and how its grades are read; by default no row is left out.

    `skip_self`: rows in which a contender meets itself. `skip_missing`: rows without an answer, or without the name of
    a side. `skip_lines`: so many lines above the header. `graded` has the grades that mean wholly the left and wholly
    the right side, where answers are numbers.
    """

    skip_self: bool = False
    skip_missing: bool = False
    skip_lines: int = 0
    graded: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False)
class Answers:
    """The answers of a file: the one of row r is `values[ids[r]]`."""

    values: Sequence[Any]
    ids: Ids


def leave_out(
    rules: RowRules, meanings: Meanings, answers: Answers | None, left: list[str], right: list[str]
) -> tuple[Mask, dict[str, int]]:
    """Which rows stay, bool[rows], and how many each rule left out, by what the rule says.

    A row that two rules leave out counts for the first: the answer, then what is missing, then the contender itself.
    """
    out = np.zeros(len(left), dtype=bool)
    counts: dict[str, int] = {}

    def drop(rows: Mask, why: str) -> None:
        if number := int(np.count_nonzero(rows & ~out)):
            counts[why] = number
        np.logical_or(out, rows, out=out)

    if answers is not None:
        skipped = is_skipped(answers.values, meanings)
        for index in np.flatnonzero(skipped).tolist():
            label = as_text(answers.values[index])
            drop(answers.ids == index, f"with the answer {label!r}" if label else "without an answer")
        if rules.skip_missing:
            empty = np.array([not as_text(value) for value in answers.values], dtype=bool)
            drop(empty[answers.ids], "without an answer")
    sides = np.array([left, right], dtype=object)
    if rules.skip_missing:
        drop(np.asarray((sides == "").any(axis=0), dtype=bool), "without the name of a side")
    if rules.skip_self:
        drop(np.asarray(sides[0] == sides[1], dtype=bool), "in which a contender meets itself")
    return ~out, counts
