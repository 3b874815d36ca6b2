"""Capability profiles as they are shown: what votes measured on each axis, beside what a source estimates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from statistics import NormalDist
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arena.catalog.models import Claim, Modality
from arena.languages.written_figures import write_list
from leaderboard.presentation.board_address import BoardAddress
from leaderboard.queries.axes.axis_standings import AxisLine, CapabilityProfile
from leaderboard.ratings.parameters import METHOD
from leaderboard.ratings.results import Line

_QUANTILE = NormalDist().inv_cdf((1 + METHOD.confidence) / 2)


@dataclass(frozen=True)
class Estimates:
    """What one page estimates of a model, in percent of its own scale, by axis."""

    site: str
    source: str
    seen_on: date
    values: Mapping[str, int]


@dataclass(frozen=True)
class Estimate:
    """One estimate, with the places among the contender's axes that its value leaves open."""

    value: int
    places: str


@dataclass(frozen=True)
class CapabilityRow:
    """One axis of a contender: its line, the places among its axes that the votes leave open, and each estimate."""

    one: AxisLine
    places: str
    estimates: tuple[Estimate | None, ...]

    @property
    def line(self) -> Line | None:
        return self.one.line


@dataclass(frozen=True)
class CapabilityTable:
    """A contender's profile with the estimates of its model, and in a sentence for each how their orders compare."""

    profile: CapabilityProfile
    finding: str
    rows: tuple[CapabilityRow, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class CapabilitySection:
    """A model's profiles on one modality; without any, only the estimates with the `names` of their axes.

    `board` is the address of the modality's overall board in the ledger shown.
    `is_awaited` says that newer boards are being computed.
    """

    board: BoardAddress
    is_awaited: bool
    tables: tuple[CapabilityTable, ...]
    estimates: tuple[Estimates, ...]
    names: Mapping[str, str]

    @property
    def modality_label(self) -> str:
        return str(Modality(self.board.modality).label)

    @property
    def estimated(self) -> list[tuple[Estimates, list[tuple[str, int]]]]:
        """Each page's estimates by the axis' name, for a model that nobody has voted on."""
        return [
            (each, [(name, each.values[axis]) for axis, name in self.names.items() if axis in each.values])
            for each in self.estimates
        ]


def group_estimates(claims: Iterable[Claim]) -> tuple[Estimates, ...]:
    """Return the estimates among a model's claims, by source in the order of the claims."""
    found: dict[tuple[str, date], dict[str, int]] = {}
    for claim in claims:
        if claim.axis is not None and claim.value is not None:
            found.setdefault((claim.source, claim.seen_on), {})[claim.axis.slug] = claim.value
    return tuple(
        Estimates(urlsplit(source).netloc.removeprefix("www."), source, seen_on, values)
        for (source, seen_on), values in found.items()
    )


def tabulate(profile: CapabilityProfile, estimates: Sequence[Estimates]) -> CapabilityTable:
    """Return a contender's profile beside the estimates of its model."""
    order = _order({one.axis: line for one, line in _established(profile)})
    claimed = [_claimed_places(each.values) for each in estimates]
    rows = tuple(
        CapabilityRow(one, order.places(one.axis), tuple(places.get(one.axis) for places in claimed))
        for one in profile.lines
    )
    names = {one.axis: one.name for one in profile.lines}
    sentences = tuple(_compare(order, each, names) for each in estimates)
    return CapabilityTable(profile, _state_finding(profile), rows, sentences)


def _established(profile: CapabilityProfile) -> list[tuple[AxisLine, Line]]:
    """The axes of which something is claimed: not of a preliminary line, nor of one without an interval."""
    lines = [(one, one.line) for one in profile.lines if one.line and one.line.level == "established"]
    return [(one, line) for one, line in lines if line.elo_low is not None]


@dataclass(frozen=True)
class _Order:
    """Which of a contender's axes are surely above which others, by their intervals, over all pairs at once."""

    axes: frozenset[str]
    above: frozenset[tuple[str, str]]

    def places(self, axis: str) -> str:
        """The places from 1, the strongest, that the votes leave open to an axis; empty where none is claimed."""
        if axis not in self.axes:
            return ""
        first = 1 + sum(lower == axis for _, lower in self.above)
        return _range(first, len(self.axes) - sum(upper == axis for upper, _ in self.above))


def _order(measured: Mapping[str, Line]) -> _Order:
    """Compare the Elo of every two axes. Each is relative to the same field, so a difference says which is stronger.

    The two boards share votes where prompts test both axes. Taking them as independent makes the difference look less
    sure than it is, not surer. Bonferroni's rule allows for the number of pairs.
    """
    pairs = list(combinations(measured, 2))
    if not pairs:
        return _Order(frozenset(measured), frozenset())
    needed = NormalDist().inv_cdf(1 - (1 - METHOD.confidence) / (2 * len(pairs))) / _QUANTILE
    above = set()
    for one, two in pairs:
        first, second = measured[one], measured[two]
        gap = (first.elo or 0.0) - (second.elo or 0.0)
        if abs(gap) > needed * (_half(first) ** 2 + _half(second) ** 2) ** 0.5:
            above.add((one, two) if gap > 0 else (two, one))
    return _Order(frozenset(measured), frozenset(above))


def _half(line: Line) -> float:
    return ((line.elo_high or 0.0) - (line.elo_low or 0.0)) / 2


def _claimed_places(values: Mapping[str, int]) -> dict[str, Estimate]:
    every = sorted(values.values(), reverse=True)
    return {
        axis: Estimate(value, _range(every.index(value) + 1, every.index(value) + every.count(value)))
        for axis, value in values.items()
    }


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _compare(order: _Order, estimates: Estimates, names: Mapping[str, str]) -> str:
    """Say how an estimated order of axes and the measured one compare, in one sentence."""
    site, values = estimates.site, estimates.values
    both = [axis for axis in names if axis in order.axes and axis in values]
    claims = [
        (one, two) if values[one] > values[two] else (two, one)
        for one, two in combinations(both, 2)
        if values[one] != values[two]
    ]
    if not claims:
        text = _("The estimates of {site} cannot be compared with these votes: no two axes have both.")
        return text.format(site=site)
    against = [pair for pair in claims if pair[::-1] in order.above]
    if against:
        higher, lower = max(against, key=lambda pair: values[pair[0]] - values[pair[1]])
        text = ngettext(
            "{site} puts {higher} above {lower}. By these votes it is the other way round, by more than luck.",
            "{site} puts {higher} above {lower}. By these votes it is the other way round, by more than luck; so it is "
            "with {count} pairs of axes in all.",
            len(against),
        )
        return text.format(site=site, higher=names[higher], lower=names[lower], count=len(against))
    agreed = sum(pair in order.above for pair in claims)
    text = _(
        "These votes do not contradict the order of {site} by more than luck: of {count} pairs of axes they confirm "
        "{agreed} and leave {open} undecided."
    )
    return text.format(site=site, count=len(claims), agreed=agreed, open=len(claims) - agreed)


def _state_finding(profile: CapabilityProfile) -> str:
    """Say on which axes the contender is surely better or worse than the field."""
    known = [(one.name, line) for one, line in _established(profile)]
    better = write_list(name for name, line in known if (line.elo_low or 0.0) > METHOD.elo_centre)
    worse = write_list(name for name, line in known if (line.elo_high or 0.0) < METHOD.elo_centre)
    if better and worse:
        text = _("Measured by votes, it is better than the field at: {better}. It is worse at: {worse}.")
    elif better:
        text = _("Measured by votes, it is better than the field at: {better}.")
    elif worse:
        text = _("Measured by votes, it is worse than the field at: {worse}.")
    elif known:
        text = _("These votes do not tell it from the field on any axis.")
    else:
        text = _("There are too few votes yet to say on which axis it is strong.")
    return text.format(better=better, worse=worse)
