"""What a fit returns: a board and its contenders' lines, frozen."""

from dataclasses import dataclass
from typing import Literal

from leaderboard.ratings.parameters import Method

Level = Literal["thin", "preliminary", "established"]
Flag = Literal["disconnected", "separated"]


@dataclass(frozen=True)
class ContenderResult:
    """One contender's line. All counts are plain votes; ratings, rates and ranks are None while it is thin.

    `elo_low` and `elo_high` bound the confidence interval of Elo relative to the anchor set; they, `elo_se`, `p_first`
    and the rank range are None where fewer than two effective voters or prompts stand behind the contender. `votes`,
    `voters` and `prompts` count every appearance, `rated_votes` those that were not `both_bad`. `p_first` is the chance
    that no other contender shown is better. `win_rate` is wins plus half the ties over rated votes, `floor_rate` is
    `both_bad` over votes.
    """

    contender: str
    level: Level
    elo: float | None
    elo_low: float | None
    elo_high: float | None
    elo_se: float | None
    mu: float | None
    sigma: float | None
    conservative: float | None
    rank_low: int | None
    rank_high: int | None
    rank_elo: int | None
    rank_trueskill: int | None
    p_first: float | None
    votes: int
    rated_votes: int
    voters: int
    effective_voters: float
    prompts: int
    effective_prompts: float
    wins: int
    losses: int
    ties: int
    both_bad: int
    win_rate: float | None
    floor_rate: float | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True)
class PositionEffect:
    """How much the left side is favoured, in logits, with its clustered standard error (None: too few clusters)."""

    logit: float
    se: float | None


@dataclass(frozen=True)
class BoardResult:
    """A fitted board: lines by falling Elo, then label, thin contenders last.

    `anchor` lists the contenders whose mean Elo is the centre. `anchored_at` is the ledger position at which the epoch
    began, None before. `output_hash` is over the lines as published.
    """

    method: Method
    contenders: tuple[ContenderResult, ...]
    votes: int
    voters: int
    anchor: tuple[str, ...]
    anchored_at: int | None
    position_effect: PositionEffect | None
    input_hash: str
    output_hash: str
