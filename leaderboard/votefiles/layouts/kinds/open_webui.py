"""Feedback that open-webui exports: one answer's thumb up or down, which its siblings lost or won.

Verified in the code that writes it (`models/feedbacks.py` and `routers/evaluations.py` of
github.com/open-webui/open-webui) and in the one that ranks it (`Leaderboard.svelte`), which reads 1 and -1 only, as
numbers or text. A thumb without siblings is no comparison.
"""

from collections.abc import Iterator

from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, Row

_THUMBS = {"1": "left", "-1": "right"}


def _feedback(row: Row, _: Names) -> Iterator[Duel]:
    said = row["data"] or {}
    thumb = _THUMBS.get(str(said.get("rating")), "")
    for sibling in said.get("sibling_model_ids") or []:
        yield Duel(said["model_id"], sibling, thumb, voter=row.get("user_id", ""))


LAYOUTS = (
    Layout(
        title="open-webui",
        needs=("data", "type", "meta"),
        may_have=("user_id",),
        reads={
            "left": "data.model_id",
            "right": "data.sibling_model_ids",
            "winner": "data.rating",
            "voter": "user_id",
        },
        duels=_feedback,
        together=True,
    ),
)
