"""The list of models, and the page of one: facts with sources, prices, claims, standings, pictures."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from arena.catalog.models import Claim, Contender, ImageModel, Modality, Organization, Price
from arena.voting.models import Ledger
from leaderboard.computing.on_demand import ask_for_axes
from leaderboard.models import Standing
from leaderboard.presentation.board_address import BoardAddress, board_address, clean_choice, history_url
from leaderboard.presentation.call_lines import list_calls, list_claimed
from leaderboard.presentation.contenders.capability_lines import CapabilitySection, group_estimates, tabulate
from leaderboard.presentation.contenders.contender_settings import compare_settings
from leaderboard.presentation.contenders.series_lines import SeriesTable, list_series
from leaderboard.presentation.ledger_choice import ShownLedger, choose_ledger
from leaderboard.presentation.model_cards import SORTS, list_model_cards, model_status
from leaderboard.presentation.model_page.rating_grid import RatingGrid, lay_grid, list_unvoted
from leaderboard.presentation.model_page.sections import choose_modality, describe_model, link_modalities
from leaderboard.presentation.price_grid import lay_out_prices
from leaderboard.presentation.sharing.badge_texts import BadgeCode, write_badge_codes
from leaderboard.presentation.sharing.card_facts import card_of_model
from leaderboard.presentation.sharing.share_head import head_of_model
from leaderboard.queries.axes.axis_maps import list_axes
from leaderboard.queries.axes.axis_standings import read_profiles
from leaderboard.queries.choosing.licences import answer_licence
from leaderboard.queries.competitions.galleries import CredentialCounts, credential_counts
from leaderboard.queries.figures import list_prices
from leaderboard.queries.model_pages.arenas import lines_by_language
from leaderboard.queries.model_pages.everything_known import load_models
from leaderboard.queries.model_pages.imported_names import ledgers_of_model, ledgers_with_models
from leaderboard.queries.slices import list_slices
from leaderboard.queries.standings import PlacedStanding, model_standings, read_board
from leaderboard.ratings.results import Line
from leaderboard.views.model_page.model_pictures import show_pictures
from leaderboard.views.model_page.model_votes import ModelBoard, list_arena_lines, read_model_boards


@dataclass(frozen=True)
class RatingStrip:
    """A contender's lines on boards of one modality, with the addresses of board and history; and by language.

    `slug` is the contender's, or its label in a file.

    `unvoted` are the titles and addresses of the boards of categories and languages that have no votes on it.
    """

    name: str
    slug: str
    modality: str
    placed: tuple[tuple[PlacedStanding, str, str], ...]
    unvoted: tuple[tuple[str, str], ...]
    grid: RatingGrid | None


@require_safe
def list_models(request: HttpRequest) -> HttpResponse:
    """All models, by organization unless sorted otherwise; of one organization or modality if chosen."""
    chosen = {name: clean_choice(request.GET.get(name, "")) for name in ("organization", "modality", "sort")}
    modality = chosen["modality"] if chosen["modality"] in Modality.values else Modality.TEXT_TO_IMAGE.value
    shown = choose_ledger(request.path, request.GET, modality=modality, imported=ledgers_with_models())
    modalities = [chosen["modality"]] if chosen["modality"] else Modality.values
    boards = [read_board(ledger=shown.slug, modality=each) for each in modalities]
    cards = list_model_cards(boards, **chosen)
    is_grouped = chosen["sort"] not in SORTS[1:]
    context = {
        "cards": cards,
        "groups": _group_by_organization(cards) if is_grouped else [],
        "chosen": chosen,
        "sorted": chosen["sort"] if chosen["sort"] in SORTS else SORTS[0],
        "shown": shown,
        "organizations": Organization.objects.filter(image_models__isnull=False).distinct(),
        "modalities": Modality.choices,
    }
    return render(request, "catalog/models.html", context)


@require_safe
def show_model(request: HttpRequest, slug: str) -> HttpResponse:
    """One model with everything known and measured on `?modality=`; `?reference=` names a model to hold prices against.

    `GalleryChoice` says what else the address may choose.
    """
    return render(request, "catalog/model.html", read_model_page(request, slug))


def read_model_page(request: HttpRequest, slug: str) -> dict[str, Any]:
    """What a model's page shows, in any form. Raises Http404 for an unknown model."""
    image_model = get_object_or_404(load_models(), slug=slug)
    modality = _modality_of(request, image_model)
    shown = shown_ledger_of(request, image_model)
    links = link_modalities(image_model, request.path, request.GET, shown=modality)
    wanted = {modality.value} if links else set(Modality.values)  # so that no rated modality vanishes
    placed = model_standings(ledger=shown.slug, model=slug, modalities=wanted)
    listed = list_prices(image_model.contenders.all())
    chosen = {each: shown.chosen_on(each) for each in dict.fromkeys(one.board.modality for one in placed)}
    boards = read_model_boards(image_model, ledger=shown.slug, chosen=chosen)
    card = card_of_model(image_model, placed, kind=shown.ledger.kind, name=shown.ledger.name)
    labels = {str(Modality(value).label) for value in wanted}
    page = {
        "image_model": image_model,
        "share": head_of_model(slug, card, ledger=shown.chosen),
        "badges": _badges(request, shown, placed, chosen),
        "modality": modality,
        "modality_labels": [Modality(value).label for value in image_model.modalities if value in Modality.values],
        "modality_links": links,
        "modality_alone": modality.value if links else "",
        "several": len(image_model.contenders.all()) > 1,
        "status": model_status(image_model),
        "shutdown_facts": [fact for fact in image_model.facts.all() if fact.key == "shutdown_on"],
        "facts": _group_facts(image_model),
        "claims": _group_claims(image_model.claims.all()),
        **_prices(image_model),
        "shown": shown,
        "rivals": _list_rivals(image_model),
        "strips": _strips(placed, chosen, shown.ledger, lines_by_language(shown.slug, slug) if placed else {}),
        "strip_rows": [one.row for one in placed],
        "capabilities": list(_capabilities(image_model, shown, chosen)),
        "calls": [line for line in list_calls(image_model, listed) if line.modality in labels],
        "claimed": list_claimed(image_model),
        "settled": compare_settings(list(image_model.contenders.all())),
        "series": _series(image_model, boards),
        "model_boards": boards,
        "arenas": list_arena_lines(image_model),
        "thin_votes": settings.THIN_VOTES,
        "originals": _originals(image_model),
    }
    rows = {one.board.modality: one.board.rows for one in boards}
    page |= show_pictures(
        request.GET,
        image_model,
        shown,
        rows=[row for of_one in rows.values() for row in of_one],
        modalities=wanted,
        modality=_modality_in_address(image_model, modality),
    )
    return page | describe_model(
        image_model,
        rows=rows.get(modality, ()),
        modality=modality,
        placed=placed,
        listed=listed,
        reference=clean_choice(request.GET.get("reference", "")),
        query=shown.query,
    )


