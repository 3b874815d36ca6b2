"""One voter's own ranking: the votes that they cast, sealed or not, rated from these votes alone."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from arena.voting.models import Ledger, Vote
from leaderboard.queries.current_method import current_method
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.methods import fit
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.results import Line

# With fewer votes than this, a ranking would mostly be chance.
LEAST_VOTES = 30
# What is read of a contender.
_NAMES = ("slug", "name", "image_model__slug")


@dataclass(frozen=True)
class OwnRow:
    """A contender that the voter has judged, and so seen the name of."""

    contender_name: str
    model_slug: str
    line: Line


@dataclass(frozen=True)
class OwnBoard:
    """How many votes the voter has cast; rows by falling Elo, none while the votes are fewer than LEAST_VOTES."""

    votes: int
    rows: tuple[OwnRow, ...]


def read_own_board(*, voter_key: uuid.UUID | None, modality: str) -> OwnBoard:
    """Return a voter's ranking from their votes of one modality; None stands for a visitor without a cookie.

    Two queries.
    """
    cast = Vote.objects.filter(
        voter=voter_key, matchup__ledger__kind=Ledger.Kind.NATIVE, matchup__prompt__category__modality=modality
    )
    if voter_key is None or (count := cast.count()) < LEAST_VOTES:
        return OwnBoard(0 if voter_key is None else count, ())
    sides = [f"matchup__{side}__contender__{name}" for side in ("left", "right") for name in _NAMES]
    votes = list(cast.order_by("cast_at", "pk").values_list("outcome", "matchup__prompt__slug", *sides))
    names = {vote[at]: (vote[at + 1], vote[at + 2]) for vote in votes for at in (2, 5)}
    board = fit(_as_log(votes), own_method())
    return OwnBoard(len(votes), tuple(OwnRow(*names[line.contender], line) for line in board.contenders))


def own_method() -> Method:
    """The method of the boards for one voter: intervals generalise to other prompts, and every vote weighs the same."""
    method = current_method()
    thresholds = replace(method.thresholds, established_voters=1)
    return replace(method, clusters=("prompt",), equal_category_weights=False, thresholds=thresholds)


def _as_log(votes: Sequence[tuple[str, ...]]) -> VoteLog:
    outcome, prompt, left, _, _, right, _, _ = zip(*votes, strict=True)
    return VoteLog.from_columns(
        position=range(1, len(votes) + 1), left=left, right=right, outcome=outcome, prompt=prompt
    )
