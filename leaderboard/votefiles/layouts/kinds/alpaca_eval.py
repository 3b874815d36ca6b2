"""AlpacaEval's annotations (github.com/tatsu-lab/alpaca_eval): grades from 1, wholly the first output, to 2."""

from collections.abc import Iterator
from typing import Any

from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, Row, grade


def _alpaca_eval(row: Row, _: Names) -> Iterator[Duel]:
    labels: dict[str, Any] = {"voter": row.get("annotator", ""), "prompt": row.get("instruction", "")}
    sides = row["generator_1"], row["generator_2"]
    preference = float(row["preference"] or 0)
    if not preference or preference != preference:
        yield Duel(*sides, "", **labels)
        return
    yield from grade(*sides, preference - 1, **labels)


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
        note="preferences are grades from 1, wholly the first, to 2, wholly the second",
    ),
)
