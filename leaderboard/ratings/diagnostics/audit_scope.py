"""How much of an audit a board's size allows: the same on any machine, so that audits can be recomputed."""

from dataclasses import dataclass
from typing import Literal

# Votes × contenders. Flips of two neighbours are searched for each pair, by votes, voters and prompts.
_MOST_PAIR_VOTES = 20_000_000
# Votes. Flips of first place alone are searched for at most three challengers.
_MOST_FIRST_VOTES = 2_000_000
# Each search repeatedly solves a system with one equation per contender.
_MOST_PAIR_CONTENDERS = 300
_MOST_FIRST_CONTENDERS = 1_000
# Votes replayed in all random orders together.
_MOST_REPLAYED = 20_000_000
_MOST_ORDERS = 20
_LEAST_ORDERS = 5


@dataclass(frozen=True)
class Scope:
    """`flips` are searched for all neighbours, for first place only, or not; `orders` random orders are replayed."""

    flips: Literal["all", "first", "none"]
    orders: int


def choose_scope(votes: int, contenders: int) -> Scope:
    """The scope for a board of this size; on two ordinary cores its audit takes less than two minutes."""
    flips: Literal["all", "first", "none"] = "none"
    if votes * contenders <= _MOST_PAIR_VOTES and contenders <= _MOST_PAIR_CONTENDERS:
        flips = "all"
    elif votes <= _MOST_FIRST_VOTES and contenders <= _MOST_FIRST_CONTENDERS:
        flips = "first"
    orders = min(_MOST_ORDERS, max(_LEAST_ORDERS, _MOST_REPLAYED // max(1, votes)))
    return Scope(flips, orders)
