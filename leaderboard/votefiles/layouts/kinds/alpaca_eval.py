"""AlpacaEval's annotations (github.com/tatsu-lab/alpaca_eval): grades from 1, wholly the first output, to 2.

Verified in the code that writes them (`annotators/pairwise_evaluator.py`) and in published files (`results/`): 1.5 is a
tie, so is 0 in old files, which `metrics/helpers.py` reads as 1.5; none is no answer.
"""

from collections.abc import Iterator
from typing import Any

from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, Row, grade

_OLD_TIE, _TIE = 0.0, 1.5


def _alpaca_eval(row: Row, _: Names) -> Iterator[Duel]:
    labels: dict[str, Any] = {"voter": row.get("annotator", ""), "prompt": row.get("instruction", "")}
    sides = row["generator_1"], row["generator_2"]
    if row["preference"] in ("", None) or (preference := float(row["preference"])) != preference:
        yield Duel(*sides, "", **labels)
        return
    yield from grade(*sides, (_TIE if preference == _OLD_TIE else preference) - 1, **labels)


LAYOUTS = (
    Layout(
        title="AlpacaEval",
        needs=("generator_1", "generator_2", "preference"),
        may_have=("annotator", "instruction"),
        reads={
            "left": "generator_1",
            "right": "generator_2",
            "winner": "preference",
            "voter": "annotator",
            "prompt": "instruction",
        },
        duels=_alpaca_eval,
        note="preferences are grades from 1, wholly the first, to 2, wholly the second; 0 is a tie in old files",
    ),
)
