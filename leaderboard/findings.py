"""What a board's figure shows, said in one sentence."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leaderboard.standings import StandingRow

_MOST_NAMES = 3


def state_finding(rows: Sequence[StandingRow]) -> str:
    """Say who leads, and whom the votes don't tell apart from the leader; never more than the ranges support.

    Ranges count preliminary rows too, which have none themselves: an established row alone at the top may be passed.
    """
    established = [row for row in rows if row.level == "established" and row.rank_low is not None]
    if not established:
        return _("All rows are preliminary: no order can be read off yet.")
    leaders = sorted((row for row in rows if row.rank_low == 1), key=lambda row: -(row.elo or 0.0))
    if not leaders:
        return _("No contender's rank range reaches the first place among those shown.")
    names = [row.contender_name for row in leaders]
    if leaders[0].rank_high == 1:
        return _("{name} is ahead of all others, beyond the uncertainty of the votes.").format(name=names[0])
    if len(leaders) == 1:
        text = _("{name} leads the established contenders; places 1 to {high} are open to it.")
        return text.format(name=names[0], high=leaders[0].rank_high)
    if len(leaders) <= _MOST_NAMES:
        listed = _("{names} and {last}").format(names=", ".join(names[:-1]), last=names[-1])
        return _("The votes do not tell {names} apart at the top.").format(names=listed)
    others = len(leaders) - 1
    text = ngettext(
        "{name} has the highest rating, but {n} other may be as good.",
        "{name} has the highest rating, but {n} others may be as good.",
        others,
    )
    return text.format(name=names[0], n=others)
