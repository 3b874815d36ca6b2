"""Which boards a vote log holds, and how they are computed."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.influence import limit_influence
from leaderboard.ratings.columns.numbering import Ids, Labels
from leaderboard.ratings.columns.shares import Kind, Shares
from leaderboard.ratings.columns.strata import weigh_by_shares
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.methods import fit
from leaderboard.ratings.parameters import METHOD, Method
from leaderboard.ratings.results import BoardResult
from leaderboard.ratings.speed.two_processes import run_all

Slice = Literal["overall", "category", "language", "category_language", "axis"]

# How many days a window may have.
WINDOWS = (90, 30)
# The strata of which a board of a slice has only one.
_FIXED: dict[Slice, tuple[Kind, ...]] = {
    "category": ("category",),
    "language": ("language",),
    "category_language": ("category", "language"),
}


@dataclass(frozen=True, order=True)
class BoardKey:
    """The name of a board within a ledger; the fields are those of `Board`.

    `slice_value` is a category's slug, a language's code, `slug/code` for both, or an axis. `days` is one of WINDOWS,
    or 0 for all time. The engine rates one modality at a time and leaves `modality` empty; which tiers of voters count
    is a matter of the method. `tiers` is `all` for the board of all votes beside an official one, else empty.
    """

    slice: Slice
    slice_value: str = ""
    days: int = 0
    modality: str = ""
    tiers: str = ""

    @property
    def is_overall(self) -> bool:
        """Whether the board reads all votes of all time."""
        return self.slice == "overall" and not self.days and not self.tiers


OVERALL = BoardKey("overall")


def board_keys(votes: VoteLog) -> tuple[BoardKey, ...]:
    """The overall board, then one per category, language and axis with votes, each in label order.

    Votes that come without the axes of their prompts have none of these boards.
    """
    return tuple(board_sizes(votes))


def board_sizes(votes: VoteLog) -> dict[BoardKey, int]:
    """The number of votes of each board of `board_keys`, in the same order."""
    categories = {BoardKey("category", slug): size for slug, size in _present(votes.categories, votes.category)}
    languages = {BoardKey("language", code): size for code, size in _present(votes.languages, votes.language)}
    return {OVERALL: len(votes), **categories, **languages, **_axis_sizes(votes)}


def _axis_sizes(votes: VoteLog) -> dict[BoardKey, int]:
    if votes.axes is None:
        return {}
    sizes = Counter[str]()
    for prompt, size in _present(votes.prompts, votes.prompt):
        sizes.update(dict.fromkeys(votes.axes.by_prompt.get(prompt, ()), size))
    return {BoardKey("axis", axis): sizes[axis] for axis in sorted(sizes)}


def find_boards(votes: VoteLog, asked: Collection[BoardKey]) -> list[BoardKey]:
    """The boards of all time in `asked` that have votes.

    `board_keys` does not list the boards of a category in a language, so these are looked up one by one.
    """
    both = [key for key in asked if key.slice == "category_language" and len(slice_votes(votes, key))]
    return [*(key for key in board_keys(votes) if key in asked), *both]


def slice_votes(votes: VoteLog, key: BoardKey) -> VoteLog:
    """The votes on a board's question. Raises BadVoteLog for a window without days, or an axis without axes."""
    return slice_window(votes, key, newest=votes.newest_day() if key.days else 0)


def slice_window(votes: VoteLog, key: BoardKey, *, newest: int) -> VoteLog:
    """The votes that a board reads; a window ends with day `newest`.

    The caller gives the day: a window ends with the newest day of the whole log, not with the slice's own last vote.
    """
    if key.days:
        votes = votes.for_days(key.days, newest=newest)
    if key.slice == "category_language":
        category, _, language = key.slice_value.rpartition("/")
        return votes.for_category(category).for_language(language)
    if key.slice == "category":
        return votes.for_category(key.slice_value)
    if key.slice == "language":
        return votes.for_language(key.slice_value)
    if key.slice == "axis":
        return votes.for_axis(key.slice_value)
    return votes


def compute_board(votes: VoteLog, key: BoardKey, method: Method = METHOD, shares: Shares | None = None) -> BoardResult:
    """Fit one board from the whole log. Raises what `prepare_board` does."""
    return fit(*prepare_board(votes, key, method, shares))


def prepare_board(
    votes: VoteLog, key: BoardKey, method: Method = METHOD, shares: Shares | None = None
) -> tuple[VoteLog, Method]:
    """The votes that a board counts, weighted by who cast them, and the method as it uses it.

    With `shares`, they are weighted by what of these divides the board, too. Raises BadShares if the profile cannot be
    used on this board.
    """
    counted = board_method(key, method)
    own = limit_votes(slice_votes(votes, key), counted)
    return (own, counted) if shares is None else weigh_by_shares(own.compact(), narrow_shares(shares, key), counted)


def limit_votes(votes: VoteLog, method: Method) -> VoteLog:
    """The votes of one board that its method counts, with the weight that it gives them."""
    return limit_influence(votes, method.influence) if method.limits else votes


def limit_within(votes: VoteLog, rows: NDArray[np.bool_], method: Method) -> VoteLog:
    """All votes, with the weight that each has on the board that these rows alone make, 0 where it has none."""
    own = votes.select(rows)
    limited = limit_votes(own, method)
    if len(limited) == len(votes):
        return limited
    weight = np.zeros(len(votes))
    weight[np.isin(votes.position, limited.position)] = limited.weight
    return replace(votes, weight=weight)


def narrow_shares(shares: Shares, key: BoardKey) -> Shares:
    """The profile without the kinds of strata of which the board has only one."""
    return shares.without(_FIXED.get(key.slice, ()))


def board_method(key: BoardKey, method: Method = METHOD) -> Method:
    """The method as this board uses it: only overall boards weigh categories equally."""
    return replace(method, equal_category_weights=method.equal_category_weights and key.slice == "overall")


def compute_boards(
    votes: VoteLog,
    method: Method = METHOD,
    *,
    keys: Collection[BoardKey] | None = None,
    shares: Shares | None = None,
) -> dict[BoardKey, BoardResult]:
    """Fit the boards in `keys`, or those of `board_keys`, each from scratch; large logs use two processes."""
    sizes = board_sizes(votes)
    asked = list(sizes if keys is None else keys)
    # An upper bound: a window has at most as many votes as its board of all time.
    most = [sizes.get(replace(key, days=0), 0) for key in asked]
    boards = run_all(lambda key: compute_board(votes, key, method, shares), asked, sizes=most)
    return dict(zip(asked, boards, strict=True))


def _present(table: Labels, ids: Ids) -> list[tuple[str, int]]:
    """Each label in use and its number of rows, without the empty label."""
    sizes = np.bincount(ids, minlength=len(table)).tolist()
    return [(label, size) for label, size in zip(table, sizes, strict=True) if label and size]
