"""How numbers, days and words of the catalogue are written on pages."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode, urlsplit

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from arena.catalog.models import Fact, Price
from arena.languages.written_figures import write_day, write_list, write_month
from leaderboard.presentation.board_address import BoardAddress
from leaderboard.presentation.board_page import figure_texts
from leaderboard.presentation.contenders.stated_dates import write_fact, write_release
from leaderboard.presentation.price_words import item_name, unit_name
from leaderboard.queries import slices
from leaderboard.queries.model_pages.release_dates import ReleaseDate

register = template.Library()

_FACTS = {
    "released_on": gettext_lazy("Released"),
    "shutdown_on": gettext_lazy("Shutdown"),
    "licence": gettext_lazy("Licence"),
    "commercial_use": gettext_lazy("Commercial use"),
    "max_size": gettext_lazy("Largest image"),
    "max_input_images": gettext_lazy("Input images, at most"),
    "max_images_per_call": gettext_lazy("Images per call, at most"),
    "input_types": gettext_lazy("Input"),
    "output_types": gettext_lazy("Output"),
    "output_formats": gettext_lazy("Output formats"),
    "snapshot": pgettext_lazy("of a model", "Snapshot"),
    "provenance": gettext_lazy("Provenance marks"),
}
_STATUSES = {
    "active": gettext_lazy("Current"),
    "listed": gettext_lazy("Listed, not rated here"),
    "retiring": gettext_lazy("Retiring"),
    "retired": gettext_lazy("Retired"),
}
_CHANGES = {
    "added": gettext_lazy("Added"),
    "retired": gettext_lazy("Retired"),
    "returned": gettext_lazy("Returned"),
    "shutdown": gettext_lazy("Shutdown"),
    "price": gettext_lazy("Price"),
    "axes": gettext_lazy("Axes"),
    "method": gettext_lazy("Method"),
    "exclusion": gettext_lazy("Excluded"),
}
_LEVELS = {
    "established": gettext_lazy("established"),
    "preliminary": gettext_lazy("preliminary"),
    "thin": gettext_lazy("too few votes"),
}


@register.inclusion_tag("components/data_links.html")
def data_links(name: str, query: str = "", **chosen: str) -> dict[str, str]:
    """Links to a table's rows as CSV and JSON: an address of the API, and what is asked of it, empty choices left out.

    `query` is a query string, to which `chosen` is added.
    """
    asked = "&".join(filter(None, [query, urlencode({key: value for key, value in chosen.items() if value})]))
    csv, json = (reverse(f"api-{name}{form}") for form in (".csv", ""))
    return {"csv_url": f"{csv}?{asked}" if asked else csv, "json_url": f"{json}?{asked}" if asked else json}


for _name in (
    "whole",
    "decimals",
    "magnitude",
    "signed",
    "percent",
    "signed_percent",
    "chance",
    "seconds",
    "money",
    "rank_range",
    "half_width",
    "worth",
):
    register.filter(_name, getattr(figure_texts, _name))

register.filter("item_name", item_name)
register.filter("unit_name", unit_name)
register.filter("listed", write_list)


@register.filter
def votes_needed(votes: int, least: int) -> str:
    """How far a thin contender is, as `2 of 3 rated votes`."""
    return _("{votes} of {least} rated votes").format(votes=votes, least=least)


@register.filter
def in_percent(value: int) -> str:
    """A whole number of percent."""
    return figure_texts.percent(value / 100)


@register.filter
def host(url: str) -> str:
    """The site of an address, without `www.`."""
    return urlsplit(url).netloc.removeprefix("www.")


@register.filter
def fact_name(key: str) -> str:
    return str(_FACTS.get(key, key.replace("_", " ").capitalize()))


@register.filter
def status_name(status: str) -> str:
    return str(_STATUSES[status])


@register.filter
def log_kind(kind: str) -> str:
    return str(_CHANGES[kind])


@register.filter
def level_name(level: str) -> str:
    return str(_LEVELS[level])


@register.filter
def language_name(code: str) -> str:
    return slices.language_name(code)


@register.filter
def beside(price: Price, differences: Mapping[int, float]) -> str:
    """By how much a price differs from the maker's, as `+20 %`; empty where it doesn't, or nothing is known."""
    difference = differences.get(price.pk)
    return figure_texts.signed_percent(difference) if difference else ""


@register.filter
def size_name(size: str) -> str:
    """`1024x1024` with a real multiplication sign."""
    return size.replace("x", "×")


@register.filter
def day_text(when: date) -> str:
    """A day as plain text."""
    return write_day(when)


@register.filter
def month(when: date) -> str:
    """A month with its year."""
    return write_month(when)


@register.filter
def release_date(released: ReleaseDate | None) -> str:
    """The day of a release, or its month if the day is not known."""
    if released is None:
        return "–"
    return write_release(released)


@register.filter
def fact_value(fact: Fact) -> str:
    """What a fact says; dates are written as everywhere."""
    return write_fact(fact.key, fact.value)


@register.simple_tag
def axis_address(board: BoardAddress, axis: str) -> str:
    """The address of a board by axis."""
    return board.but(axis=axis).url


@register.inclusion_tag("catalog/source.html")
def source(sourced: object) -> dict[str, object]:
    """Where a fact, price or claim was read, and when."""
    return {"sourced": sourced}
