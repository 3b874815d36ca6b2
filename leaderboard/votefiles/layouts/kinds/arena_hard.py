"""Arena-Hard-Auto's judgments (github.com/lmarena/arena-hard-auto): each model against a baseline, in both orders.

The first game has the baseline on the left, and `>>` counts as three votes, as in its `show_result.py`. Version 0.1
does not name the baseline.
"""

from collections.abc import Iterator

from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, Row

# A clear verdict counts as this many votes.
_CLEAR = 3
_VERDICTS = {
    "A>>B": ("left", _CLEAR), "A>B": ("left", 1), "A=B": ("tie", 1), "B>A": ("right", 1), "B>>A": ("right", _CLEAR),
    "B<<A": ("left", _CLEAR), "B<A": ("left", 1), "B=A": ("tie", 1), "A<B": ("right", 1), "A<<B": ("right", _CLEAR),
}  # fmt: skip


def _arena_hard(row: Row, _: Names) -> Iterator[Duel]:
    baseline = row.get("baseline") or "baseline"
    sides = [(baseline, row["model"]), (row["model"], baseline)]
    prompt = row.get("question_id") or row.get("uid") or ""
    labels = {"voter": row.get("judge", ""), "prompt": prompt, "category": row.get("category", "")}
    for (left, right), game in zip(sides, row["games"], strict=False):
        score = game and game.get("score")
        answer, times = _VERDICTS[score] if score else ("", 1)
        yield Duel(left, right, answer, times=times, **labels)


LAYOUTS = (
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
)
