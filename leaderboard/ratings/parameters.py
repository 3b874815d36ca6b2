"""What shapes a rating besides the votes: a method's version, parameters and thresholds."""

from dataclasses import asdict, dataclass, replace
from math import log
from typing import Any, Literal, Self

Cluster = Literal["voter", "prompt"]
# `epoch`: chosen when the ledger's epoch began. `votes`: a property of the set of votes. Or the anchors' names.
Anchors = Literal["epoch", "votes"] | tuple[str, ...]
# The versions that can be computed. Version 2 took each contender's error from its own clusters, and ranked all shown.
# Until version 3 every vote weighed the same, whoever cast it.
VERSIONS = ("2", "3", "4")


@dataclass(frozen=True)
class Thresholds:
    """Below `thin_votes` no numbers are shown; a rank range is claimed where all `established` limits hold.

    Only rated votes count, and since version 4 only those of official tiers establish a rank. `established_half_width`
    is the widest half-width of the interval allowed, in Elo. None is any width, in use today; older snapshots have a
    limit.
    """

    thin_votes: int = 3
    established_votes: int = 30
    established_voters: int = 5
    established_half_width: float | None = None


@dataclass(frozen=True)
class Influence:
    """The rule of one board; every limit is in votes of weight 1, and counts rated votes of the board alone.

    A voter's votes together weigh at most `voter_cap`, those of a network on one day `network_cap`. Of either, at most
    a fair share falls on one contender: what dealing all contenders equally often gives of the cap, or a fifth of the
    cap if that is more. Voters of an `invited` tier know no network cap, and who or what has no label
    knows none at all.

    Votes of other tiers than the `official` ones weigh `other_weight`. Those on a contender together weigh at most
    `other_share` of its official votes, or what these lack of `fill`. `only_official` leaves other tiers out.
    """

    voter_cap: float = 40.0
    network_cap: float = 80.0
    invited: tuple[str, ...] = ("verified", "named")
    official: tuple[str, ...] = ("", "settled", "verified", "named")
    only_official: bool = False
    other_weight: float = 0.2
    other_share: float = 0.02
    fill: float = 15.0

    def __post_init__(self) -> None:
        if not (self.voter_cap >= 1 and self.network_cap >= 1):
            raise ValueError("a cap must leave a voter and a network at least one vote")
        if not (0 <= self.other_weight <= 1 and self.other_share >= 0 and self.fill >= 0):
            raise ValueError("votes of other tiers weigh between nothing and as much as official ones")


@dataclass(frozen=True)
class Method:
    """Everything besides the votes that determines a rating; a change of meaning gets a new `version`.

    `prior_sd` is in natural (logit) units. `clusters` says what the intervals generalise to: other people, other
    prompts, both, or neither, where votes are independent. `anchors`: whose mean Elo is `elo_centre`. `full_say`: on
    the overall board, a category with at least this many votes weighs as much as any other. `influence`: what voters
    may weigh, since version 4. The TrueSkill parameters default to those of the `trueskill` package; only the
    sequential replay uses `tau`.
    """

    name: str = "bradley-terry"
    version: str = "4"
    prior_sd: float = 2.0
    elo_scale: float = 400.0
    elo_centre: float = 1000.0
    confidence: float = 0.95
    clusters: tuple[Cluster, ...] = ("voter", "prompt")
    anchors: Anchors = "epoch"
    equal_category_weights: bool = True
    full_say: int = 200
    mu0: float = 25.0
    sigma0: float = 25.0 / 3
    beta: float = 25.0 / 6
    tau: float = 25.0 / 300
    draw_probability: float = 0.10
    thresholds: Thresholds = Thresholds()
    influence: Influence = Influence()

    def __post_init__(self) -> None:
        if self.version not in VERSIONS:
            raise ValueError(f"a method's version must be one of {', '.join(VERSIONS)}")
        if not (self.prior_sd > 0 and self.elo_scale > 0 and self.sigma0 > 0 and self.beta > 0 and self.tau >= 0):
            raise ValueError("a method's scales must be positive")
        if not (0 < self.confidence < 1 and 0 <= self.draw_probability < 1):
            raise ValueError("a method's probabilities must lie between 0 and 1")

    @property
    def pools(self) -> bool:
        """Whether variance components are pooled over the board, as since version 3."""
        return self.version != "2"

    @property
    def limits(self) -> bool:
        """Whether the influence of voters is limited, as since version 4."""
        return self.version not in ("2", "3")

    def for_official(self) -> Self:
        """The method of the board that counts only votes of official tiers; the same method before version 4."""
        return replace(self, influence=replace(self.influence, only_official=True)) if self.limits else self

    @property
    def elo_per_logit(self) -> float:
        """Elo points per logit."""
        return self.elo_scale / log(10)

    def as_record(self) -> dict[str, Any]:
        """Name, version, parameters and thresholds as stored with a snapshot, in JSON's types."""
        thresholds = {name: limit for name, limit in asdict(self.thresholds).items() if limit is not None}
        record = asdict(self) | {"clusters": list(self.clusters), "thresholds": thresholds}
        anchors, influence = record.pop("anchors"), record.pop("influence")
        if self.limits:
            lists = {name: list(tiers) for name, tiers in influence.items() if isinstance(tiers, tuple)}
            record["influence"] = influence | lists
        # Snapshots of an arena's own ledgers do not name what has always been so.
        return record if anchors == "epoch" else record | {"anchors": anchors if anchors == "votes" else list(anchors)}


METHOD = Method()
