"""The public log: additions, retirements and prices of the catalogue, changes of the method, and exclusions, by day."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, Min, Q
from django.db.models.functions import TruncDate

from arena.catalog.models import LogLine
from arena.voting.excluding.lifted_counts import count_lifted
from arena.voting.models import Exclusion, ExclusionDecision
from leaderboard.models import Snapshot

METHOD, EXCLUSION = "method", "exclusion"
ALL = Q()
KINDS = (*LogLine.Kind.values, METHOD, EXCLUSION)


@dataclass(frozen=True)
class LogEntry:
    """One change with its day and reason. `details` hold what the kind needs: see LogLine; for a method its version.

    `key` is its own and stays.

    An exclusion counts the entries of one ledger (`name`) that were excluded on that day for one reason, or, as
    `lifted`, that count again since.
    """

    key: str
    day: date
    kind: str
    name: str
    model_slug: str = ""
    contender_slug: str = ""
    reason: str = ""
    source: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def read_log(*, kind: str = "") -> list[LogEntry]:
    """Return the log, newest day first, of one kind or of all. Imported ledgers are not this arena's, and not in it."""
    entries = [*_of_catalogue(), *_of_methods(), *_of_exclusions()]
    chosen = [entry for entry in entries if not kind or entry.kind == kind]
    return sorted(chosen, key=lambda entry: (entry.day, KINDS.index(entry.kind)), reverse=True)


def read_model_log(model: str) -> list[LogEntry]:
    """Return what the log says of one model and its contenders, newest day first. One query."""
    return list(_of_catalogue(Q(image_model__slug=model) | Q(contender__image_model__slug=model)))


def _of_catalogue(chosen: Q = ALL) -> Iterator[LogEntry]:
    lines = LogLine.objects.filter(chosen).select_related("image_model", "contender")
    for line in lines.order_by("-day", "-name", "id"):
        yield LogEntry(
            key=f"line/{line.pk}",
            day=line.day,
            kind=line.kind,
            name=line.name,
            model_slug=line.image_model.slug if line.image_model else "",
            contender_slug=line.contender.slug if line.contender else "",
            reason=line.reason,
            source=line.source,
            details=line.details,
        )


def _of_methods() -> Iterator[LogEntry]:
    """Yield the first stored day of each method but the first, for each of this arena's ledgers."""
    own = Snapshot.objects.exclude(board__ledger__kind="imported").filter(
        board__slice="overall", board__days=0, board__tiers=""
    )
    found = (
        own.order_by().values("board__ledger__name", "board__ledger_id", "method").annotate(since=Min("computed_at"))
    )
    ledgers: set[int] = set()
    for row in sorted(found, key=lambda row: row["since"]):
        if row["board__ledger_id"] in ledgers:
            details = {"method": row["method"].get("name", ""), "version": row["method"].get("version", "")}
            key = f"method/{row['board__ledger_id']}/{_digest(row['method'])}"
            yield LogEntry(key, row["since"].date(), METHOD, row["board__ledger__name"], details=details)
        ledgers.add(row["board__ledger_id"])


def _of_exclusions() -> Iterator[LogEntry]:
    # What a decision has taken over from a lifted one was excluded on that one's day, and told there.
    told = Exclusion.objects.filter(Q(decision=None) | Q(decided_at=F("decision__decided_at")))
    own = told.exclude(entry__ledger__kind="imported").annotate(day=TruncDate("decided_at")).order_by()
    for row in own.values("day", "reason", "entry__ledger__name", "entry__ledger_id").annotate(entries=Count("pk")):
        details = {"entries": row["entries"]}
        key = f"exclusion/{row['entry__ledger_id']}/{row['day']}/{_digest(row['reason'])}"
        yield LogEntry(key, row["day"], EXCLUSION, row["entry__ledger__name"], reason=row["reason"], details=details)
    ended = ExclusionDecision.objects.filter(decided_at__isnull=False, lifted_at__isnull=False)
    lifted = list(ended.exclude(ledger__kind="imported").select_related("ledger"))
    counts = count_lifted([decision.pk for decision in lifted])
    for decision in lifted:
        key, name = f"decision/{decision.pk}", decision.ledger.name
        begun, over, counted = decision.decided_at, decision.lifted_at, counts[decision.pk]
        assert begun
        assert over
        excluded, again = {"entries": counted.excluded}, {"lifted": counted.returned}
        yield LogEntry(key, begun.date(), EXCLUSION, name, reason=decision.reason, details=excluded)
        yield LogEntry(f"{key}/lifted", over.date(), EXCLUSION, name, reason=decision.lifted_because, details=again)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
