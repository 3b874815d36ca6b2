"""Which contenders have no picture of which prompts, as the table of generations says today."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection

from arena.voting.models import Ledger
from leaderboard.ratings.columns.picture_gaps import PictureGaps

_READ = """
SELECT p.slug, k.slug, bool_or(g.state = 'done'), bool_or(g.state = 'refused')
FROM generation_generation g JOIN catalog_prompt p ON p.id = g.prompt_id
JOIN catalog_contender k ON k.id = g.contender_id
WHERE g.state IN ('done', 'refused') GROUP BY p.slug, k.slug
"""


def read_gaps(ledger: Ledger) -> PictureGaps | None:
    """Return the gaps of all prompts of which any contender has a picture; None for imported votes, or without any.

    A contender to which a prompt was refused once, and which made its picture another time, lacks nothing.
    """
    if ledger.kind == Ledger.Kind.IMPORTED:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        rows: list[tuple[str, str, bool, bool]] = cursor.fetchall()
    made = {(prompt, contender) for prompt, contender, done, _ in rows if done}
    if not made:
        return None
    prompts = {prompt for prompt, _ in made}
    contenders = {contender for _, contender, _, _ in rows}
    lacking = ((prompt, one) for prompt in prompts for one in contenders if (prompt, one) not in made)
    refused = ((prompt, one) for prompt, one, _, no in rows if no and prompt in prompts and (prompt, one) not in made)
    return PictureGaps(_by_prompt(lacking), _by_prompt(refused))


def _by_prompt(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for prompt, contender in sorted(pairs):
        found[prompt].append(contender)
    return {prompt: tuple(contenders) for prompt, contenders in found.items()}
