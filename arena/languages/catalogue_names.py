"""Names and sentences of the built-in catalogue in the reader's language; what operators wrote stays as it is."""

from django import template
from django.utils.translation import pgettext

register = template.Library()


@register.filter
def translated(text: str) -> str:
    """Return the translation of a name or sentence of the built-in catalogue, else the text itself.

    Its messages have a context of their own, so what operators named like a word of the interface stays as it is.
    """
    return pgettext("catalogue", text) if text else ""
