"""Excluding many votes by one decision, which a second person may have to confirm, and lifting it by a later one."""

from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arena.errors import Conflict, DomainError, Forbidden, NotFound
from arena.voting.excluding.entry_filter import CHOSEN, EntryFilter, bind, count_entries
from arena.voting.excluding.lifted_counts import count_lifted
from arena.voting.models import ExclusionDecision, Ledger

_EXCLUDE = f"""
INSERT INTO voting_exclusion (entry_id, reason, decided_at, decided_by_id, decision_id)
SELECT e.id, %(reason)s, %(at)s, %(by)s, %(decision)s {CHOSEN} AND x.id IS NULL
ON CONFLICT (entry_id) DO NOTHING
"""  # it is made of constants
# Their next votes count as those of new cookies.
_MARK_VOTERS = """
UPDATE voting_voter SET excluded_at = %(at)s WHERE key IN (
    SELECT v.voter_id FROM voting_exclusion x JOIN voting_ledgerentry e ON e.id = x.entry_id
    JOIN voting_vote v ON v.matchup_id = e.vote_id WHERE x.decision_id = %(decision)s
)
"""
_LIFT = """
WITH gone AS (
    DELETE FROM voting_exclusion WHERE decision_id = %(decision)s RETURNING entry_id, decision_id, decided_at
)
INSERT INTO voting_liftedexclusion (entry_id, decision_id, decided_at, lifted_at)
SELECT entry_id, decision_id, decided_at, %(at)s FROM gone
"""
# Other exclusions of their votes still tell against them.
_CLEAR_VOTERS = """
UPDATE voting_voter p SET excluded_at = (
    SELECT max(x.decided_at) FROM voting_vote v JOIN voting_ledgerentry e ON e.vote_id = v.matchup_id
    JOIN voting_exclusion x ON x.entry_id = e.id WHERE v.voter_id = p.key
) WHERE p.key IN (
    SELECT v.voter_id FROM voting_liftedexclusion l JOIN voting_ledgerentry e ON e.id = l.entry_id
    JOIN voting_vote v ON v.matchup_id = e.vote_id WHERE l.decision_id = %(decision)s
)
"""

# One change of exclusions at a time: each sees what those before it have excluded.
_HOLD = "SELECT pg_advisory_xact_lock(hashtext('easel.exclusions'))"

log = structlog.get_logger(__name__)


def decide_exclusion(
    *, ledger: Ledger, chosen: EntryFilter, upto: int, reason: str, proposed_by: User | None
) -> ExclusionDecision:
    """Exclude the entries up to a position that a filter chooses; the next refresh computes boards without them.

    With EXCLUSIONS_NEED_TWO it is only proposed, and `confirm_exclusion` brings it into force. Sent again, as by a
    double click, it is the same decision. Raises DomainError for a filter that chooses everything, without a reason, or
    if no entry that counts is chosen.
    """
    chosen, because = chosen.check(), _read_reason(reason)
    with transaction.atomic():
        _hold_exclusions()
        stated = {"ledger": ledger, "chosen": chosen.as_record(), "upto": upto, "reason": because}
        same = ExclusionDecision.objects.filter(**stated, proposed_by=proposed_by, lifted_at=None).first()
        if same is not None:
            return same
        if not count_entries(ledger, chosen, upto=upto).entries:
            raise DomainError(_("These are no votes that count. Nothing was excluded."))
        decision = ExclusionDecision.objects.create(**stated, proposed_by=proposed_by)
        if not settings.EXCLUSIONS_NEED_TWO:
            _bring_into_force(decision, by=proposed_by)
    return decision


def confirm_exclusion(*, decision_id: int, confirmed_by: User) -> ExclusionDecision:
    """Bring a proposed exclusion into force.

    Raises NotFound, Conflict if it does not wait, Forbidden for its proposer.
    """
    with transaction.atomic():
        decision = _find(decision_id)
        if decision.decided_at or decision.lifted_at:
            raise Conflict(_("This decision does not wait any more."))
        if decision.proposed_by_id == confirmed_by.pk:
            raise Forbidden(_("Somebody else must confirm what you have proposed."))
        _bring_into_force(decision, by=confirmed_by)
    return decision


def lift_exclusion(*, decision_id: int, because: str, lifted_by: User | None) -> ExclusionDecision:
    """Let the entries of a decision count again, or withdraw a proposed one. What it excluded until now stays known.

    Entries that another decision chose, too, stay excluded by that one.
    Raises NotFound, Conflict if it was lifted before, DomainError without a reason.
    """
    reason = _read_reason(because)
    with transaction.atomic():
        decision = _find(decision_id)
        if decision.lifted_at:
            raise Conflict(_("This decision was lifted before."))
        decision.lifted_at, decision.lifted_by, decision.lifted_because = timezone.now(), lifted_by, reason
        decision.save(update_fields=["lifted_at", "lifted_by", "lifted_because"])
        _run(_LIFT, decision, at=decision.lifted_at)
        # Entries that other decisions chose as well are excluded by these from now on.
        for other in _in_force(decision.ledger):
            other.entries += _exclude(other, at=decision.lifted_at)
            other.save(update_fields=["entries"])
        _run(_CLEAR_VOTERS, decision, at=decision.lifted_at)
        returned = count_lifted([decision.pk])[decision.pk].returned
    log.info("exclusion lifted", decision=decision.pk, entries=returned, reason=reason)
    return decision


def _bring_into_force(decision: ExclusionDecision, *, by: User | None) -> None:
    decision.decided_at, decision.decided_by = timezone.now(), by
    decision.entries = _exclude(decision, at=decision.decided_at)
    decision.save(update_fields=["decided_at", "decided_by", "entries"])
    _run(_MARK_VOTERS, decision, at=decision.decided_at)
    log.info("votes excluded", decision=decision.pk, entries=decision.entries, reason=decision.reason)


def _exclude(decision: ExclusionDecision, *, at: datetime) -> int:
    """Exclude what a decision chooses and still counts; return how many entries that were."""
    chosen = bind(decision.ledger, EntryFilter.from_record(decision.chosen), upto=decision.upto)
    return _run(_EXCLUDE, decision, at=at, **chosen, reason=decision.reason, by=decision.decided_by_id)


def _in_force(ledger: Ledger) -> list[ExclusionDecision]:
    """Return the decisions of a ledger that hold, locked, the oldest first."""
    decided = ExclusionDecision.objects.filter(ledger=ledger, decided_at__isnull=False, lifted_at=None)
    return list(decided.select_for_update(of=("self",)).order_by("pk"))


def _find(decision_id: int) -> ExclusionDecision:
    """Return a decision, locked, while no exclusion changes elsewhere. Raises NotFound."""
    _hold_exclusions()
    held = ExclusionDecision.objects.select_for_update(of=("self",)).select_related("ledger")
    decision = held.filter(pk=decision_id).first()
    if decision is None:
        raise NotFound(_("There is no decision {number}.").format(number=decision_id))
    return decision


def _hold_exclusions() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_HOLD)


def _read_reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise DomainError(_("Say why: the reason is published."))
    if len(reason) > 300:
        raise DomainError(_("Say why in at most 300 characters."))
    return reason


def _run(statement: str, decision: ExclusionDecision, *, at: datetime, **asked: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"decision": decision.pk, "at": at, **asked})
        return int(cursor.rowcount)