def _prices(image_model: ImageModel) -> dict[str, Any]:
    prices = [price for offering in image_model.offerings.all() for price in offering.prices.all()]
    return {"grid": lay_out_prices(prices), "price_notes": _price_notes(prices)}


def _badges(
    request: HttpRequest, shown: ShownLedger, placed: Iterable[PlacedStanding], chosen: Mapping[str, str]
) -> tuple[BadgeCode, ...]:
    """The codes of the badges of the model's contenders. Labels of a file have none."""
    if shown.ledger.kind == "imported":
        return ()
    headline = [one for one in placed if one.board.slice == "overall"]
    return write_badge_codes(headline, site=f"{request.scheme}://{request.get_host()}", ledgers=chosen)


def shown_ledger_of(request: HttpRequest, image_model: ImageModel) -> ShownLedger:
    """The ledger that a model's page reads: the one that the address names, or the usual one."""
    imported = ledgers_of_model(image_model.slug)
    modality = _modality_of(request, image_model)
    return choose_ledger(request.path, request.GET, modality=modality, imported=imported)


def _modality_of(request: HttpRequest, image_model: ImageModel) -> Modality:
    return choose_modality(image_model, clean_choice(request.GET.get("modality", "")))


def _modality_in_address(image_model: ImageModel, modality: Modality) -> str:
    """The modality in an address of this page, empty for the model's first one."""
    return "" if modality == choose_modality(image_model, "") else modality.value


