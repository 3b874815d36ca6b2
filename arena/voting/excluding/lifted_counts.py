"""What became of the entries of lifted decisions: an entry that another decision names stays excluded by that one."""

from collections.abc import Collection
from typing import NamedTuple

from django.db import connection

# What another decision has taken over, it excludes since the moment of the lifting.
_COUNT = """
SELECT d.id, count(*) FILTER (WHERE l.decided_at = d.decided_at), count(*) FILTER (WHERE NOT EXISTS (
    SELECT FROM voting_exclusion x WHERE x.entry_id = l.entry_id AND x.decided_at = l.lifted_at
) AND NOT EXISTS (
    SELECT FROM voting_liftedexclusion m WHERE m.entry_id = l.entry_id AND m.decided_at = l.lifted_at
))
FROM voting_exclusiondecision d JOIN voting_liftedexclusion l ON l.decision_id = d.id
WHERE d.id = ANY(%s) GROUP BY d.id
"""


class LiftedCounts(NamedTuple):
    """How many entries a decision itself excluded, and how many count again since it was lifted."""

    excluded: int = 0
    returned: int = 0


def count_lifted(decisions: Collection[int]) -> dict[int, LiftedCounts]:
    """Count the entries of lifted decisions by their keys. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [list(decisions)])
        found = {key: LiftedCounts(excluded, returned) for key, excluded, returned in cursor.fetchall()}
    return {key: found.get(key, LiftedCounts()) for key in decisions}
