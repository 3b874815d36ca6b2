"""Amounts of money and lists of names on staff pages."""

from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.utils.formats import number_format

from arena.languages.written_figures import write_list

register = template.Library()


@register.filter
def usd(amount: Decimal | None) -> str:
    """Return an amount in USD with two decimals, and up to six where it has more; "–" for None."""
    if amount is None:
        return "–"
    decimals = -int(round(Decimal(amount), 6).normalize().as_tuple().exponent)
    return number_format(amount, min(6, max(2, decimals)), use_l10n=True, force_grouping=True)


@register.filter
def listed(names: Iterable[str]) -> str:
    """Write names one after the other."""
    return write_list(names)
