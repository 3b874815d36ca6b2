"""How numbers, shares, times and amounts are written in the reader's language."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import reduce

from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language_bidi, pgettext
from django.utils.translation import gettext as _

# Keeps a number's sign on its left in languages that are written from right to left.
_LEFT_TO_RIGHT = "\u200e"
_NARROW_SPACE = "\u202f"


def write_number(value: float | Decimal, places: int = 0) -> str:
    """Write a number with a fixed number of decimals, its thousands apart."""
    return number_format(f"{value:.{places}f}", use_l10n=True, force_grouping=True)


def write_decimals(value: float | Decimal, places: int) -> str:
    """Write a number with a fixed number of decimals and a minus sign, its thousands not apart, as in ratings."""
    text = number_format(f"{value:z.{places}f}", use_l10n=True).replace("-", "\u2212")
    return sign(text) if text.startswith("\u2212") else text


def write_percent(share: float, places: int = 0) -> str:
    """Write a share of one as percent; the number is never parted from its sign."""
    return _("{percent} %").format(percent=write_decimals(100 * share, places)).replace(" ", _NARROW_SPACE)


def write_seconds(seconds: float, places: int) -> str:
    """Write seconds with a fixed number of decimals."""
    return _("{seconds} s").format(seconds=write_decimals(seconds, places)).replace(" ", _NARROW_SPACE)


def write_money(digits: str, currency: str) -> str:
    """Write an amount that is given with all the decimals that it shall have."""
    amount = number_format(digits, use_l10n=True)
    if currency == "USD":
        return _("${amount}").format(amount=amount).replace(" ", _NARROW_SPACE)
    return f"{amount}{_NARROW_SPACE}{currency}"


def write_list(names: Iterable[str]) -> str:
    """Write names one after the other."""
    # Translators: how one more name is added to a list of names.
    pattern = _("{names}, {name}")
    listed = list(names)
    return reduce(lambda said, name: pattern.format(names=said, name=name), listed) if listed else ""


def write_links(links: Sequence[SafeString]) -> SafeString:
    """Write links one after the other, as names are."""
    pattern = _("{names}, {name}")
    return reduce(lambda said, link: format_html(pattern, names=said, name=link), links)


def sign(text: str) -> str:
    """Return text that begins with a sign, such as `+8`, so that it is shown in this order in every language."""
    return f"{_LEFT_TO_RIGHT}{text}" if get_language_bidi() else text


def write_day(when: date) -> str:
    """Write a day."""
    # Translators: how Django writes a day, such as 29 November 2026; see its "date" filter for the letters.
    return date_format(when, pgettext("format of a day", "j F Y"))


def write_moment(when: datetime, *, seconds: bool = False) -> str:
    """Write a time to the minute, or to the second, with its zone."""
    # Translators: how Django writes a time, such as 29 November 2026, 14:05 UTC; see its "date" filter for the letters.
    pattern = pgettext("format of a time", "j F Y, H:i T")
    return date_format(localtime(when), pattern.replace("H:i", "H:i:s") if seconds else pattern)


def write_month(when: date) -> str:
    """Write a month with its year."""
    # Translators: how Django writes a month, such as November 2026; see its "date" filter for the letters.
    return date_format(when, pgettext("format of a month", "F Y"))
