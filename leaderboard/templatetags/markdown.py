"""Text from outside within Markdown: it stays text, whatever it holds."""

import re

from django import template

register = template.Library()

_MARKS = re.compile(r"([\\`*_{}\[\]<>|~])")
# What makes a list or a heading of a line that begins with it.
_START = re.compile(r"^([#+=-]|\d+(?=[.)]))")


@register.filter
def md(text: object) -> str:
    """One line of text in which nothing is Markdown or HTML."""
    line = _MARKS.sub(r"\\\1", " ".join(str(text).split()))
    return _START.sub(_mark, line)


def _mark(found: re.Match[str]) -> str:
    start = found.group()
    return f"{start}\\" if start[0].isdigit() else f"\\{start}"


@register.filter
def md_url(url: str) -> str:
    """An address that ends no link before its end."""
    return url.replace("(", "%28").replace(")", "%29").replace(" ", "%20").replace("<", "%3C").replace(">", "%3E")
