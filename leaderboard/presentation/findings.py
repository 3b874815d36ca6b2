"""What a board's figures show, each in one sentence."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arena.languages.written_figures import write_day, write_decimals
from leaderboard.queries.histories import HistoryPoint
from leaderboard.queries.standings import StandingRow


def state_finding(rows: Sequence[StandingRow]) -> str:
    """Say who leads, and whom the votes do not tell apart from the leader; never more than the rank ranges support.

    Ranges also count preliminary rows, which have none of their own: a single established row at the top may still be
    overtaken. Of a wide interval the range says how little is known.
    """
    established = [row for row in rows if row.line.level == "established" and row.line.rank_low is not None]
    if not established:
        return _("All rows are preliminary: no order can be read off yet.")
    leaders = sorted((row for row in rows if row.line.rank_low == 1), key=lambda row: -(row.line.elo or 0.0))
    if not leaders:
        return _("No contender's rank range reaches the first place among those shown.")
    names = [row.contender_name for row in leaders]
    if leaders[0].line.rank_high == 1:
        return _("{name} is ahead of all others, beyond the uncertainty of the votes.").format(name=names[0])
    if len(leaders) == 1:
        text = _("{name} leads the established contenders; places 1 to {high} are open to it.")
        return text.format(name=names[0], high=leaders[0].line.rank_high)
    if len(leaders) == 2:
        text = _("The votes do not tell {first} and {second} apart at the top.")
        return text.format(first=names[0], second=names[1])
    if len(leaders) == 3:
        text = _("The votes do not tell {first}, {second} and {third} apart at the top.")
        return text.format(first=names[0], second=names[1], third=names[2])
    others = len(leaders) - 1
    text = ngettext(
        "{name} has the highest rating, but {n} other may be as good.",
        "{name} has the highest rating, but {n} others may be as good.",
        others,
    )
    return text.format(name=names[0], n=others)


def is_open(rows: Sequence[StandingRow]) -> bool:
    """Whether the votes leave open who is first: several contenders may be."""
    return sum(row.line.rank_low == 1 for row in rows) > 1


def state_shown(shown: int, total: int, column: str) -> str:
    """Say how many rows are shown and how they are sorted, as a screen reader announces it."""
    if shown == total:
        text = ngettext("{n} contender, sorted by {column}", "{n} contenders, sorted by {column}", total)
    else:
        text = ngettext(
            "{shown} of {n} contender, sorted by {column}", "{shown} of {n} contenders, sorted by {column}", total
        )
    return text.format(shown=shown, n=total, column=column)


def state_move(points: Sequence[HistoryPoint]) -> str:
    """Say whether a contender's latest rating has moved, and since when; points are oldest first."""
    rated = [point for point in points if point.elo is not None]
    if not rated:
        return _("It has no rating here yet.")
    last = rated[-1]
    if last.baseline_at is None or last.elo_change is None:
        return _("There is no earlier snapshot of the same method to compare the latest with.")
    day = write_day(last.baseline_at.date())
    if last.moved is None:
        return _("Whether it has moved since {day} cannot be told: too few people or prompts are new.").format(day=day)
    if not last.moved:
        return _("Since {day} it has not moved by more than the luck of the votes explains.").format(day=day)
    text = _("It moved up by {elo} since {day}.") if last.elo_change > 0 else _("It moved down by {elo} since {day}.")
    return text.format(elo=write_decimals(abs(last.elo_change), 0), day=day)
