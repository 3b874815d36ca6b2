"""How messages that code without Django has marked are written in the reader's language."""

from collections.abc import Mapping

from django.utils.formats import number_format
from django.utils.translation import gettext

from arena.languages.written_figures import write_number


def write_message(message: str, values: Mapping[str, str | int | float]) -> str:
    """Write a message with named placeholders, and what stands in them; numbers as the language writes them."""
    return gettext(message).format(**{name: _write(value) for name, value in values.items()})


def _write(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return write_number(value) if isinstance(value, int) else number_format(f"{value:g}", use_l10n=True)
