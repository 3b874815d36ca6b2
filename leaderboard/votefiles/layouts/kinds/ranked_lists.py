"""A ranked list in each row: names with their ranks, 1 for the best, or names from the best to the worst."""

from collections.abc import Iterator
from dataclasses import dataclass

from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, OddRow, Row, rank_pairs

_PAIRS = tuple((names, ranks) for names in ("models", "contenders", "images", "items") for ranks in ("ranks", "rank"))
_ORDERS = ("ranking", "order", "ranked")
_VOTERS = ("voter", "user_id", "annotator", "judge", "user")
_PROMPTS = ("prompt", "prompt_id", "question_id")


@dataclass(frozen=True)
class _Columns:
    names: str
    ranks: str

    def unfold(self, row: Row, _: Names) -> Iterator[Duel]:
        """All pairs of the list."""
        names = row[self.names]
        if not isinstance(names, list):
            raise OddRow(f"{self.names} is no list")
        ranks = row[self.ranks] if self.ranks else range(len(names))
        voter = next((row[name] for name in _VOTERS if name in row), "")
        prompt = next((row[name] for name in _PROMPTS if name in row), "")
        return rank_pairs(names, ranks, voter=voter, prompt=prompt)


def _lay_out(names: str, ranks: str = "") -> Layout:
    return Layout(
        title="ranked lists",
        needs=(names, ranks) if ranks else (names,),
        may_have=(*_VOTERS, *_PROMPTS),
        reads={
            "left": names,
            "right": names,
            "winner": ranks or names,
            "voter": " or ".join(_VOTERS),
            "prompt": " or ".join(_PROMPTS),
        },
        duels=_Columns(names, ranks).unfold,
        together=True,
        note="each list counts as all its pairs, and as one answer where intervals are clustered",
    )


LAYOUTS = (*(_lay_out(*pair) for pair in _PAIRS), *(_lay_out(order) for order in _ORDERS))
