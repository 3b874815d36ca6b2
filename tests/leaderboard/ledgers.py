"""Ledgers with many entries for tests, sealed like real ones but written at once."""

import random
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection

from arena.catalog.models import Category, Contender
from arena.voting.ledger.chain import Entry, chain_hash, leaf_hash
from arena.voting.models import Exclusion, Ledger, LedgerEntry
from tests.factories import make_category, make_contender

_DAY = date(2026, 11, 20)
_COLUMNS = """
    ledger_id, position, "left", "right", outcome, prompt, category, language, modality, propensity, voter, cast_on,
    reasons, tier, network, control, version, salt, leaf, chain
"""


class Cast(NamedTuple):
    """A vote as a test states it."""

    left: str
    right: str
    outcome: str
    voter: str = "voter-0"
    category: str = "animals"
    language: str = "en"
    modality: str = "text-to-image"
    prompt: str = "a-prompt"
    cast_on: date | None = _DAY
    reasons: str = ""
    tier: str = ""
    network: str = ""
    control: str = ""

    @property
    def version(self) -> int:
        """The first format that has what this vote says."""
        return 4 if self.control else 3 if self.tier or self.network else 2 if self.reasons else 1


def make_ledger(kind: str = "native", *, slug: str = "") -> Ledger:
    """Return a stored, empty ledger."""
    return Ledger.objects.create(slug=slug or kind, name=f"Name of {slug or kind}", kind=kind)


def append_entries(ledger: Ledger, casts: Iterable[Cast]) -> None:
    """Append votes as sealed entries, with salts that depend on the position only."""
    with connection.cursor() as cursor, cursor.copy(f"COPY voting_ledgerentry ({_COLUMNS}) FROM STDIN") as copy:
        for cast in casts:
            entry = Entry(
                ledger.length + 1, cast.left, cast.right, cast.outcome, cast.prompt, cast.category, cast.language,
                cast.modality, 0.25, cast.voter, cast.cast_on, cast.reasons, cast.tier, cast.network,
                cast.control, version=cast.version,
            )  # fmt: skip
            salt = f"{entry.position:032x}"
            leaf = leaf_hash(salt=salt, entry=entry)
            ledger.length, ledger.head = entry.position, chain_hash(previous=ledger.head, leaf=leaf)
            copy.write_row((ledger.pk, *entry, salt, leaf, ledger.head))
    ledger.save()


def draw_votes(
    contenders: Sequence[str],
    count: int,
    *,
    categories: Sequence[str] = ("animals",),
    languages: Sequence[str] = ("en",),
    voters: int = 50,
    seed: int = 1,
) -> list[Cast]:
    """Draw votes in which an earlier contender is better, with ties, both-bad, busy and casual voters."""
    draw = random.Random(seed)
    votes = []
    for _ in range(count):
        left, right = draw.sample(range(len(contenders)), 2)
        gap = (right - left) / len(contenders) + draw.gauss(0, 0.8)
        outcome = "both_bad" if draw.random() < 0.05 else "tie" if abs(gap) < 0.1 else "left" if gap > 0 else "right"
        voter = f"voter-{int(voters * draw.random() ** 2)}"
        category = draw.choice(categories)
        language, prompt = draw.choice(languages), f"{category}-{draw.randrange(12)}"
        cast = Cast(contenders[left], contenders[right], outcome, voter, category, language, prompt=prompt)
        votes.append(cast)
    return votes


def make_contenders(count: int) -> list[str]:
    """Return the slugs of new contenders; an earlier one is better in `draw_votes`."""
    return [make_contender().slug for _ in range(count)]


def make_categories(*slugs: str) -> list[Category]:
    """Return stored, active categories."""
    return [make_category(slug=slug) for slug in slugs]


def exclude(ledger: Ledger, *positions: int) -> None:
    """Exclude entries."""
    entries = LedgerEntry.objects.filter(ledger=ledger, position__in=positions)
    Exclusion.objects.bulk_create(Exclusion(entry=entry, reason="A test says so") for entry in entries)


def known(slug: str) -> Contender:
    """Return a contender."""
    return Contender.objects.get(slug=slug)
