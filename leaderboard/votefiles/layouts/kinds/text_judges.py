"""Answers of language models as judges: FastChat's `gpt-4_pair`, Arena-Hard-Auto, AlpacaEval.

FastChat asks in both orders, and a judge who does not choose the same model twice says a tie, as in its
`show_result.py`. Arena-Hard-Auto asks in both orders, the baseline first; `>>` counts as three votes, as in its
`show_result.py`. AlpacaEval grades from 1, wholly the first output, to 2, wholly the second.
"""

from collections.abc import Iterator
from typing import Any

from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, Row, grade

_FASTCHAT = {"model_1": "left", "model_2": "right", "tie": "tie", "error": ""}
# A clear verdict counts as this many votes.
_CLEAR = 3
_VERDICTS = {
    "A>>B": ("left", _CLEAR), "A>B": ("left", 1), "A=B": ("tie", 1), "B>A": ("right", 1), "B>>A": ("right", _CLEAR),
    "B<<A": ("left", _CLEAR), "B<A": ("left", 1), "B=A": ("tie", 1), "A<B": ("right", 1), "A<<B": ("right", _CLEAR),
}  # fmt: skip


def _fastchat(row: Row, _: Names) -> Iterator[Duel]:
    first, second = (_FASTCHAT[row[name]] for name in ("g1_winner", "g2_winner"))
    answer = "" if not (first and second) else first if first == second else "tie"
    judge = row.get("judge", "")
    voter = judge[0] if isinstance(judge, list) else judge
    yield Duel(row["model_1"], row["model_2"], answer, voter=voter, prompt=row.get("question_id", ""))


def _arena_hard(row: Row, _: Names) -> Iterator[Duel]:
    baseline = row.get("baseline") or "baseline"
    sides = [(baseline, row["model"]), (row["model"], baseline)]
    prompt = row.get("question_id") or row.get("uid") or ""
    labels = {"voter": row.get("judge", ""), "prompt": prompt, "category": row.get("category", "")}
    for (left, right), game in zip(sides, row["games"], strict=False):
        score = game and game.get("score")
        answer, times = _VERDICTS[score] if score else ("", 1)
        yield Duel(left, right, answer, times=times, **labels)


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
        title="FastChat pairs",
        needs=("model_1", "model_2", "g1_winner", "g2_winner"),
        may_have=("judge", "question_id"),
        reads={
            "left": "model_1",
            "right": "model_2",
            "winner": "g1_winner and g2_winner",
            "voter": "judge",
            "prompt": "question_id",
        },
        duels=_fastchat,
        note="a judge who does not choose the same model in both orders says a tie",
    ),
    Layout(
        title="Arena-Hard-Auto",
        needs=("model", "games"),
        may_have=("judge", "question_id", "uid", "category", "baseline"),
        reads={
            "left": "model",
            "right": "baseline",
            "winner": "games",
            "voter": "judge",
            "prompt": "question_id or uid",
            "category": "category",
        },
        duels=_arena_hard,
        note="a clear verdict (>>) counts as three votes; the first game has the baseline on the left",
    ),
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
