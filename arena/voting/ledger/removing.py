"""Removing a whole ledger: the demonstration, or an imported one. Votes of this arena are never removed."""

from dataclasses import dataclass

from django.db import connection, transaction

from arena.errors import DomainError
from arena.voting.models import Ledger

# What people voted stays; and each process knows these ledgers by their keys.
KEPT = (Ledger.Kind.NATIVE, Ledger.Kind.CONTROL)

# In the order in which rows refer to each other. Voters who have votes elsewhere stay.
_REMOVE = """
SET LOCAL easel.erasing = 'on';
DELETE FROM voting_exclusion x USING voting_ledgerentry e WHERE e.id = x.entry_id AND e.ledger_id = %(ledger)s;
DELETE FROM voting_liftedexclusion x USING voting_ledgerentry e WHERE e.id = x.entry_id AND e.ledger_id = %(ledger)s;
DELETE FROM voting_exclusiondecision WHERE ledger_id = %(ledger)s;
DELETE FROM voting_ledgerentry WHERE ledger_id = %(ledger)s;
DELETE FROM voting_unsealedvote u USING voting_matchup m WHERE m.id = u.vote_id AND m.ledger_id = %(ledger)s;
CREATE TEMPORARY TABLE leaving ON COMMIT DROP AS
    SELECT DISTINCT v.voter_id FROM voting_vote v JOIN voting_matchup m ON m.id = v.matchup_id
    WHERE m.ledger_id = %(ledger)s;
DELETE FROM voting_votereason w USING voting_matchup m WHERE m.id = w.vote_id AND m.ledger_id = %(ledger)s;
DELETE FROM voting_voteevidence x USING voting_matchup m WHERE m.id = x.vote_id AND m.ledger_id = %(ledger)s;
DELETE FROM voting_vote v USING voting_matchup m WHERE m.id = v.matchup_id AND m.ledger_id = %(ledger)s;
DELETE FROM voting_reportedimage i USING voting_matchup m WHERE m.id = i.report_id AND m.ledger_id = %(ledger)s;
DELETE FROM voting_report r USING voting_matchup m WHERE m.id = r.matchup_id AND m.ledger_id = %(ledger)s;
DELETE FROM voting_matchup WHERE ledger_id = %(ledger)s;
DELETE FROM voting_voter p USING leaving
WHERE p.key = leaving.voter_id AND NOT EXISTS (SELECT FROM voting_vote v WHERE v.voter_id = p.key);
DROP TABLE leaving
"""


@dataclass(frozen=True)
class Removed:
    """What was removed."""

    name: str
    entries: int


def remove_ledger(*, slug: str) -> Removed | None:
    """Remove a ledger with its entries, votes, matchups, voters, strengths and boards, or nothing of it.

    Return None when there is no such ledger. Raises DomainError for those of this arena's people.
    """
    with transaction.atomic():
        ledger = Ledger.objects.select_for_update().filter(slug=slug).first()
        if ledger is None:
            return None
        if ledger.kind in KEPT:
            raise DomainError(
                "Votes of this arena are not removed. Exclude at /staff/exclusions/ those that must not count."
            )
        with connection.cursor() as cursor:
            cursor.execute(_REMOVE, {"ledger": ledger.pk})
        # This also deletes what refers to the row: its origin, strengths, splits, and boards with their snapshots.
        ledger.delete()
    return Removed(ledger.name, ledger.length)


def remove_demonstration() -> Removed | None:
    """Remove the demonstration ledger as `remove_ledger` does; its slug is its kind."""
    return remove_ledger(slug=Ledger.Kind.DEMONSTRATION.value)
