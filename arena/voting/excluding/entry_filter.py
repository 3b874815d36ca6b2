"""Which entries of a ledger somebody means: a filter over its columns, so that anybody can repeat it on an export."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from arena.errors import DomainError
from arena.voting.control_kinds import DOUBTED_FROM, write_evidence
from arena.voting.models import Ledger, Tier

_MOST_NAMES = 10_000


@dataclass(frozen=True)
class EntryFilter:
    """Entries that fulfil everything that is stated; of several names, one must fit.

    `voters` are pseudonyms, `networks` labels of the ledger's column, `contenders` slugs of which one stands on either
    side. `since` and `until` are days of the votes; `new_since` is the day on or after which a voter's first vote in
    the ledger was cast. `doubted` chooses voters whose answers to gold pairs are those of somebody who does not look;
    it is the last position of the ledger of controls that is read (`last_control`).
    """

    voters: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    contenders: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    new_since: date | None = None
    doubted: int | None = None

    def check(self) -> "EntryFilter":
        """Return the filter without repeated names. Raises DomainError if it chooses everything or makes no sense."""
        if all(getattr(self, each.name) in _UNSTATED for each in fields(self)):
            raise DomainError(_("Say which votes: by voters, networks, tiers, contenders, days or gold pairs."))
        if unknown := [tier for tier in self.tiers if tier not in Tier.values]:
            text = _("“{unknown}” is no tier. Choose from: {known}.")
            raise DomainError(text.format(unknown=unknown[0][:40], known=", ".join(Tier.values)))
        if self.since and self.until and self.since > self.until:
            raise DomainError(_("The first day is after the last one."))
        names: dict[str, Any] = {name: tuple(dict.fromkeys(getattr(self, name))) for name in _NAMES}
        if max(map(len, names.values())) > _MOST_NAMES:
            raise DomainError(_("Name at most {most} at once.").format(most=_MOST_NAMES))
        return replace(self, **names)

    def as_record(self) -> dict[str, Any]:
        """Return what is stated, as JSON."""
        stated = {name: value for name, value in asdict(self).items() if value not in _UNSTATED}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in stated.items()}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "EntryFilter":
        """Return the filter of a record."""
        stated: dict[str, Any] = dict(record)
        for name, value in record.items():
            if isinstance(value, list):
                stated[name] = tuple(value)
            elif isinstance(value, str):
                stated[name] = date.fromisoformat(value)
        return cls(**stated)


_NAMES = ("voters", "networks", "tiers", "contenders")
_UNSTATED: tuple[Any, ...] = ((), None)


class Chosen(NamedTuple):
    """How many counted entries a filter chooses, of how many voters and networks, and how many are excluded already."""

    entries: int
    voters: int
    networks: int
    excluded: int


# Voters whose answers to gold pairs, as the ledger of controls has them up to a position, are those of somebody who
# does not look.
DOUBTED_VOTERS = f"""
SELECT g.voter FROM voting_ledger o JOIN voting_ledgerentry g ON g.ledger_id = o.id
WHERE o.kind = 'control' AND (%(doubted)s::bigint IS NULL OR g.position <= %(doubted)s::bigint)
GROUP BY 1 HAVING {write_evidence(control="g.control", answer="g.outcome")} >= {DOUBTED_FROM}
"""  # noqa: S608  # it is made of constants
# What is not stated is a constant NULL, which PostgreSQL leaves out of its plan.
CHOSEN = f"""
FROM voting_ledgerentry e LEFT JOIN voting_exclusion x ON x.entry_id = e.id
WHERE e.ledger_id = %(ledger)s AND e.position <= %(upto)s
    AND (%(voters)s::varchar[] IS NULL OR e.voter = ANY(%(voters)s::varchar[]))
    AND (%(networks)s::varchar[] IS NULL OR e.network = ANY(%(networks)s::varchar[]))
    AND (%(tiers)s::varchar[] IS NULL OR e.tier = ANY(%(tiers)s::varchar[]))
    AND (%(contenders)s::varchar[] IS NULL OR e."left" = ANY(%(contenders)s::varchar[])
        OR e."right" = ANY(%(contenders)s::varchar[]))
    AND (%(since)s::date IS NULL OR e.cast_on >= %(since)s::date)
    AND (%(until)s::date IS NULL OR e.cast_on <= %(until)s::date)
    AND (%(new_since)s::date IS NULL OR e.voter IN (
        SELECT f.voter FROM voting_ledgerentry f WHERE f.ledger_id = %(ledger)s AND f.voter <> ''
        GROUP BY f.voter HAVING min(f.cast_on) >= %(new_since)s::date
    ))
    AND (%(doubted)s::bigint IS NULL OR e.voter IN ({DOUBTED_VOTERS}))
"""  # noqa: S608  # it is made of constants
_COUNT = f"""
SELECT count(*) FILTER (WHERE x.id IS NULL), count(DISTINCT e.voter) FILTER (WHERE x.id IS NULL),
    count(DISTINCT nullif(e.network, '')) FILTER (WHERE x.id IS NULL), count(x.id) {CHOSEN}
"""  # it is made of constants
_POSITIONS = f"SELECT e.position {CHOSEN} AND x.id IS NULL ORDER BY e.position"


def count_entries(ledger: Ledger, chosen: EntryFilter, *, upto: int) -> Chosen:
    """Count the entries up to a position that a filter chooses."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, bind(ledger, chosen, upto=upto))
        return Chosen(*cursor.fetchone())


def find_positions(ledger: Ledger, chosen: EntryFilter, *, upto: int) -> list[int]:
    """Return the positions of the entries that a filter chooses and that count."""
    with connection.cursor() as cursor:
        cursor.execute(_POSITIONS, bind(ledger, chosen, upto=upto))
        return [row[0] for row in cursor.fetchall()]


def bind(ledger: Ledger, chosen: EntryFilter, *, upto: int) -> dict[str, Any]:
    """Return what CHOSEN is asked."""
    names = {name: list(getattr(chosen, name)) or None for name in _NAMES}
    days = {"since": chosen.since, "until": chosen.until, "new_since": chosen.new_since}
    return {"ledger": ledger.pk, "upto": upto, "doubted": chosen.doubted, **names, **days}


def last_control() -> int:
    """Return the last position of the ledger of controls; 0 before its first entry."""
    return Ledger.objects.filter(kind=Ledger.Kind.CONTROL).values_list("length", flat=True).first() or 0
