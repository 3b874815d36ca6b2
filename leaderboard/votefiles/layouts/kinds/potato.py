"""Potato's annotations of pairs (github.com/davidjurgens/potato), as its versions 1 and 2 write them.

Verified in the code that writes them. Version 1: `save_all_annotations` of `flask_server.py` writes
`annotated_instances` as JSON Lines, CSV or TSV, with what was shown as `displayed_text`: `A. …<br>B. …`, or numbered
from 0. Version 2: `export/tabular_exporter.py` writes `annotations` as JSON Lines, CSV or TSV, and
`schemas/pairwise.py` names the answers: `selection` is A, B or tie, `scale_value` is negative for the first. Version 2
does not say what was shown: join its data file by `instance_id`, so that two columns name it.

Every question that somebody answered by a side is read, as a category.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, Row
from leaderboard.votefiles.layouts.side_labels import name_side

# Columns that name what was compared, if the file has them.
_SIDES = (
    ("model_a", "model_b"), ("model_1", "model_2"), ("model1", "model2"), ("left_model", "right_model"),
    ("left", "right"),
)  # fmt: skip
# The labels whose value is the answer; of other questions, the label that has a value is it.
_CHOSEN, _SCALE = ("selection", "select-one"), "scale_value"
_SHOWN = re.compile(r"(?:A|0)\. (?P<one>.*?)<br ?/?>(?:B|1)\. (?P<two>.*)", re.DOTALL)
# Answers by question; a question has labels with their values.
_Answers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class _Columns:
    """Where the answers stand: in an object, or in columns named by question, `mark` and label."""

    answers: str
    mark: str
    voter: str
    prompt: str
    names: Names

    def join(self, rows: Sequence[Row]) -> Iterator[tuple[int, Duel]]:
        """The comparison of each row and question."""
        answered = [self._find_answers(row) for row in rows]
        asked = {question for row in answered for question, answer in row.items() if answer in ("left", "right")}
        for number, (row, answers) in enumerate(zip(rows, answered, strict=True), start=1):
            labels = {"voter": row.get(self.voter, ""), "prompt": row.get(self.prompt, "")}
            for question in filter(asked.__contains__, answers):
                yield number, Duel(*self._find_sides(row), answers[question], category=question, **labels)

    def _find_answers(self, row: Row) -> dict[str, str]:
        answers: _Answers = row[self.answers] if self.answers else _gather(row, self.mark)
        given = {question: _drop_empty(values) for question, values in answers.items() if isinstance(values, dict)}
        return {question: _read(values) for question, values in given.items() if values}

    def _find_sides(self, row: Row) -> tuple[Any, Any]:
        for one, two in ((self.names.get("left", ""), self.names.get("right", "")), *_SIDES):
            if one in row and two in row:
                return row[one], row[two]
        shown = _SHOWN.fullmatch(str(row.get("displayed_text", "")).strip())
        if shown is None:
            raise KeyError(
                "nothing names what was compared: add two columns from the data file, by the instance's id, "
                "and name them with --left and --right"
            )
        return shown["one"], shown["two"]


def _gather(row: Row, mark: str) -> _Answers:
    """The answers of a row of a table."""
    found: dict[str, dict[str, Any]] = {}
    for name, value in row.items():
        question, marked, label = name.partition(mark)
        if marked:
            found.setdefault(question, {})[label] = value
    return found


def _drop_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    """The labels that have a value; some versions put the question before the label."""
    given = {label: value for label, value in values.items() if value not in ("", None) and value == value}
    return {label.rpartition(":::")[2]: value for label, value in given.items()}


def _read(own: Mapping[str, Any]) -> str:
    """The side that was chosen, or the label as it is."""
    if _SCALE in own:
        value = float(own[_SCALE])
        return "left" if value < 0 else "right" if value > 0 else "tie"
    return name_side(str(next((own[label] for label in _CHOSEN if label in own), next(iter(own)))))


def find_potato(found: Sequence[str], names: Names) -> Layout | None:
    """The layout of a file with these columns, if Potato wrote it; `names` may say which columns name the two sides."""
    columns = set(found)
    if {"label_annotations", "displayed_text"} <= columns:
        return _lay_out(found, names, answers="label_annotations", voter="user", prompt="id")
    if {"labels", "instance_id", "user_id"} <= columns:
        return _lay_out(found, names, answers="labels", voter="user_id", prompt="instance_id")
    if {"user", "instance_id", "displayed_text"} <= columns and any(":::" in name for name in found):
        return _lay_out(found, names, mark=":::", voter="user", prompt="instance_id")
    if {"user_id", "instance_id"} <= columns and any(name.endswith((".selection", f".{_SCALE}")) for name in found):
        return _lay_out(found, names, mark=".", voter="user_id", prompt="instance_id")
    return None


def _lay_out(
    found: Sequence[str], names: Names, *, voter: str, prompt: str, answers: str = "", mark: str = ""
) -> Layout:
    asked = [answers] if answers else [name for name in found if mark in name]
    sides = [name for pair in _SIDES for name in pair]
    return Layout(
        title="Potato",
        needs=tuple(asked),
        may_have=("displayed_text", voter, prompt, *sides),
        reads={
            "left": "what was shown",
            "right": "what was shown",
            "winner": " and ".join(asked),
            "voter": voter,
            "prompt": prompt,
            "category": asked[0],
        },
        duels=lambda row, names: iter(()),
        join_rows=_Columns(answers, mark, voter, prompt, names).join,
        note="each question is a category; of an answer on a scale, only its side is read",
    )
