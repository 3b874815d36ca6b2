"""Argilla's datasets: two answers of a question `<question>.responses`, with users and status beside it.

Version 2 has them in three columns (as in huggingface.co/datasets/data-is-better-together/open-image-preferences-v1-
results), each answer a label or an order from best to worst. Version 1 has one column of a list of answers with
`user_id`, `value` and `status`. Discarded answers are no answers.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, OddRow, Row, rank_pairs
from leaderboard.votefiles.layouts.side_labels import name_side

# Columns that name what was compared; an order names the fields by number.
_SIDES = (("model_1", "model_2"), ("model_a", "model_b"), ("model1", "model2"), ("generator_1", "generator_2"))
_SUBMITTED = ("submitted", "", None)


def _second(question: str) -> Layout:
    answers, users, states = (f"{question}.responses{end}" for end in ("", ".users", ".status"))

    def unfold(row: Row, names: Names) -> Iterator[Duel]:
        found = row[answers] or []
        voters, status = row[users] or [""] * len(found), row.get(states) or [""] * len(found)
        for answer, voter, state in zip(found, voters, status, strict=True):
            if state in _SUBMITTED:
                yield from _compare(row, names, answer, voter=voter, prompt=row.get("id", ""))

    return Layout(
        title="Argilla",
        needs=(answers, users),
        may_have=(states, "id", "category", *(name for pair in _SIDES for name in pair)),
        reads={
            "left": "model_1",
            "right": "model_2",
            "winner": answers,
            "voter": users,
            "prompt": "id",
            "category": "category",
        },
        duels=unfold,
    )


def _first(question: str) -> Layout:
    def unfold(row: Row, names: Names) -> Iterator[Duel]:
        for answer in row[question] or []:
            if answer.get("status") in _SUBMITTED:
                yield from _compare(row, names, answer["value"], voter=answer.get("user_id", ""))

    return Layout(
        title="Argilla 1",
        needs=(question, f"{question}-suggestion"),
        may_have=("metadata", *(name for pair in _SIDES for name in pair)),
        reads={"left": "model_1", "right": "model_2", "winner": question, "voter": question},
        duels=unfold,
    )


def _compare(row: Row, names: Names, answer: Any, **labels: Any) -> Iterator[Duel]:
    labels["category"] = row.get("category", "")
    if isinstance(answer, dict):
        answer = [value for _, value in sorted(zip(answer["rank"], answer["value"], strict=True))]
    if isinstance(answer, list):
        yield from _rank(row, names, answer, **labels)
        return
    left, right = _name_sides(row, names)
    yield Duel(left, right, name_side(str(answer)), **labels)


def _rank(row: Row, names: Names, order: Sequence[str], **labels: Any) -> Iterator[Duel]:
    """The pairs of an order; where it names the two sides by their number, under their own names."""
    sides = [name_side(str(each)) for each in order]
    if set(sides) == {"left", "right"}:
        yield Duel(*_name_sides(row, names), sides[0], **labels)
        return
    yield from rank_pairs(order, range(len(order)), **labels)


def _name_sides(row: Row, names: Names) -> tuple[Any, Any]:
    told = names.get("left"), names.get("right")
    for one, two in (told, *_SIDES):
        if one and two and one in row and two in row:
            return row[one], row[two]
    raise OddRow("no column names what was compared: name two with --left and --right")


def find_argilla(found: Sequence[str]) -> Layout | None:
    """The layout with the question that these columns have."""
    for name in found:
        question = name.removesuffix(".responses")
        if question != name and f"{name}.users" in found:
            return _second(question)
        if f"{name}-suggestion" in found and f"{name}-suggestion-metadata" in found:
            return _first(name)
    return None
