"""Counts the reasons that were given with the entries of one board."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

# Reasons are few compared with entries, and an index holds the entries that have some. Only a window needs the newest
# day, for which all entries are read.
_COUNT = """
SELECT "left", "right", outcome, reasons, count(*) FROM voting_ledgerentry e
WHERE ledger_id = %(ledger)s AND position <= %(upto)s AND reasons <> '' AND modality = %(modality)s
    AND (%(category)s::text IS NULL OR category = %(category)s)
    AND (%(language)s::text IS NULL OR language = %(language)s)
    AND (%(tiers)s::text[] IS NULL OR tier = ANY(%(tiers)s))
    AND (%(prompts)s::text[] IS NULL OR prompt = ANY(%(prompts)s))
    AND (%(days)s = 0 OR cast_on > (
        SELECT max(n.cast_on) FROM voting_ledgerentry n
        WHERE n.ledger_id = %(ledger)s AND n.position <= %(upto)s AND n.modality = %(modality)s
            AND NOT EXISTS (SELECT FROM voting_exclusion x WHERE x.entry_id = n.id AND x.decided_at <= %(at)s)
            AND NOT EXISTS (
                SELECT FROM voting_liftedexclusion x
                WHERE x.entry_id = n.id AND x.decided_at <= %(at)s AND x.lifted_at > %(at)s
            )
    ) - %(days)s::int)
    AND NOT EXISTS (SELECT FROM voting_exclusion x WHERE x.entry_id = e.id AND x.decided_at <= %(at)s)
    AND NOT EXISTS (
        SELECT FROM voting_liftedexclusion x
        WHERE x.entry_id = e.id AND x.decided_at <= %(at)s AND x.lifted_at > %(at)s
    )
GROUP BY "left", "right", outcome, reasons
ORDER BY "left", "right", outcome, reasons
"""


class ReasonCount(NamedTuple):
    """How many votes on two contenders had this outcome and exactly these reasons (codes, at least one)."""

    left: str
    right: str
    outcome: str
    reasons: tuple[str, ...]
    votes: int


def count_reasons(
    *,
    ledger_id: int,
    upto: int,
    at: datetime,
    modality: str,
    category: str | None = None,
    language: str | None = None,
    prompts: Collection[str] | None = None,
    tiers: Collection[str] | None = None,
    days: int = 0,
) -> list[ReasonCount]:
    """Count the entries with reasons up to a position, without those excluded at that time.

    With `tiers`, only entries of these are counted. With `days`, only entries of as many days up to the newest counted
    one are read.
    """
    asked: dict[str, Any] = {
        "ledger": ledger_id,
        "upto": upto,
        "at": at,
        "modality": modality,
        "category": category,
        "language": language,
        "prompts": None if prompts is None else sorted(prompts),
        "tiers": None if tiers is None else sorted(tiers),
        "days": days,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, asked)
        return [ReasonCount(row[0], row[1], row[2], tuple(row[3].split()), row[4]) for row in cursor.fetchall()]
