"""What a reader wants of a model: which kinds of task count how much, and what it must cost and be able to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

# A category may count so many times as much as another.
MOST_WEIGHT = 9
# What a model's licence must allow, by its facts: its weights can be had, or its images may be used commercially.
LICENCES = ("open", "commercial")
# What else a model must be able to do.
MUSTS = ("edit", "transparent")
# Pixels of the longer side that it must reach.
SIZES = (1024, 1536, 2048, 4096)


@dataclass(frozen=True)
class Wishes:
    """A reader's wishes; an empty value is no wish.

    `weights` are 1 … MOST_WEIGHT by the category's slug; without any, all categories count alike. `max_price` is USD
    for one image, `max_seconds` the median time of a call, `size` the pixels of the longer side.
    """

    modality: str
    weights: Mapping[str, int] = field(default_factory=dict)
    language: str = ""
    ledger: str = ""
    max_price: Decimal | None = None
    max_seconds: float | None = None
    licence: str = ""
    musts: tuple[str, ...] = ()
    size: int = 0
