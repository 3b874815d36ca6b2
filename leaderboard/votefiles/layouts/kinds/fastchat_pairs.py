"""FastChat's `gpt-4_pair` (github.com/lm-sys/FastChat): a judge asked in both orders.

Verified in the code that writes them (`play_a_match_pair` in `fastchat/llm_judge/common.py`) and in the one that counts
them (`show_result.py`): one who does not choose the same model twice says a tie, and a row with an error is no answer.
MT-bench's votes of people have `winner` and known columns instead.
"""

from collections.abc import Iterator

from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, Row

_FASTCHAT = {"model_1": "left", "model_2": "right", "tie": "tie", "error": ""}


def _fastchat(row: Row, _: Names) -> Iterator[Duel]:
    first, second = (_FASTCHAT[row[name]] for name in ("g1_winner", "g2_winner"))
    answer = "" if not (first and second) else first if first == second else "tie"
    judge = row.get("judge", "")
    voter = judge[0] if isinstance(judge, list) else judge
    yield Duel(row["model_1"], row["model_2"], answer, voter=voter, prompt=row.get("question_id", ""))


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
)
