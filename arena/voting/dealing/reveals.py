"""What a voter is told once a matchup is closed: names, rank ranges, and how others split on the pair."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

# A pair's split is shown from this many votes on.
SPLIT_VOTES = 10

_SIDES = """
SELECT k.id, k.slug, k.name, i.slug, o.name, s.rank_low, s.rank_high
FROM catalog_contender k
JOIN catalog_imagemodel i ON i.id = k.image_model_id
JOIN catalog_organization o ON o.id = i.organization_id
LEFT JOIN voting_strength s ON s.contender_id = k.id AND s.ledger_id = %s AND s.category_id IS NULL
WHERE k.id = ANY(%s)
"""
_SPLITS = """
SELECT first_id, second_id, first_wins, second_wins, ties, both_bad FROM voting_pairsplit
WHERE ledger_id = %s AND first_wins + second_wins + ties + both_bad >= %s
"""


@dataclass(frozen=True)
class Reveals:
    """Names and ranks by contender key, splits by ordered pair of keys, as of the last refresh.

    Of a side, `contender` and `model` are slugs, `name` and `organization` are for people.
    """

    sides: Mapping[int, Mapping[str, Any]]
    splits: Mapping[tuple[int, int], tuple[int, int, int, int]]

    def reveal(self, *, left: int, right: int) -> dict[str, Any]:
        """Return the reply to a vote on these two contenders, without the answer itself."""
        return {"left": self.sides[left], "right": self.sides[right], "split": self._split(left, right)}

    def _split(self, left: int, right: int) -> dict[str, int] | None:
        found = self.splits.get((min(left, right), max(left, right)))
        if found is None:
            return None
        first, second, ties, both_bad = found
        won, lost = (first, second) if left < right else (second, first)
        return {"votes": sum(found), "left": won, "right": lost, "tie": ties, "both_bad": both_bad}


def load_reveals(*, ledger_id: int, contenders: list[int]) -> Reveals:
    """Read names, published rank ranges and splits of these contenders (keys). Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(_SIDES, [ledger_id, contenders])
        names = ("contender", "name", "model", "organization", "rank_low", "rank_high")
        sides = {row[0]: dict(zip(names, row[1:], strict=True)) for row in cursor.fetchall()}
        cursor.execute(_SPLITS, [ledger_id, SPLIT_VOTES])
        splits = {(first, second): (a, b, ties, bad) for first, second, a, b, ties, bad in cursor.fetchall()}
    return Reveals(sides=sides, splits=splits)
