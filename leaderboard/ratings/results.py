"""What a fit returns: a board and its contenders' lines, frozen."""

from dataclasses import dataclass
from typing import Annotated, Literal

from leaderboard.ratings.parameters import Cluster, Method

Level = Literal["thin", "preliminary", "established"]
Flag = Literal["disconnected", "separated"]

# From so many equally active voters or equally used prompts on, there are not few.
MANY = 10.0


@dataclass(frozen=True, kw_only=True)
class Line:
    """A contender's line as published: each field is stored, sent and exported under its name; its text is for the API.

    Counts are unweighted votes. `votes`, `voters` and `prompts` count every appearance. Ratings, rates and ranks are
    None while the line is thin. `elo_low` and `elo_high` bound the confidence interval of Elo relative to the anchor
    set. They and `p_first` are None where fewer than two effective voters or prompts stand behind the contender; its
    rank range then holds every place.
    """

    level: Annotated[Level, "thin: no numbers yet. preliminary: numbers, but no rank range. established: both."]
    elo: float | None = None
    elo_low: Annotated[float | None, "Lower end of the 95 % interval."] = None
    elo_high: Annotated[float | None, "Upper end of the 95 % interval."] = None
    mu: float | None = None
    sigma: float | None = None
    conservative: Annotated[float | None, "TrueSkill μ − 3σ."] = None
    rank_low: Annotated[int | None, "Best rank that the votes leave open."] = None
    rank_high: Annotated[int | None, "Worst rank that the votes leave open."] = None
    rank_elo: Annotated[int | None, "Place by Elo among the lines with numbers. Only the rank range is claimed."] = None
    rank_trueskill: Annotated[int | None, "Place by TrueSkill μ − 3σ among the lines with numbers."] = None
    p_first: Annotated[float | None, "Chance that no other ranked contender is better."] = None
    votes: int
    voters: Annotated[int | None, "Null where imported votes name no voters."]
    effective_voters: Annotated[
        float | None, "How many voters of equal activity its votes are worth; null before method version 3."
    ]
    prompts: Annotated[
        int | None, "Prompts behind it; null before method version 2, or where imported votes name none."
    ]
    effective_prompts: Annotated[
        float | None, "How many prompts with equally many votes its votes are worth; null before method version 3."
    ]
    wins: int
    losses: int
    ties: int
    both_bad: int
    win_rate: Annotated[float | None, "Wins and half the ties over rated votes."] = None
    floor_rate: Annotated[float | None, "Both-bad votes over all votes."] = None
    flags: Annotated[
        tuple[Flag, ...], "disconnected: no rated votes link it to the rest. separated: never beaten, or never won."
    ]

    def find_worth(self, clusters: tuple[Cluster, ...] = ("voter", "prompt")) -> tuple[Cluster, float] | None:
        """What its votes are worth where that is little: voters or prompts, whichever are fewer, and how many.

        None while the line is thin, from ten on, or where neither is known. `clusters` are those of the method.
        """
        known: dict[Cluster, float | None] = {"voter": self.effective_voters, "prompt": self.effective_prompts}
        few = [(count, name) for name, count in known.items() if name in clusters and count and count < MANY]
        if self.level == "thin" or not few:
            return None
        count, name = min(few)
        return name, count


@dataclass(frozen=True, kw_only=True)
class ContenderResult(Line):
    """A line as fitted, with figures that only the fit's own files carry.

    `elo_se` is None where the interval is. `rated_votes` counts the votes that were not `both_bad`.
    """

    contender: str
    elo_se: float | None = None
    rated_votes: int


@dataclass(frozen=True)
class PositionEffect:
    """How much the left side is favoured, in logits, with its clustered standard error (None: too few clusters)."""

    logit: float
    se: float | None


@dataclass(frozen=True)
class BoardResult:
    """A fitted board: lines by falling Elo, then label, thin contenders last.

    `anchor` lists the contenders whose mean Elo is the centre. `anchored_at` is the ledger position at which the epoch
    began, None if it has not begun. `output_hash` is over the lines as published.
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
