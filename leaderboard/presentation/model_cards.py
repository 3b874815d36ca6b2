"""Models at a glance: their maker, their status, their place on the board, and the price of an image."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from arena.catalog.models import Contender, ImageModel, Modality
from leaderboard.queries.figures import list_prices
from leaderboard.queries.standings import BoardView, StandingRow

SORTS = ("organization", "name", "rank", "price", "shutdown")


@dataclass(frozen=True)
class ModelCard:
    """A model with its best-placed contender's line on the overall board (None: not rated), and its lowest price.

    The board is that of text to image; of a model that is not on it, the one of image editing. `price` is USD for one
    image at the settings of the cheapest contender.
    """

    image_model: ImageModel
    contenders: int
    best: StandingRow | None
    modality: str
    price: Decimal | None
    status: str


def list_model_cards(
    boards: Iterable[BoardView], *, organization: str = "", modality: str = "", sort: str = ""
) -> list[ModelCard]:
    """Return the cards of all models, or of one organization or one modality, sorted by a key of `SORTS`.

    `boards` are the overall boards on which to look for a model's line, the first ones before others.
    """
    models = ImageModel.objects.select_related("organization").prefetch_related(
        Prefetch("contenders", queryset=Contender.objects.order_by("name"))
    )
    if organization:
        models = models.filter(organization__slug=organization)
    if modality:
        models = models.filter(modalities__contains=[modality])
    found = list(models)
    prices = list_prices([contender for model in found for contender in model.contenders.all()])
    amounts = {key: price.amount for key, price in prices.items()}
    best = _best_anywhere(boards)
    cards = [_card(model, best.get(model.slug), amounts) for model in found]
    return sorted(cards, key=_SORT_KEYS.get(sort, _SORT_KEYS["organization"]))


def _best_anywhere(boards: Iterable[BoardView]) -> dict[str, tuple[StandingRow, str]]:
    """Return each model's best line on the first of these boards that has one, and the board's modality."""
    found: dict[str, tuple[StandingRow, str]] = {}
    for board in boards:
        for slug, row in best_rows(board.rows).items():
            found.setdefault(slug, (row, board.modality))
    return found


def best_rows(rows: Iterable[StandingRow]) -> dict[str, StandingRow]:
    """Return each model's highest-rated line, established lines before others, by the model's slug."""
    best: dict[str, StandingRow] = {}
    for row in sorted(rows, key=_by_line):
        best.setdefault(row.model_slug, row)
    return best


def _by_line(row: StandingRow) -> tuple[bool, bool, float]:
    return row.line.level != "established", row.line.level == "thin", -(row.line.elo or 0.0)


def model_status(image_model: ImageModel) -> str:
    """`retired` from the shutdown date on, `retiring` before it, else `active` if a contender can be dealt.

    Without a shutdown date, a model whose contenders are all retired is `retired`. One without contenders is `listed`:
    known, but not rated here.
    """
    if image_model.shutdown_on is not None:
        return "retired" if image_model.is_retired else "retiring"
    contenders = image_model.contenders.all()
    if all(contender.is_retired for contender in contenders):
        return "retired" if contenders else "listed"
    return "active"


def _card(image_model: ImageModel, best: tuple[StandingRow, str] | None, prices: dict[int, Decimal]) -> ModelCard:
    contenders = list(image_model.contenders.all())
    own = [prices[contender.pk] for contender in contenders if contender.pk in prices]
    row, modality = best or (None, "")
    return ModelCard(image_model, len(contenders), row, modality, min(own, default=None), model_status(image_model))


def _by_rank(card: ModelCard) -> tuple[Any, ...]:
    row = card.best
    if row is None or row.line.elo is None:
        return (3, 0.0, card.image_model.name.casefold())
    # Elo of different boards do not compare, so the lines of image editing follow all others.
    if card.modality != Modality.TEXT_TO_IMAGE:
        return (2, -row.line.elo, card.image_model.name.casefold())
    return (row.line.level != "established", -row.line.elo, card.image_model.name.casefold())


_SORT_KEYS: dict[str, Callable[[ModelCard], tuple[Any, ...]]] = {
    "organization": lambda card: (card.image_model.organization.name.casefold(), card.image_model.name.casefold()),
    "name": lambda card: (card.image_model.name.casefold(),),
    "rank": _by_rank,
    "price": lambda card: (card.price is None, card.price or 0, card.image_model.name.casefold()),
    "shutdown": lambda card: (
        card.image_model.shutdown_on is None,
        card.image_model.shutdown_on or date.max,
        card.image_model.name.casefold(),
    ),
}
