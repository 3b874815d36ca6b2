"""What is left for a voter to whom nothing is dealt: pairs in other languages, and pairs that they skipped."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.db import connection

from arena.voting.blindness.lifetimes import ANSWERABLE
from arena.voting.dealing.choice import count_pairs
from arena.voting.dealing.pool import EVERYTHING, Pool, Scope

# Everything that keeps an image from being dealt to this voter, of the prompts asked about, and gold pairs.
_DEALT = """
SELECT left_id, right_id, answer IN ('left', 'right', 'tie', 'both_bad') OR (not_yet AND answer <> 'skip'), not_yet
FROM (
    SELECT left_id, right_id, answer, dealt_at > now() - %(answerable)s AS not_yet
    FROM voting_matchup WHERE voter_key = %(voter)s AND prompt_id = ANY(%(prompts)s::bigint[])
) dealt
UNION ALL
SELECT left_id, right_id, true, false FROM voting_matchup
WHERE voter_key = %(voter)s AND control IN ('gold_left', 'gold_right')
"""


@dataclass(frozen=True)
class Leftovers:
    """At most how many pairs a voter could still get: by language not chosen (code → pairs), and by skipping again."""

    languages: Mapping[str, int]
    skipped: int


def count_leftovers(
    *, pool: Pool, voter_key: uuid.UUID, languages: Sequence[str], scope: Scope = EVERYTHING
) -> Leftovers:
    """Count what could be dealt of the scope. Reads the voter's history: one query."""
    prompts = [facts.prompt_id for facts in pool.facts.values() if scope.holds(facts)]
    blocked, blocked_for_now = _read_blocked(voter_key, prompts)
    elsewhere: Counter[str] = Counter()
    skipped = 0
    for prompt in prompts:
        images, language = pool.images[prompt], pool.facts[prompt].language
        now = count_pairs(images, blocked | blocked_for_now)
        if language in languages:
            skipped += count_pairs(images, blocked) - now
        else:
            elsewhere[language] += now
    return Leftovers({code: pairs for code, pairs in elsewhere.most_common() if pairs}, skipped)


def _read_blocked(voter_key: uuid.UUID, prompts: Sequence[int]) -> tuple[Set[int], Set[int]]:
    """Return the images that this voter can't get at all, and those that they can't get because they skipped them."""
    row: dict[str, Any] = {"voter": voter_key, "prompts": prompts, "answerable": ANSWERABLE}
    with connection.cursor() as cursor:
        cursor.execute(_DEALT, row)
        dealt = cursor.fetchall()
    blocked = {image for *sides, lasts, _ in dealt if lasts for image in sides}
    return blocked, {image for *sides, _, not_yet in dealt if not_yet for image in sides}