def _capabilities(
    image_model: ImageModel, shown: ShownLedger, chosen: Mapping[str, str]
) -> Iterator[CapabilitySection]:
    """The model's profile on each modality in which it has votes; without any, what a page estimates of it."""
    estimates = group_estimates(image_model.claims.all())
    modalities = [each for each in Modality if each in chosen] or ([Modality.TEXT_TO_IMAGE] if estimates else [])
    for modality in modalities:
        profiles = read_profiles(ledger=shown.slug, model=image_model.slug, modality=modality)
        yield CapabilitySection(
            board=BoardAddress(modality, ledger=chosen.get(modality, "")),
            is_awaited=modality in chosen and ask_for_axes(ledger=shown.slug, modality=modality),
            tables=tuple(tabulate(profile, estimates) for profile in profiles),
            estimates=estimates,
            names=list_axes(shown.ledger, modality) if estimates and not profiles else {},
        )


def _list_rivals(image_model: ImageModel) -> list[tuple[str, str]]:
    """The contenders in use of other models with a modality in common, by name, those that have a rating first."""
    rated = Exists(Standing.objects.filter(contender=OuterRef("pk")))
    others = Contender.objects.exclude(image_model=image_model).filter(retired_on__isnull=True)
    shared = set(image_model.modalities)
    named = others.order_by(rated.desc(), "name").values_list("slug", "name", "image_model__modalities")
    return [(slug, name) for slug, name, modalities in named if shared & set(modalities)]


def _series(image_model: ImageModel, boards: Iterable[ModelBoard]) -> tuple[SeriesTable, ...]:
    """The series of the model's contenders with all their steps, of whichever model, on its first overall board."""
    names = sorted({contender.series for contender in image_model.contenders.all() if contender.series})
    rows = next((one.board.rows for one in boards), ())
    return list_series(rows, names=names) if names else ()


def _group_by_organization(cards: Iterable[Any]) -> list[tuple[Organization, list[Any]]]:
    return [(maker, list(group)) for maker, group in groupby(cards, key=lambda card: card.image_model.organization)]


def _group_facts(image_model: ImageModel) -> list[tuple[str, list[Any]]]:
    """Facts by key, in order, without those that are shown elsewhere: by the banner, its links, and as the licence."""
    told = {fact.pk for answer in answer_licence(image_model.facts.all()).values() for fact in answer.facts}
    facts = sorted(
        (fact for fact in image_model.facts.all() if fact.key != "replacement" and fact.pk not in told),
        key=lambda fact: fact.key,
    )
    return [(key, list(group)) for key, group in groupby(facts, key=lambda fact: fact.key)]


def _group_claims(claims: Iterable[Claim]) -> list[tuple[str, list[Claim]]]:
    # Estimates stand in the capability profile, beside what was measured.
    known = [claim for claim in claims if claim.value is None]
    by_kind = [(str(kind.label), [claim for claim in known if claim.kind == kind.value]) for kind in Claim.Kind]
    return [(label, own) for label, own in by_kind if own]


def _strips(
    placed: Iterable[PlacedStanding],
    chosen: Mapping[str, str],
    ledger: Ledger,
    lines: Mapping[tuple[str, str, str], Line],
) -> list[RatingStrip]:
    """Each contender's lines on the boards of each modality, by the contender's name."""
    in_order = sorted(placed, key=lambda one: one.row.contender_name.casefold())
    strips = []
    known = {one: list_slices(ledger=ledger, modality=one, computed=()) for one in chosen}
    for (name, modality), group in groupby(in_order, key=lambda one: (one.row.contender_name, one.board.modality)):
        own = list(group)
        addressed = tuple(_addressed(one, chosen[modality]) for one in own)
        unvoted = tuple(list_unvoted(known[modality], own, ledger=chosen[modality]))
        grid, slug = lay_grid(own, lines, ledger=chosen[modality]), own[0].row.contender_slug
        strips.append(RatingStrip(name, slug, modality, addressed, unvoted, grid))
    return strips


def _addressed(one: PlacedStanding, ledger: str) -> tuple[PlacedStanding, str, str]:
    board = board_address(one.board, ledger=ledger)
    return one, board.url, history_url(board, one.row.contender_slug)


def _originals(image_model: ImageModel) -> list[tuple[Contender, CredentialCounts]]:
    """Each contender with what its originals claim, if any were looked at."""
    counted = credential_counts(image_model)
    return [(contender, counted[contender.pk]) for contender in image_model.contenders.all() if contender.pk in counted]


def _price_notes(prices: Iterable[Price]) -> list[tuple[str, str]]:
    """What sources add to their prices per image, each note once per provider."""
    notes = {
        (price.offering.provider.name, price.note): None for price in prices if price.note and price.unit == "image"
    }
    return sorted(notes)
