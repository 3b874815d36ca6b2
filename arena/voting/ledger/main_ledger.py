"""Choosing the ledger that pages show where none is named: an imported one, or the usual one again."""

from django.db import transaction
from django.utils.translation import gettext as _

from arena.errors import DomainError
from arena.voting.models import Ledger


@transaction.atomic
def choose_main_ledger(*, ledger: Ledger | None) -> None:
    """Make an imported ledger the site's main one; None goes back to the usual rule. Raises DomainError for others."""
    if ledger is not None and ledger.kind != Ledger.Kind.IMPORTED:
        raise DomainError(_("Only an imported ledger is chosen; the votes of this arena are shown without it."))
    Ledger.objects.filter(is_main=True).update(is_main=False)
    if ledger is not None:
        Ledger.objects.filter(pk=ledger.pk).update(is_main=True)
