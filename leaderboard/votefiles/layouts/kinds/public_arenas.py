"""Votes of public arenas: logs of FastChat's arena (GenAI-Arena keeps the same), compar:IA, Tournesol.

A log has a line for each event; those that are no votes hold no comparison. A model's public name is empty or "Model A"
while it is hidden; its true name is then in `states`, as in FastChat's `clean_battle_data.py`. In compar:IA's votes no
model is chosen where both are equal. Tournesol's scores go from -score_magnitude, wholly video_a, to +score_magnitude.
"""

from collections.abc import Iterator
from typing import Any

from leaderboard.votefiles.answer_labels import read_truth
from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, Row, grade

_VOTES = {"leftvote": "left", "rightvote": "right", "tievote": "tie", "bothbad_vote": "both_bad"}
_HIDDEN = ("", "Model A", "Model B")
_TOURNESOL = 10


def _log(row: Row, _: Names) -> Iterator[Duel]:
    if row["type"] not in _VOTES or not row["models"] or None in row["models"]:
        return
    left, right = (_name(*pair) for pair in zip(row["models"], row["states"], strict=True))
    yield Duel(left, right, _VOTES[row["type"]], voter=row.get("ip", ""))


def _name(public: str, state: dict[str, Any]) -> str:
    shown = public[public.find(": ") + 2 : -len("</h3>\n")] if public.startswith("<h3>") else public
    return str(state.get("model_name") or "") if shown in _HIDDEN else shown


def _comparia(row: Row, _: Names) -> Iterator[Duel]:
    sides = row["model_a_name"], row["model_b_name"]
    equal = read_truth(str(row.get("both_equal", ""))) == 1.0
    answer = {sides[0]: "left", sides[1]: "right"}.get(row["chosen_model_name"], "tie" if equal else "")
    yield Duel(*sides, answer, voter=row.get("visitor_id", ""), prompt=row.get("conversation_pair_id", ""))


def _tournesol(row: Row, _: Names) -> Iterator[Duel]:
    most = float(row.get("score_magnitude") or row.get("score_max") or _TOURNESOL)
    share = (float(row["score"]) + most) / (2 * most)
    voter, criterion = row.get("public_username", ""), row["criteria"]
    yield from grade(row["video_a"], row["video_b"], share, voter=voter, category=criterion)


LAYOUTS = (
    Layout(
        title="FastChat's log",
        needs=("type", "models", "states"),
        may_have=("ip",),
        reads={"left": "models", "right": "models", "winner": "type", "voter": "ip"},
        duels=_log,
    ),
    Layout(
        title="compar:IA",
        needs=("model_a_name", "model_b_name", "chosen_model_name"),
        may_have=("both_equal", "visitor_id", "conversation_pair_id"),
        reads={
            "left": "model_a_name",
            "right": "model_b_name",
            "winner": "chosen_model_name",
            "voter": "visitor_id",
            "prompt": "conversation_pair_id",
        },
        duels=_comparia,
    ),
    Layout(
        title="Tournesol",
        needs=("video_a", "video_b", "criteria", "score"),
        may_have=("public_username", "score_magnitude", "score_max"),
        reads={
            "left": "video_a",
            "right": "video_b",
            "winner": "score",
            "voter": "public_username",
            "category": "criteria",
        },
        duels=_tournesol,
        note="scores are grades: a part of a win for each side; each criterion is a category",
    ),
)
