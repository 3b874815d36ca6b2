"""A row for each pair with how often each side won and, where there is such a column, how often they tied."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, OddRow, Row

# Columns that name the two sides; the first pair that a file has is used.
_SIDES = (
    ("model_a", "model_b"), ("left", "right"), ("left_model", "right_model"), ("model1", "model2"),
    ("model_1", "model_2"), ("a", "b"), ("player_a", "player_b"), ("player1", "player2"), ("item1", "item2"),
    ("item_a", "item_b"), ("option_a", "option_b"), ("team_a", "team_b"), ("image1", "image2"), ("image_1", "image_2"),
)  # fmt: skip
_WHAT = r"(?:num_|n_)?(?:wins?|won|votes?|count)"
_WHOSE = r"(?:for_|of_)?(?:model|image|img|side|player|item|option|team)?_?(?P<side>a|b|0|1|2|left|right)"
_WINS = re.compile(rf"{_WHAT}_?{_WHOSE}|{_WHOSE.replace('side', 'first')}_?{_WHAT}", re.IGNORECASE)
# The names of the two sides in such columns.
_NAMED = (("a", "b"), ("1", "2"), ("0", "1"), ("left", "right"))
_TIES = ("ties", "tie", "draws", "draw", "n_ties", "num_ties", "tie_count", "votes_tie", "wins_tie")
_PROMPTS = ("prompt", "prompt_id", "question_id")


@dataclass(frozen=True)
class _Columns:
    sides: tuple[str, str]
    wins: tuple[str, str]

    def unfold(self, row: Row, _: Names) -> Iterator[Duel]:
        """The two sides' wins and the ties, each as many votes."""
        left, right = (row[name] for name in self.sides)
        labels = {name: row[name] for name in ("category", "language", "voter") if name in row}
        labels["prompt"] = next((row[name] for name in _PROMPTS if name in row), "")
        ties = next((row[name] for name in _TIES if name in row), 0)
        for answer, value in (("left", row[self.wins[0]]), ("right", row[self.wins[1]]), ("tie", ties)):
            if number := _whole(value):
                yield Duel(left, right, answer, times=number, **labels)


def find_wide_counts(found: Sequence[str], names: Mapping[str, str]) -> Layout | None:
    """The layout of a file that counts the wins of two sides; `names` may say which columns name them."""
    told = names.get("left", ""), names.get("right", "")
    sides = next((pair for pair in (told, *_SIDES) if all(name in found for name in pair)), None)
    counted: dict[str, str] = {}
    for name in found:
        matched = _WINS.fullmatch(name.strip())
        if matched and name not in (sides or ()):
            counted.setdefault((matched["side"] or matched["first"]).lower(), name)
    pairs = [(counted[one], counted[two]) for one, two in _NAMED if one in counted and two in counted]
    if {"wins", "losses"} <= set(found):
        pairs.append(("wins", "losses"))
    return _lay_out(sides, pairs[0]) if sides and pairs else None


def _whole(value: Any) -> int:
    try:
        number = float(value or 0)
    except (TypeError, ValueError):
        number = -1.0
    if number < 0 or not number.is_integer():
        raise OddRow(f"“{value}” is no whole number of votes")
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
