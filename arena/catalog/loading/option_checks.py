"""Checks of a provider's options by who calls providers: an app above this one, which enters its check here."""

from collections.abc import Callable
from typing import Any

# Given a row of Provider that need not be stored: what is wrong with its options, or an empty text.
Check = Callable[[Any], str]
_entered: list[Check] = []


def enter_check(check: Check) -> None:
    """Let this check every provider that a catalogue names."""
    _entered.append(check)


def find_option_fault(provider: Any) -> str:
    """Return what is wrong with a provider's options, in a sentence; empty if nothing is."""
    return next(filter(None, (check(provider) for check in _entered)), "")
