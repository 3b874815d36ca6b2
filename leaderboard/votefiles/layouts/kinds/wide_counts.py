"""A row for each pair with how often each side won and, where there is such a column, how often they tied."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, Row

# Columns that name the two sides, and columns that count their wins; the first pair that a file has is used.
_SIDES = (
    ("model_a", "model_b"), ("left", "right"), ("model1", "model2"), ("model_1", "model_2"), ("a", "b"),
    ("player_a", "player_b"), ("player1", "player2"), ("left_model", "right_model"),
)  # fmt: skip
_WINS = (
    ("wins_a", "wins_b"), ("a_wins", "b_wins"), ("wins1", "wins2"), ("wins_1", "wins_2"), ("wins_left", "wins_right"),
    ("left_wins", "right_wins"), ("votes_image1", "votes_image2"), ("votes_a", "votes_b"), ("votes_1", "votes_2"),
    ("wins_model_a", "wins_model_b"), ("win_a", "win_b"), ("wins", "losses"),
)  # fmt: skip
_TIES = ("ties", "tie", "draws", "n_ties", "tie_count")
_PROMPTS = ("prompt", "prompt_id", "question_id")


@dataclass(frozen=True)
class _Columns:
    sides: tuple[str, str]
    wins: tuple[str, str]

    def unfold(self, row: Row, names: Names) -> Iterator[Duel]:
        """The two sides' wins and the ties, each as many votes."""
        left, right = (row[names.get(role) or name] for role, name in zip(("left", "right"), self.sides, strict=True))
        labels = {name: row[name] for name in ("category", "language", "voter") if name in row}
        labels["prompt"] = next((row[name] for name in _PROMPTS if name in row), "")
        ties = next((row[name] for name in _TIES if name in row), 0)
        for answer, value in (("left", row[self.wins[0]]), ("right", row[self.wins[1]]), ("tie", ties)):
            if number := _whole(value):
                yield Duel(left, right, answer, times=number, **labels)


def _whole(value: Any) -> int:
    number = float(value or 0)
    if number < 0 or not number.is_integer():
        raise ValueError(f"{value!r} is no whole number of votes")
    return int(number)


def _lay_out(sides: tuple[str, str], wins: tuple[str, str]) -> Layout:
    return Layout(
        title="wide counts",
        needs=(*sides, *wins),
        may_have=(*_TIES, *_PROMPTS, "category", "language", "voter"),
        reads={
            "left": sides[0],
            "right": sides[1],
            "winner": " and ".join(wins),
            "prompt": " or ".join(_PROMPTS),
            "category": "category",
            "language": "language",
            "voter": "voter",
        },
        duels=_Columns(sides, wins).unfold,
    )


LAYOUTS = tuple(_lay_out(sides, wins) for wins in _WINS for sides in _SIDES)
