"""Imports votes that were cast elsewhere: a ledger of its own, whole or not at all, sealed like any other."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from django.db import connection, transaction

from arena.catalog.models import Contender
from arena.errors import DomainError
from arena.installation import command_name
from arena.voting.ledger.sealing import append_entries
from arena.voting.models import ImportedContender, Ledger, LedgerOrigin

# One import at a time: two that begin with the same file or name must see each other.
_LOCK = 0x1EAE

# The arena's own ledgers have these slugs, even if it opens them later.
RESERVED = (Ledger.Kind.NATIVE.value, Ledger.Kind.DEMONSTRATION.value, Ledger.Kind.CONTROL.value)


class ImportedVote(NamedTuple):
    """A vote of a file: `Entry` without its position; all but sides and outcome may be empty or None."""

    left: str
    right: str
    outcome: str
    prompt: str
    category: str
    language: str
    modality: str
    propensity: float | None
    voter: str
    cast_on: date | None
    reasons: str = ""
    tier: str = ""
    network: str = ""


def find_import(*, slug: str, name: str, sha256: str) -> Ledger | None:
    """Return the ledger that already holds this file under this name; None if both are free.

    Raises DomainError, which says what to do, if another ledger has the name or the file is imported under another
    name.
    """
    if slug in RESERVED:
        raise DomainError(f"“{slug}” is the arena's own ledger. Choose another name, or another --slug.")
    same_file = Ledger.objects.filter(origin__sha256=sha256).first()
    if same_file is not None and same_file.slug == slug:
        return same_file
    if same_file is not None:
        raise DomainError(
            f"This file is already imported, as “{same_file.name}” ({same_file.slug}). To import it under another name "
            f"or with other options, remove that one first: {command_name()} remove_ledger {same_file.slug}"
        )
    taken = Ledger.objects.filter(slug=slug).first()
    if taken is not None:
        raise DomainError(
            f"“{taken.name}” ({slug}) holds the votes of another file. Choose another --name, "
            f"or remove that ledger first: {command_name()} remove_ledger {slug}"
        )
    if Ledger.objects.filter(name=name).exists():
        raise DomainError(f"A ledger is already called “{name}”. Choose another --name.")
    return None


def find_contenders(names: Mapping[str, str]) -> dict[str, Contender]:
    """Return the contender for each label of a file, given its slug. Raises DomainError for an unknown one."""
    known = {each.slug: each for each in Contender.objects.filter(slug__in=names.values())}
    for label, slug in names.items():
        if slug not in known:
            raise DomainError(f"{label!r} cannot stand for {slug!r}: the catalogue has no such contender.")
    if len(set(names.values())) < len(names):
        raise DomainError("Two names of the file stand for one contender; a board has one line for each.")
    return {label: known[slug] for label, slug in names.items()}


def import_ledger(
    *,
    slug: str,
    name: str,
    origin: LedgerOrigin,
    contenders: Mapping[str, Contender | None],
    votes: Iterable[ImportedVote],
) -> tuple[Ledger, bool]:
    """Make a ledger of the votes in their order; return it, and False if the same import exists already.

    One transaction: a process that is killed in it has imported nothing. Votes are streamed. Raises as `find_import`
    does.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        there = find_import(slug=slug, name=name, sha256=origin.sha256)
        if there is not None:
            return there, False
        ledger = Ledger.objects.create(slug=slug, name=name, kind=Ledger.Kind.IMPORTED)
        origin.ledger = ledger
        origin.save(force_insert=True)
        ImportedContender.objects.bulk_create(
            ImportedContender(ledger=ledger, label=label, contender=contender)
            for label, contender in contenders.items()
        )
        append_entries(ledger, votes)
    return ledger, True
