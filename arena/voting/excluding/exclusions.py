"""Deciding that a sealed vote does not count: dated, reasoned, public; the entry stays."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from arena.errors import Conflict, DomainError, Forbidden, NotFound
from arena.voting.models import Exclusion, Ledger, LedgerEntry, Voter


def exclude_entry(*, ledger: Ledger, position: int, reason: str, decided_by: User | None) -> Exclusion:
    """Exclude the entry at this position; the next refresh computes boards without it.

    Raises NotFound, Conflict and Forbidden as `find_excludable` does, DomainError without a reason.
    """
    if not reason.strip():
        raise DomainError(_("Say why: the reason is published."))
    with transaction.atomic():
        entry = find_excludable(ledger=ledger, position=position)
        exclusion = Exclusion(entry=entry, reason=reason.strip(), decided_by=decided_by)
        try:
            with transaction.atomic():
                exclusion.save()
        except IntegrityError as error:
            raise Conflict(_("That entry is excluded already.")) from error
        # Their next votes count as those of a new cookie.
        Voter.objects.filter(votes__entry=entry).update(excluded_at=Now())
        return exclusion


def find_excludable(*, ledger: Ledger, position: int) -> LedgerEntry:
    """Return the entry at this position.

    Raises NotFound when there is none, Conflict when it is excluded already, Forbidden where two people must decide.
    """
    need_no_second()
    entry = LedgerEntry.objects.filter(ledger=ledger, position=position).first()
    if entry is None:
        raise NotFound(_("This ledger has no entry at that position."))
    if Exclusion.objects.filter(entry=entry).exists():
        raise Conflict(_("That entry is excluded already."))
    return entry


def need_no_second() -> None:
    """Raise Forbidden where two people must decide, and this is no door at which they can."""
    if settings.EXCLUSIONS_NEED_TWO:
        text = _("Two people decide here. Propose it at /staff/exclusions/, and let somebody else confirm it.")
        raise Forbidden(text)
