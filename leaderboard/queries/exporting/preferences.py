"""Votes whose pictures are public: each with the two pictures that its voter saw. No picture in play is among them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from arena.generation.models import Generation
from arena.voting.models import Ledger, LedgerEntry
from leaderboard.queries.competitions.galleries import open_pictures


@dataclass(frozen=True)
class Preference:
    """One vote on an open prompt. `outcome` is left, right, tie or both_bad; `voter` is the ledger's pseudonym."""

    position: int
    outcome: str
    voter: str
    cast_on: date | None
    left: Generation
    right: Generation


def list_open_pictures() -> dict[int, Generation]:
    """Return every public picture by its key, in the order of prompts, contenders and samples."""
    pictures = open_pictures().order_by("prompt__slug", "contender__slug", "sample", "id")
    return {picture.pk: picture for picture in pictures}


def read_preferences(ledger: Ledger, pictures: dict[int, Generation], *, last: int) -> Iterator[Preference]:
    """Yield the ledger's votes up to `last` that count, both pictures of which are among `pictures`, in their order.

    An imported ledger has none: its pictures are not here.
    """
    prompts = {picture.prompt.slug for picture in pictures.values()}
    entries = LedgerEntry.objects.filter(
        ledger=ledger.pk, position__lte=last, prompt__in=prompts, exclusion__isnull=True, vote__isnull=False
    )
    for entry in entries.select_related("vote__matchup").order_by("position").iterator(chunk_size=5_000):
        assert entry.vote is not None
        left, right = (pictures.get(key) for key in (entry.vote.matchup.left_id, entry.vote.matchup.right_id))
        if left is not None and right is not None:
            yield Preference(entry.position, entry.outcome, entry.voter, entry.cast_on, left, right)
