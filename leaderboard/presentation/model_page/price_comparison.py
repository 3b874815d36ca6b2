"""A model's prices beside others: a host's own beside the maker's, and 1,000 images beside another model's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from arena.catalog.models import Contender, ImageModel, Offering, Organization, Price, Provider
from leaderboard.queries.figures import ListPrice, list_prices, read_reliability
from leaderboard.queries.model_pages.token_usage import read_token_usage


@dataclass(frozen=True)
class Reference:
    """Another model to hold prices against, and its lowest list price: of a contender, if it has any with a price."""

    image_model: ImageModel
    name: str
    price: Decimal


@dataclass(frozen=True)
class ThousandLine:
    """What 1,000 images of a contender cost in USD: at its list price, and by what its calls here have cost.

    `saved` is the share of the reference's price that its list price saves (negative: it costs more).
    """

    contender: Contender
    listed: ListPrice | None
    at_list: Decimal | None
    as_paid: Decimal | None
    saved: float | None


@dataclass(frozen=True)
class TokenLine:
    """What 1,000 images of a contender cost in USD at a provider's token prices, by the tokens counted here."""

    contender: Contender
    provider: Provider
    images: int
    amount: Decimal


def is_maker(provider: Provider, organization: Organization) -> bool:
    """Tell whether a provider is the model's maker: by slug, name, or website."""
    sites = {_site(provider.website), _site(organization.website)}
    same_site = len(sites) == 1 and "" not in sites
    return same_site or provider.slug == organization.slug or provider.name == organization.name


def compare_to_maker(prices: Iterable[Price], organization: Organization) -> dict[int, float]:
    """Return by how much prices of other hosts differ from the maker's for the same, as a share of it, by key.

    Where sources contradict each other on the maker's price, nothing is compared with it.
    """
    everything = list(prices)
    makers: dict[tuple[str, ...], set[Decimal]] = {}
    for price in everything:
        if is_maker(price.offering.provider, organization):
            makers.setdefault(_what(price), set()).add(price.amount)
    return {
        price.pk: float(price.amount / own - 1)
        for price in everything
        if not is_maker(price.offering.provider, organization)
        for own in makers.get(_what(price), set())
        if len(makers[_what(price)]) == 1 and own
    }


def list_references(image_model: ImageModel) -> list[Reference]:
    """Return every other model with a list price of an image, by name. Three queries."""
    others = Contender.objects.exclude(image_model=image_model).select_related("image_model").order_by("name")
    # Whole rows would take most of the time.
    others = others.only("name", "settings", "image_model__slug", "image_model__name")
    contenders = {each.pk: each for each in others}
    found = [
        Reference(contenders[key].image_model, contenders[key].name, price.amount)
        for key, price in list_prices(contenders.values()).items()
    ]
    rated = {each.image_model.pk for each in found} | {image_model.pk}
    prices = Price.objects.filter(item="image", unit="image", currency="USD")
    found += [
        Reference(price.offering.image_model, price.offering.image_model.name, price.amount)
        for price in prices.exclude(offering__image_model__in=rated).select_related("offering__image_model")
    ]
    cheapest: dict[int, Reference] = {}
    for each in sorted((one for one in found if one.price), key=lambda one: one.price):
        cheapest.setdefault(each.image_model.pk, each)
    return sorted(cheapest.values(), key=lambda each: each.image_model.name.casefold())


def price_thousands(
    image_model: ImageModel, listed: Mapping[int, ListPrice], *, modality: str, reference: Reference | None
) -> list[ThousandLine]:
    """Return a line for each of a loaded model's contenders of which any price is known, cheapest first.

    `listed` are their list prices.
    """
    contenders = list(image_model.contenders.all())
    paid = {key: calls.cost_per_image for key, calls in read_reliability(
        [one.pk for one in contenders], modality=modality).items()}  # fmt: skip
    lines = [_thousand(each, listed.get(each.pk), paid[each.pk], reference) for each in contenders]
    known = [line for line in lines if line.at_list is not None or line.as_paid]
    return sorted(known, key=lambda line: (line.at_list is None, line.at_list or 0, line.contender.name.casefold()))


def _thousand(
    contender: Contender, listed: ListPrice | None, paid: Decimal | None, reference: Reference | None
) -> ThousandLine:
    saved = float(1 - listed.amount / reference.price) if listed and reference else None
    return ThousandLine(
        contender, listed, 1000 * listed.amount if listed else None, 1000 * paid if paid else None, saved
    )


def price_tokens(image_model: ImageModel, *, modality: str) -> list[TokenLine]:
    """Return what a loaded model's contenders cost by their counted tokens, at each provider that prices tokens."""
    contenders = {each.pk: each for each in image_model.contenders.all()}
    usage = read_token_usage(contenders, modality=modality)
    lines = []
    for key, used in usage.items():
        for offering in image_model.offerings.all():
            amount = used.cost(_rates(offering))
            if amount is not None:
                lines.append(TokenLine(contenders[key], offering.provider, used.images, _cents(1000 * amount)))
    return sorted(lines, key=lambda line: (line.contender.name.casefold(), line.amount))


def _rates(offering: Offering) -> Mapping[str, Decimal]:
    """Return USD per million tokens by item, the highest if sources differ."""
    rates: dict[str, Decimal] = {}
    for price in offering.prices.all():
        if (price.unit, price.currency) == ("million_tokens", "USD"):
            rates[price.item] = max(price.amount, rates.get(price.item, Decimal(0)))
    return rates


def _cents(amount: Decimal) -> Decimal:
    return round(amount, 2)


def _what(price: Price) -> tuple[str, ...]:
    return price.item, price.unit, price.quality, price.size, price.currency


def _site(url: str) -> str:
    return urlsplit(url).netloc.removeprefix("www.")
