"""Names and sentences of the built-in catalogue in the reader's language; what operators wrote stays as it is."""

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.filter
def translated(text: str) -> str:
    """Return the translation of a name or sentence of the built-in catalogue, else the text itself."""
    return gettext(text) if text else ""
