"""Models at a glance: their maker, their status, their place on the board, and the price of an image."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from arena.catalog.models import Contender, Fact, ImageModel, Modality
from leaderboard.queries.figures import list_prices
from leaderboard.queries.standings import BoardView, StandingRow

SORTS = ("organization", "name", "rank", "price", "shutdown", "released")


@dataclass(frozen=True)
class ModelCard:
    """A model with its best-placed contender's line on the overall board (None: not rated), and its lowest price.

    The board is that of text to image; of a model that is not on it, the one of image editing. `price` is USD for one
    image at the settings of the cheapest contender. `released` is a day or a month, as far as a source says; of several
    the earliest, empty without one.
    """

    image_model: ImageModel
    contenders: int
    best: StandingRow | None
    modality: str
    price: Decimal | None
    status: str
    released: str = ""

    @property
    def name(self) -> str:
        return self.image_model.name

    @property
    def slug(self) -> str:
        return self.image_model.slug

    @property
    def organization_name(self) -> str:
        return self.image_model.organization.name


def list_model_cards(
    boards: Iterable[BoardView], *, organization: str = "", modality: str = "", sort: str = ""
) -> list[ModelCard]:
    """Return the cards of all models, or of one organization or one modality, sorted by a key of `SORTS`.

    `boards` are the overall boards on which to look for a model's line, the first ones before others.
    """
    models = ImageModel.objects.select_related("organization").prefetch_related(
        Prefetch("contenders", queryset=Contender.objects.order_by("name")), "replaced_by"
    )
    if organization:
        models = models.filter(organization__slug=organization)
    if modality:
        models = models.filter(modalities__contains=[modality])
    found = list(models)
    prices = list_prices([contender for model in found for contender in model.contenders.all()])
    amounts = {key: price.amount for key, price in prices.items()}
    best = _best_anywhere(boards)
    released = _list_releases(found)
    cards = [_card(model, best.get(model.slug), amounts, released.get(model.pk, "")) for model in found]
    return sort_model_cards(cards, sort)


def sort_model_cards(cards: Iterable[ModelCard], sort: str) -> list[ModelCard]:
    """Sort by a key of SORTS, falling with a leading minus; cards without a value come last in both directions."""
    name = sort.removeprefix("-") if sort.removeprefix("-") in SORTS else SORTS[0]
    known: list[ModelCard] = []
    unknown: list[ModelCard] = []
    for card in cards:
        (known if name not in _IS_KNOWN or _IS_KNOWN[name](card) else unknown).append(card)
    key = _SORT_KEYS[name]
    return [*sorted(known, key=key, reverse=sort.startswith("-")), *sorted(unknown, key=_SORT_KEYS["name"])]


def _list_releases(models: Iterable[ImageModel]) -> dict[int, str]:
    told = Fact.objects.filter(image_model__in=models, key="released_on").order_by("-value")
    return dict(told.values_list("image_model", "value"))


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


def _card(
    image_model: ImageModel, best: tuple[StandingRow, str] | None, prices: dict[int, Decimal], released: str
) -> ModelCard:
    contenders = list(image_model.contenders.all())
    own = [prices[contender.pk] for contender in contenders if contender.pk in prices]
    row, modality = best or (None, "")
    price, status = min(own, default=None), model_status(image_model)
    return ModelCard(image_model, len(contenders), row, modality, price, status, released)


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
    "released": lambda card: (card.released, card.image_model.name),
}
_IS_KNOWN: dict[str, Callable[[ModelCard], bool]] = {
    "rank": lambda card: card.best is not None and card.best.line.elo is not None,
    "price": lambda card: card.price is not None,
    "shutdown": lambda card: card.image_model.shutdown_on is not None,
    "released": lambda card: bool(card.released),
}
