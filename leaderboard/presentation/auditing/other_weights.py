"""How a board stands under other weights of its votes, from its audit: a table, and what it comes to in a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from arena.languages.written_figures import write_number
from leaderboard.queries.slices import language_name

Facts = Mapping[str, Any]
Names = Mapping[str, str]

# The heading of each variant; that of a profile is its own name.
_LABELS: Mapping[str, StrOrPromise] = {
    "published": gettext_lazy("As published"),
    "categories": gettext_lazy("Categories equal"),
    "languages": gettext_lazy("Languages equal"),
    "voters": gettext_lazy("Voters equal"),
    "votes": gettext_lazy("Every vote equal"),
    "shares": gettext_lazy("Declared shares"),
    "refusals": gettext_lazy("Refusals lose"),
    "coverage": gettext_lazy("Common prompts"),
}
_MEANINGS: Mapping[str, StrOrPromise] = {
    "published": gettext_lazy("The board itself."),
    "categories": gettext_lazy("Each category counts the same; one with few votes counts in proportion to them."),
    "languages": gettext_lazy(
        "Each language of prompts counts the same; one with few votes counts in proportion to them."
    ),
    "voters": gettext_lazy("Each voter counts the same; one with few votes counts in proportion to them."),
    "votes": gettext_lazy("Each vote counts the same, whatever its category."),
    "shares": gettext_lazy("Categories and languages have the shares that this arena declares."),
    "refusals": gettext_lazy(
        "On a prompt that was refused to it, a ranked contender loses as often as the others were judged there."
    ),
    "coverage": gettext_lazy("Only prompts of which every ranked contender has a picture."),
}


@dataclass(frozen=True)
class Column:
    """One weighting: its heading, what it means, and how many votes it rests on."""

    label: StrOrPromise
    meaning: StrOrPromise
    votes: str


@dataclass(frozen=True)
class Cell:
    """A contender under one weighting: places, Elo, the interval, and whether its Elo left the published one."""

    ranks: str
    elo: float | None
    interval: str
    beyond: bool


@dataclass(frozen=True)
class WeightTable:
    """One row per contender, by name, and one cell per column; what is left out, and the finding, as sentences."""

    finding: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    left_out: tuple[tuple[StrOrPromise, str], ...]
    moves: int


def tabulate_weights(found: Facts, names: Names, categories: Names) -> WeightTable:
    """Tabulate an audit's `sensitivity`; `names` are those of contenders, `categories` those of categories, by slug."""
    variants, shares = found["variants"], found["shares_name"]
    cells = [[_write_cell(line) for line in variant["lines"]] for variant in variants]
    rows = [names.get(line["contender"], line["contender"]) for line in variants[0]["lines"]]
    return WeightTable(
        finding=_state_order(found, names),
        columns=tuple(
            Column(name_variant(each["name"], shares), _MEANINGS[each["name"]], _state_votes(each)) for each in variants
        ),
        rows=tuple((name, tuple(column[row] for column in cells)) for row, name in enumerate(rows)),
        left_out=tuple(
            (name_variant(each["name"], shares), _state_left_out(each, categories)) for each in found["left_out"]
        ),
        moves=sum(any(column[row].beyond for column in cells) for row in range(len(rows))),
    )


def name_variant(name: str, shares: str | None) -> StrOrPromise:
    """Return the heading of a variant."""
    return shares if name == "shares" and shares else _LABELS[name]


def _write_cell(line: Facts) -> Cell:
    low, high = line["rank_low"], line["rank_high"]
    ranks = "–" if low is None else str(low) if low == high else f"{low}–{high}"
    known = line["elo_low"] is not None
    interval = f"{write_number(line['elo_low'])} – {write_number(line['elo_high'])}" if known else ""
    return Cell(ranks, line["elo"], interval, line["beyond"])


