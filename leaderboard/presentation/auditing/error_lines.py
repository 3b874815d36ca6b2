"""The two errors of a board's contenders, from its audit, and what they mean in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from arena.languages.written_figures import write_number
from leaderboard.charts.intervals import Interval, IntervalCell, interval_cell

_WIDTH = 190
# A mean half-width that differs by less than this share is the same for a reader.
_ALIKE = 0.05


@dataclass(frozen=True)
class ErrorLine:
    """A contender's half-widths in Elo, their ratio, its own spreads, and both half-widths drawn on one scale."""

    slug: str
    name: str
    pooled: float
    clustered: float | None
    between_voters: float | None
    between_prompts: float | None
    cells: tuple[IntervalCell, ...]

    @property
    def ratio(self) -> float | None:
        """Pooled over own."""
        return self.pooled / self.clustered if self.clustered else None


@dataclass(frozen=True)
class ErrorTable:
    """What the errors say in sentences, and a line for each contender that has an interval."""

    sentences: tuple[str, ...]
    lines: tuple[ErrorLine, ...]
    width: int = _WIDTH


def list_errors(facts: Mapping[str, Any], names: Mapping[str, str]) -> ErrorTable | None:
    """Return both errors of each contender; None without an interval, and before version 4 of audits.

    `names` are those of `name_contenders`, whose order the lines have.
    """
    found = facts.get("variance")
    known = [line for line in found["lines"] if line["pooled"] is not None] if found else []
    if not found or not known:
        return None
    widest = max(max(line["pooled"], line["clustered"] or 0.0) for line in known)
    places = {slug: place for place, slug in enumerate(names)}
    known.sort(key=lambda line: places.get(line["contender"], len(places)))
    lines = tuple(_draw(line, names, widest) for line in known)
    return ErrorTable(tuple(_say(found, lines)), lines)


def _draw(line: Mapping[str, Any], names: Mapping[str, str], widest: float) -> ErrorLine:
    halves = [half for half in (line["pooled"], line["clustered"]) if half is not None]
    cells = (interval_cell(Interval("", 0.0, -half, half), domain=(-widest, widest), width=_WIDTH) for half in halves)
    return ErrorLine(
        slug=line["contender"],
        name=names.get(line["contender"], line["contender"]),
        pooled=line["pooled"],
        clustered=line["clustered"],
        between_voters=line.get("between_voters"),
        between_prompts=line.get("between_prompts"),
        cells=tuple(cells),
    )


def _say(found: Mapping[str, Any], lines: tuple[ErrorLine, ...]) -> list[str]:
    sentences = []
    if found["between_voters"] is not None and found["between_prompts"] is not None:
        text = _(
            "A contender's strength differs by about {voters} Elo from voter to voter, {prompts} from prompt to prompt."
        )
        voters, prompts = (write_number(round(found[name])) for name in ("between_voters", "between_prompts"))
        sentences.append(text.format(voters=voters, prompts=prompts))
    both = [(line.pooled, line.clustered) for line in lines if line.clustered]
    if both:
        pooled, own = (sum(halves) / len(both) for halves in zip(*both, strict=True))
        if pooled < own * (1 - _ALIKE):
            text = _(
                "Half an interval is {pooled} Elo on average. From each contender's own votes it would be {own}, "
                "since few voters or prompts say little of how tastes differ."
            )
        elif pooled > own * (1 + _ALIKE):
            text = _(
                "Half an interval is {pooled} Elo on average. From each contender's own votes it would be {own}: these "
                "alone would promise too much."
            )
        else:
            text = _(
                "Half an interval is {pooled} Elo on average, and {own} from each contender's own votes: the two agree."
            )
        sentences.append(text.format(pooled=write_number(round(pooled)), own=write_number(round(own))))
    # Audits before version 5 have no spreads of single contenders.
    spreads = [(line.between_voters, line.between_prompts) for line in lines]
    return [*sentences, *map(_say_unequal, [spreads] if any(spreads[0]) else [])]


def _say_unequal(spreads: list[tuple[float | None, float | None]]) -> str:
    """Whether all contenders divide people, and depend on prompts, equally."""
    columns = ([spread for spread in own if spread is not None] for own in zip(*spreads, strict=True))
    if any(own and max(own) - min(own) > 1 for own in columns):
        return _(
            "Contenders are not alike: those that divide people more, "
            "or depend more on the prompt, have wider intervals."
        )
    return _("The votes do not show that contenders differ in this, so all have the same spreads.")
