"""What shapes a rating besides the votes: a method's version, parameters and thresholds."""

from dataclasses import asdict, dataclass
from math import log
from typing import Any, Literal

Cluster = Literal["voter", "prompt"]


@dataclass(frozen=True)
class Thresholds:
    """When numbers are shown (`thin`), and from when a rank is claimed (`established`). Only rated votes count."""

    thin_votes: int = 3
    established_votes: int = 30
    established_voters: int = 5
    established_half_width: float = 50.0


@dataclass(frozen=True)
class Method:
    """All that shapes a rating besides the votes; a change of meaning is a new `version`.

    `prior_sd` is in natural (logit) units. `clusters` says what the intervals answer for: which model is better for
    other people and other prompts (both), or none for votes that do not hang together. `full_say` is the number of
    votes from which a category weighs as much as any other overall. The TrueSkill parameters default to those of the
    `trueskill` package; `tau` is for the sequential replay only.
    """

    name: str = "bradley-terry"
    version: str = "2"
    prior_sd: float = 2.0
    elo_scale: float = 400.0
    elo_centre: float = 1000.0
    confidence: float = 0.95
    clusters: tuple[Cluster, ...] = ("voter", "prompt")
    equal_category_weights: bool = True
    full_say: int = 200
    mu0: float = 25.0
    sigma0: float = 25.0 / 3
    beta: float = 25.0 / 6
    tau: float = 25.0 / 300
    draw_probability: float = 0.10
    thresholds: Thresholds = Thresholds()

    def __post_init__(self) -> None:
        if not (self.prior_sd > 0 and self.elo_scale > 0 and self.sigma0 > 0 and self.beta > 0 and self.tau >= 0):
            raise ValueError("a method's scales must be positive")
        if not (0 < self.confidence < 1 and 0 <= self.draw_probability < 1):
            raise ValueError("a method's probabilities must lie between 0 and 1")

    @property
    def elo_per_logit(self) -> float:
        """Elo of one natural unit."""
        return self.elo_scale / log(10)

    def as_record(self) -> dict[str, Any]:
        """Name, version, parameters and thresholds as they are stored with a snapshot: what JSON gives back."""
        return asdict(self) | {"clusters": list(self.clusters)}


METHOD = Method()
