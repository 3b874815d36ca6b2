"""The parts of a model's page that follow from the catalogue and from what was measured, for one modality."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from arena.catalog.models import ImageModel, Modality
from leaderboard.presentation.model_cards import best_rows
from leaderboard.presentation.model_page.head_tags import list_tags, newest_known_day
from leaderboard.presentation.model_page.how_to_call import list_callable
from leaderboard.presentation.model_page.licence_lines import list_licence
from leaderboard.presentation.model_page.price_comparison import (
    compare_to_maker,
    list_references,
    price_thousands,
    price_tokens,
)
from leaderboard.presentation.model_page.questions import Alternative, Known, answer_questions
from leaderboard.presentation.model_page.structured_data import write_structured_data
from leaderboard.queries.figures import ListPrice
from leaderboard.queries.standings import PlacedStanding, StandingRow

# So many models of about the same rating are named.
ALTERNATIVES = 3


@dataclass(frozen=True)
class ModalityLink:
    """A modality of a model that has several, and the address of its page for it."""

    label: str
    url: str
    is_shown: bool


def choose_modality(image_model: ImageModel, asked: str) -> Modality:
    """Return the modality asked for, if the model has it; else its first one, text to image before image editing."""
    own = [each for each in Modality if each.value in image_model.modalities]
    return next((each for each in own if each.value == asked), own[0] if own else Modality.TEXT_TO_IMAGE)


def link_modalities(image_model: ImageModel, path: str, query: QueryDict, *, shown: Modality) -> list[ModalityLink]:
    """Return a link for each modality of a model that has several; they keep the ledger and the reference."""
    own = [each for each in Modality if each.value in image_model.modalities]
    kept = {name: query[name] for name in ("ledger", "reference") if query.get(name)}
    links = []
    for each in own if len(own) > 1 else []:
        chosen = kept | ({} if each is own[0] else {"modality": each.value})
        links.append(ModalityLink(str(each.label), f"{path}?{urlencode(chosen)}" if chosen else path, each is shown))
    return links


def describe_model(
    image_model: ImageModel,
    *,
    rows: Iterable[StandingRow],
    modality: Modality,
    placed: Sequence[PlacedStanding],
    listed: Mapping[int, ListPrice],
    reference: str,
    query: str,
) -> dict[str, Any]:
    """Return what these sections of a loaded model's page show.

    `placed` are its lines on boards, `rows` all lines of the modality's overall board, `listed` the list prices of its
    contenders. `query` keeps the chosen ledger in the addresses of other models.
    """
    prices = [price for offering in image_model.offerings.all() for price in offering.prices.all()]
    overall = [one for one in placed if one.board.slice == "overall" and one.board.modality == modality]
    best = _best(image_model, overall)
    references = list_references(image_model)
    chosen = next((each for each in references if each.image_model.slug == reference), None)
    licence, offered = list_licence(image_model.facts.all()), list_callable(image_model)
    from_price = min(listed.values(), key=lambda each: each.amount, default=None)
    known = Known(
        image_model=image_model,
        board_title=best.board.title if best else "",
        best=best,
        placed=[one for one in placed if best and one.row.contender_slug == best.row.contender_slug],
        prices=prices,
        from_price=from_price,
        callable_at=offered,
        licence=licence,
        alternatives=_alternatives(best, rows, query),
    )
    questions = answer_questions(known)
    return {
        "tags": list_tags(image_model, today=newest_known_day(placed)),
        "best": best,
        "others": [one for one in overall if one is not best],
        "reported": [one for one in overall if one.row.matchups_shown],
        "from_price": from_price,
        "beside_maker": compare_to_maker(prices, image_model.organization),
        "thousands": price_thousands(image_model, listed, modality=modality, reference=chosen),
        "token_lines": price_tokens(image_model, modality=modality),
        "references": references,
        "reference": chosen,
        "licence": licence,
        "offered": offered,
        "questions": questions,
        "structured_data": write_structured_data(image_model, prices, questions),
    }


def _best(image_model: ImageModel, overall: Iterable[PlacedStanding]) -> PlacedStanding | None:
    by_contender = {one.row.contender_slug: one for one in overall if one.row.line.elo is not None}
    row = best_rows(one.row for one in by_contender.values()).get(image_model.slug)
    return by_contender[row.contender_slug] if row else None


def _alternatives(best: PlacedStanding | None, rows: Iterable[StandingRow], query: str) -> list[Alternative]:
    """Return the best contenders of the other models that are rated nearest; a label that no model maps has no page."""
    if best is None or best.row.line.elo is None:
        return []
    elo = best.row.line.elo
    others = [
        (abs(row.line.elo - elo), row.contender_name, slug)
        for slug, row in best_rows(rows).items()
        if slug not in {"", best.row.model_slug} and row.line.elo is not None and row.line.level == "established"
    ]
    nearest = sorted(others)[:ALTERNATIVES]
    return [Alternative(name, reverse("model", args=[slug]) + query) for _, name, slug in nearest]
