"""All layouts of files that are recognised by their columns."""

from collections.abc import Sequence

from leaderboard.votefiles.layouts.duels import Layout, Names
from leaderboard.votefiles.layouts.kinds import (
    alpaca_eval,
    arena_hard,
    arena_logs,
    comparia,
    fastchat_pairs,
    hpd,
    image_reward,
    k_sort,
    label_pairs,
    label_studio,
    open_webui,
    pick_a_pic,
    ranked_lists,
    tournesol,
)
from leaderboard.votefiles.layouts.kinds.argilla import find_argilla
from leaderboard.votefiles.layouts.kinds.potato import find_potato
from leaderboard.votefiles.layouts.kinds.wide_counts import find_wide_counts

# The first whose columns a file has is used.
_LAYOUTS = (
    *pick_a_pic.LAYOUTS,
    *hpd.LAYOUTS,
    *image_reward.LAYOUTS,
    *k_sort.LAYOUTS,
    *fastchat_pairs.LAYOUTS,
    *arena_hard.LAYOUTS,
    *alpaca_eval.LAYOUTS,
    *arena_logs.LAYOUTS,
    *comparia.LAYOUTS,
    *tournesol.LAYOUTS,
    *open_webui.LAYOUTS,
    label_studio.FULL,
    *label_pairs.LAYOUTS,
    *ranked_lists.LAYOUTS,
)


def find_layout(found: Sequence[str], names: Names) -> Layout | None:
    """The layout that a file with these columns has, if one is known; `names` has columns that the caller named."""
    columns = set(found)
    for layout in _LAYOUTS:
        if columns.issuperset(layout.needs):
            return layout
    if columns.issuperset(label_studio.SHORT_NEEDS):
        return label_studio.lay_out_short(tuple(found))
    return find_argilla(found) or find_potato(found, names) or find_wide_counts(found, names)
