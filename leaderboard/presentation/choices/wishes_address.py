"""The address of a choice: a reader's wishes in a fixed order, without those that they leave open."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from django.http import QueryDict

from leaderboard.presentation.board_address import clean_choice
from leaderboard.queries.choosing.reader_wishes import LICENCES, MOST_WEIGHT, MUSTS, SIZES, Wishes

# In the page's form each category has a field of its own, whose name begins with this.
FIELD = "weight."
_LONGEST_WEIGHTS = 4000


def write_weights(weights: Mapping[str, int]) -> str:
    """Return weights as `food:2,text-rendering:1`; empty for none."""
    return ",".join(f"{slug}:{weight}" for slug, weight in weights.items())


def read_weights(text: str) -> dict[str, int]:
    """Read what `write_weights` wrote. Raises ValueError naming the part that is wrong."""
    weights = {}
    for part in filter(None, text.split(",")):
        slug, _colon, number = part.rpartition(":")
        if not slug or not (number.isascii() and number.isdecimal()) or not 1 <= int(number) <= MOST_WEIGHT:
            raise ValueError(part)
        weights[slug] = int(number)
    return weights


def wishes_query(wishes: Wishes, *, usual_ledger: str) -> str:
    """Return the query string of these wishes in canonical order, without a question mark."""
    chosen = {
        "modality": wishes.modality,
        "weights": write_weights(wishes.weights),
        "language": wishes.language,
        "ledger": "" if wishes.ledger == usual_ledger else wishes.ledger,
        "max_price": "" if wishes.max_price is None else f"{wishes.max_price:f}",
        "max_seconds": "" if wishes.max_seconds is None else f"{wishes.max_seconds:g}",
        "licence": wishes.licence,
        "musts": ",".join(wishes.musts),
        "size": str(wishes.size or ""),
    }
    return urlencode({name: value for name, value in chosen.items() if value}, safe=":,")


def read_wishes(modality: str, query: QueryDict, *, known: Iterable[str], ledger: str) -> Wishes:
    """Read wishes as a browser sends them: the form's fields, or an address; unusable ones are dropped.

    `known` are the categories of the ledger that can be weighed, in their order.
    """
    order = list(known)
    musts = [part for value in query.getlist("musts") for part in value.split(",")]
    size, seconds = query.get("size", ""), _positive(query.get("max_seconds", ""))
    return Wishes(
        modality=modality,
        weights=_even_out(_read_form(query, order) or _read_text(query.get("weights", ""), order), order),
        language=clean_choice(query.get("language", "")),
        ledger=ledger,
        max_price=_positive(query.get("max_price", "")),
        max_seconds=None if seconds is None else float(seconds),
        licence=query.get("licence", "") if query.get("licence", "") in LICENCES else "",
        musts=tuple(must for must in MUSTS if must in musts),
        size=int(size) if size in map(str, SIZES) else 0,
    )


def _read_form(query: QueryDict, order: Iterable[str]) -> dict[str, int]:
    given = {slug: query.get(FIELD + slug, "") for slug in order}
    return {slug: int(number) for slug, number in given.items() if _is_weight(number)}


def _read_text(text: str, order: Iterable[str]) -> dict[str, int]:
    pairs = dict(part.rpartition(":")[::2] for part in text[:_LONGEST_WEIGHTS].split(","))
    return {slug: int(pairs[slug]) for slug in order if _is_weight(pairs.get(slug, ""))}


def _is_weight(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 3 and 1 <= int(text) <= MOST_WEIGHT


def _even_out(weights: dict[str, int], order: Iterable[str]) -> dict[str, int]:
    """Leave weights out if all categories count alike, as they do without any."""
    return {} if len(set(weights.values())) == 1 and set(weights) == set(order) else weights


def _positive(text: str) -> Decimal | None:
    try:
        number = Decimal(text[:20])
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 <= number < 10**6 else None
