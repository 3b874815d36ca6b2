"""Which votes a board counts, where not all are official: one short sentence, and whether they are too few."""

from django.utils.translation import gettext as _

from arena.voting.models import Tier
from leaderboard.queries.standings import BoardView

_USUAL = {Tier.SETTLED, Tier.VERIFIED, Tier.NAMED}


def state_counted(board: BoardView) -> str:
    """Say whose votes the board counts; empty where it counts all like any other board."""
    if board.counts == "all":
        return _("All votes. Those that are not official weigh less.")
    if board.counts != "official":
        return ""
    tiers = [tier for tier in board.method["influence"]["official"] if tier]
    if set(tiers) == _USUAL:
        return _("Official: votes of settled and signed-in voters.")
    names = (str(Tier(tier).label) for tier in tiers)
    return _("Official: votes of some voters only ({tiers}).").format(tiers=" · ".join(names))


def has_too_few(board: BoardView) -> bool:
    """Whether an official board has no contender with a rank yet, so that readers may want all votes."""
    return board.counts == "official" and not any(row.line.level == "established" for row in board.rows)
