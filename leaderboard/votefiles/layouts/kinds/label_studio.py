"""Label Studio's `Pairwise` tag, in full exports and in JSON-MIN.

A full export has tasks with `data` and `annotations`; JSON-MIN has a row for each annotation, in which the tag's column
holds a list with `selected`. What was compared is named by keys of the data.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, OddRow, Row
from leaderboard.votefiles.layouts.side_labels import name_side

_SIDES = (
    ("model_a", "model_b"), ("model_1", "model_2"), ("model1", "model2"), ("left_model", "right_model"),
    ("left", "right"), ("generator_1", "generator_2"),
)  # fmt: skip
_PROMPTS = ("prompt", "prompt_id", "question_id", "question")


def _full(row: Row, names: Names) -> Iterator[Duel]:
    for annotation in row["annotations"] or []:
        chosen = [each["value"]["selected"] for each in annotation["result"] if each.get("type") == "pairwise"]
        if annotation.get("was_cancelled") or not chosen:
            continue
        by = annotation.get("completed_by", "")
        voter = by.get("email") or by.get("id", "") if isinstance(by, dict) else by
        yield _duel(row["data"], names, chosen[0], voter)


def _short(row: Row, names: Names) -> Iterator[Duel]:
    chosen = [value[0]["selected"] for value in row.values() if _is_pairwise(value)]
    if chosen:
        yield _duel(row, names, chosen[0], row.get("annotator", ""))


def _is_pairwise(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict) and "selected" in value[0]


def _duel(data: Mapping[str, Any], names: Names, chosen: str, voter: Any) -> Duel:
    prompt = next((data[name] for name in _PROMPTS if name in data), "")
    told = names.get("left", "").removeprefix("data."), names.get("right", "").removeprefix("data.")
    for one, two in (told, *_SIDES):
        if one in data and two in data:
            return Duel(data[one], data[two], name_side(chosen), voter=voter, prompt=prompt)
    keys = ", ".join(data)
    raise OddRow(f"no key names what was compared: name two of {keys} with --left and --right")


FULL = Layout(
    title="Label Studio",
    needs=("annotations", "data"),
    may_have=("id",),
    reads={"left": "data", "right": "data", "winner": "annotations", "voter": "annotations", "prompt": "data"},
    duels=_full,
)
SHORT_NEEDS = ("annotator", "annotation_id")


def lay_out_short(columns: tuple[str, ...]) -> Layout:
    """JSON-MIN with these columns: any of them may be the tag's, or name what was compared."""
    return Layout(
        title="Label Studio JSON-MIN",
        needs=SHORT_NEEDS,
        may_have=columns,
        reads={
            "left": "the data",
            "right": "the data",
            "winner": "the Pairwise tag",
            "voter": "annotator",
            "prompt": " or ".join(_PROMPTS),
        },
        duels=_short,
    )