def _state_votes(variant: Facts) -> str:
    """How many votes a weighting rests on, and how many equal ones they are worth where that is fewer."""
    votes, worth = variant["votes"], round(variant["effective_votes"])
    if worth >= 0.99 * votes:
        text = ngettext("{n} vote", "{n} votes", votes).format(n=write_number(votes))
    else:
        text = ngettext("{n} vote, worth {worth}", "{n} votes, worth {worth}", votes).format(
            n=write_number(votes), worth=write_number(worth)
        )
    counted = variant["counted"]
    if variant["name"] == "refusals":
        more = ngettext("{n} refusal", "{n} refusals", counted)
        return f"{text} · {more.format(n=write_number(counted))}"
    if variant["name"] == "coverage":
        more = ngettext("{n} prompt", "{n} prompts", counted)
        return f"{text} · {more.format(n=write_number(counted))}"
    return text


def _state_order(found: Facts, names: Names) -> str:
    """Say whether the order of the leading group depends on the weights."""
    leaders = [names.get(slug, slug) for slug in found["leaders"]]
    if not leaders:
        return _("No contender is ranked yet, so no order can depend on the weights.")
    if len(found["variants"]) == 1:
        return _("No other weighting can be compared with this board yet.")
    if found["order"] == "other":
        turned = ", ".join(str(name_variant(name, found["shares_name"])) for name in found["turned"])
        text = _("Who may be first depends on the weights: not all of the leading group may under “{variants}”.")
        return text.format(variants=turned)
    if len(leaders) == 1:
        if found["order"] == "same":
            return _("{name} has the highest Elo under every weighting.").format(name=leaders[0])
        return _("{name} may be first under every weighting, but another one is above it under some.").format(
            name=leaders[0]
        )
    if found["order"] == "same":
        text = ngettext(
            "The leading group of {n} keeps its order under every weighting.",
            "The leading group of {n} keeps its order under every weighting.",
            len(leaders),
        )
    else:
        text = ngettext(
            "The order within the leading group of {n} depends on the weights, but only as far as the published places "
            "leave it open.",
            "The order within the leading group of {n} depends on the weights, but only as far as the published places "
            "leave it open.",
            len(leaders),
        )
    return text.format(n=write_number(len(leaders)))


def _state_left_out(each: Facts, categories: Names) -> str:
    """Why a weighting is not shown."""
    reason, name = each["reason"], each["name"]
    if reason == "too_few":
        text = ngettext(
            "“{stratum}” has {n} rated vote, and a share needs {least}.",
            "“{stratum}” has {n} rated votes, and a share needs {least}.",
            each["votes"],
        )
        stratum = each["stratum"]
        named = language_name(stratum) if each["kind"] == "language" else categories.get(stratum, stratum)
        return text.format(stratum=named, n=write_number(each["votes"]), least=write_number(each["least"]))
    return str(_REASONS[name, reason] if (name, reason) in _REASONS else _USUAL_REASONS[reason])


_REASONS: Mapping[tuple[str, str], StrOrPromise] = {
    ("categories", "one"): gettext_lazy("All votes are in one category."),
    ("languages", "one"): gettext_lazy("All prompts are in one language."),
    ("voters", "one"): gettext_lazy("There is only one voter, or votes name none."),
    ("refusals", "none"): gettext_lazy("No prompt with votes here was refused to a ranked contender."),
    ("refusals", "unknown"): gettext_lazy("Nothing says which prompts were refused."),
    ("coverage", "none"): gettext_lazy("No prompt has a picture of every ranked contender."),
    ("coverage", "same"): gettext_lazy("Every ranked contender has a picture of every prompt."),
}
_USUAL_REASONS: Mapping[str, StrOrPromise] = {
    "same": gettext_lazy("This is how the board weighs votes already."),
    "nothing": gettext_lazy("The declared shares say nothing of what this board divides."),
    "apart": gettext_lazy("No weights give all shares at once, because some of their combinations have no votes."),
}
