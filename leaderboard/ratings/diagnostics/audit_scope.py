"""How much of an audit the size of a board allows: the same answer on any machine, so that audits can be recomputed."""

from dataclasses import dataclass
from typing import Literal

# Turning two neighbours is searched anew for each pair, in votes, voters and prompts.
_MOST_PAIR_VOTES = 20_000_000
# First place alone is searched for up to three challengers.
_MOST_FIRST_VOTES = 2_000_000
# Each search solves systems of as many equations as there are contenders, again and again.
_MOST_PAIR_CONTENDERS = 300
_MOST_FIRST_CONTENDERS = 1_000
# In all random orders together, vote by vote.
_MOST_REPLAYED = 20_000_000
_MOST_ORDERS = 20
_LEAST_ORDERS = 5


@dataclass(frozen=True)
class Scope:
    """`flips` are searched for all neighbours, for first place only, or not; `orders` of the votes are replayed."""

    flips: Literal["all", "first", "none"]
    orders: int


def choose_scope(votes: int, contenders: int) -> Scope:
    """What is done for so many votes and contenders; on two plain cores it stays below two minutes for a board."""
    flips: Literal["all", "first", "none"] = "none"
    if votes * contenders <= _MOST_PAIR_VOTES and contenders <= _MOST_PAIR_CONTENDERS:
        flips = "all"
    elif votes <= _MOST_FIRST_VOTES and contenders <= _MOST_FIRST_CONTENDERS:
        flips = "first"
    orders = min(_MOST_ORDERS, max(_LEAST_ORDERS, _MOST_REPLAYED // max(1, votes)))
    return Scope(flips, orders)
