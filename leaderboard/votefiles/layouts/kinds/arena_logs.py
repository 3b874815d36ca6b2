"""Logs of FastChat's arena (github.com/lm-sys/FastChat); GenAI-Arena keeps the same.

A log has a line for each event; those that are no votes hold no comparison. A model's public name is empty or "Model A"
while it is hidden; its true name is then in `states`, as in FastChat's `clean_battle_data.py`.
"""

from collections.abc import Iterator
from typing import Any

from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, Row

_VOTES = {"leftvote": "left", "rightvote": "right", "tievote": "tie", "bothbad_vote": "both_bad"}
_HIDDEN = ("", "Model A", "Model B")


def _log(row: Row, _: Names) -> Iterator[Duel]:
    if row["type"] not in _VOTES or not row["models"] or None in row["models"]:
        return
    left, right = (_name(*pair) for pair in zip(row["models"], row["states"], strict=True))
    yield Duel(left, right, _VOTES[row["type"]], voter=row.get("ip", ""))


def _name(public: str, state: dict[str, Any]) -> str:
    shown = public[public.find(": ") + 2 : -len("</h3>\n")] if public.startswith("<h3>") else public
    return str(state.get("model_name") or "") if shown in _HIDDEN else shown


LAYOUTS = (
    Layout(
        title="FastChat's log",
        needs=("type", "models", "states"),
        may_have=("ip",),
        reads={"left": "models", "right": "models", "winner": "type", "voter": "ip"},
        duels=_log,
    ),
)
