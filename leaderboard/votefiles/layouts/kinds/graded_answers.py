"""Answers that are grades on a scale that the caller declares."""

from collections.abc import Iterator, Mapping

from leaderboard.votefiles.answer_labels import as_text
from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, Row, grade


def lay_out_grades(columns: Mapping[str, str], scale: tuple[float, float]) -> Layout:
    """The layout with these columns by role; the scale's ends mean wholly the left side and wholly the right one."""
    others = {role: name for role, name in columns.items() if role in ("voter", "prompt", "category", "language")}
    low, high = scale

    def unfold(row: Row, _: Names) -> Iterator[Duel]:
        labels = {role: row[name] for role, name in others.items()}
        left, right, answer = (row[columns[role]] for role in ("left", "right", "winner"))
        if not as_text(answer):
            yield Duel(left, right, "", **labels)
            return
        yield from grade(left, right, (float(answer) - low) / (high - low), **labels)

    return Layout(
        title="grades",
        needs=tuple(columns[role] for role in ("left", "right", "winner")),
        may_have=tuple(others.values()),
        reads={role: columns[role] for role in ("left", "right", "winner", *others)},
        duels=unfold,
        together=True,
        note=f"answers are grades from {low:g}, wholly left, to {high:g}, wholly right: a part of a win for each side",
    )
