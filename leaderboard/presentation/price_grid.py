"""A model's prices as a grid of provider × quality × size; contradicting prices all stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from arena.catalog.models import Price, Provider

_QUALITIES = ("low", "standard", "medium", "hd", "high")


@dataclass(frozen=True)
class PriceColumn:
    """A quality and a size; empty if the source names none."""

    quality: str
    size: str


@dataclass(frozen=True)
class PriceRow:
    """One provider's prices, one cell per column; a cell holds every known price for it."""

    provider: Provider
    cells: tuple[tuple[Price, ...], ...]


@dataclass(frozen=True)
class PriceGrid:
    """Prices per image as a grid, and all other prices (tokens, steps, seconds) as a list."""

    columns: tuple[PriceColumn, ...]
    rows: tuple[PriceRow, ...]
    others: tuple[Price, ...]

    @property
    def qualities(self) -> list[tuple[str, int]]:
        """Each quality with the number of columns under it, in column order."""
        return [(quality, len(list(group))) for quality, group in groupby(column.quality for column in self.columns)]


def lay_out_prices(prices: Iterable[Price]) -> PriceGrid:
    """Lay out prices (with their offering and provider loaded): qualities from low to high, small sizes first."""
    everything = list(prices)
    per_image = [price for price in everything if price.item == "image" and price.unit == "image"]
    columns = sorted({PriceColumn(price.quality, price.size) for price in per_image}, key=_place)
    providers = {price.offering.provider_id: price.offering.provider for price in per_image}
    rows = tuple(
        PriceRow(provider, tuple(_cell(per_image, key, column) for column in columns))
        for key, provider in sorted(providers.items(), key=lambda item: item[1].name.casefold())
    )
    others = [price for price in everything if price.item != "image" or price.unit != "image"]
    others.sort(key=lambda price: (price.offering.provider.name.casefold(), price.item, price.amount))
    return PriceGrid(tuple(columns), rows, tuple(others))


def _cell(prices: list[Price], provider: int, column: PriceColumn) -> tuple[Price, ...]:
    own = [price for price in prices if price.offering.provider_id == provider]
    return tuple(
        sorted(
            (price for price in own if (price.quality, price.size) == (column.quality, column.size)),
            key=lambda price: (price.amount, price.pk),
        )
    )


def _place(column: PriceColumn) -> tuple[int, str, int, str]:
    known = _QUALITIES.index(column.quality) if column.quality in _QUALITIES else len(_QUALITIES)
    sides = [int(side) for side in column.size.split("x") if side.isdecimal()]
    area = sides[0] * sides[1] if len(sides) == 2 else 0
    # A price without a quality holds for any quality, and comes last.
    return (known if column.quality else len(_QUALITIES) + 1, column.quality, area, column.size)
