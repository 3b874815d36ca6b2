"""What changed on a board since an earlier day, in one or two sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arena.languages.written_figures import write_list
from leaderboard.presentation.board_page.figure_texts import signed
from leaderboard.queries.changes.month_ends import Changes

# So many movers are named; the rest is counted.
_MOST_NAMED = 3


def state_changes(changes: Changes) -> str:
    """Say who moved beyond luck, and how many are new."""
    if not changes.votes:
        return _("There were no votes on this board yet.")
    said = [_state_moves(changes)]
    if changes.new:
        text = ngettext("{n} contender is new.", "{n} contenders are new.", len(changes.new))
        said.append(text.format(n=len(changes.new)))
    return " ".join(said)


def _state_moves(changes: Changes) -> str:
    moved = changes.moved
    if not moved:
        return _("Nobody moved by more than the luck of the votes explains.")
    names = write_list(f"{each.row.contender_name} {signed(each.change)}" for each in moved[:_MOST_NAMED])
    if len(moved) > _MOST_NAMED:
        text = ngettext(
            "{n} contender moved beyond luck: {names} Elo.",
            "{n} contenders moved beyond luck, most of all: {names} Elo.",
            len(moved),
        )
        return text.format(n=len(moved), names=names)
    return _("Beyond luck moved: {names} Elo.").format(names=names)
