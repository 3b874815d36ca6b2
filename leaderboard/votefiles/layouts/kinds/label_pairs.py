"""A label for each side: 1 for the preferred one and 0 for the other, or the same for both where they tie."""

from collections.abc import Iterator
from dataclasses import dataclass

from leaderboard.votefiles.answer_labels import read_truth
from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, Row

_SIDES = (
    ("model_0", "model_1"), ("model_1", "model_2"), ("model_a", "model_b"), ("left_model", "right_model"),
    ("image_0", "image_1"), ("image_1", "image_2"), ("image_0_uid", "image_1_uid"), ("left", "right"),
)  # fmt: skip
_LABELS = (
    ("label_0", "label_1"), ("label_1", "label_2"), ("label_a", "label_b"), ("label_left", "label_right"),
    ("preferred_0", "preferred_1"), ("preferred_a", "preferred_b"),
)  # fmt: skip
_VOTERS, _PROMPTS = ("voter", "user_id", "annotator", "worker_id"), ("prompt", "caption", "prompt_id", "question_id")


@dataclass(frozen=True)
class _Columns:
    sides: tuple[str, str]
    labels: tuple[str, str]

    def unfold(self, row: Row, _: Names) -> Iterator[Duel]:
        """The pair; two zeros are no answer."""
        one, two = (float(read_truth(row[name])) for name in self.labels)
        answer = "left" if one > two else "right" if two > one else "tie" if one else ""
        voter = next((row[name] for name in _VOTERS if name in row), "")
        prompt = next((row[name] for name in _PROMPTS if name in row), "")
        yield Duel(row[self.sides[0]], row[self.sides[1]], answer, voter=voter, prompt=prompt)


def _lay_out(sides: tuple[str, str], labels: tuple[str, str]) -> Layout:
    return Layout(
        title="a label for each side",
        needs=(*sides, *labels),
        may_have=(*_VOTERS, *_PROMPTS),
        reads={
            "left": sides[0],
            "right": sides[1],
            "winner": " and ".join(labels),
            "voter": " or ".join(_VOTERS),
            "prompt": " or ".join(_PROMPTS),
        },
        duels=_Columns(sides, labels).unfold,
    )


LAYOUTS = tuple(_lay_out(sides, labels) for labels in _LABELS for sides in _SIDES)
