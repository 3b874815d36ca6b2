"""Days and times on pages, in the reader's language for people and in ISO form for programs."""

from datetime import date, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from arena.languages.written_figures import write_day, write_moment

register = template.Library()


@register.simple_tag
def day(when: date) -> SafeString:
    """A day."""
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), write_day(when))


@register.simple_tag
def moment(when: datetime, *, seconds: bool = False) -> SafeString:
    """A time to the minute, or to the second."""
    shown = write_moment(when, seconds=seconds)
    return format_html('<time datetime="{}">{}</time>', localtime(when).isoformat(), shown)


@register.simple_tag
def moment_text(when: datetime) -> str:
    """A time to the minute as plain text."""
    return write_moment(when)
