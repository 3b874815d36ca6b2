"""The pictures of shared pages, drawn when somebody first asks, and kept under the hash of what they say."""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from arena.catalog.models import ImageModel, Modality
from arena.errors import DomainError
from leaderboard.presentation.comparing.verdict_sentences import state_judgement
from leaderboard.presentation.sharing.card_facts import card_of_board, card_of_comparison, card_of_model
from leaderboard.presentation.sharing.cards.share_card import ShareCard, draw_card
from leaderboard.presentation.sharing.share_head import board_card_url, compare_card_url, model_card_url
from leaderboard.queries.comparing.verdicts import lines_of, read_opinion
from leaderboard.queries.standings import model_standings, read_board
from leaderboard.views.boards import read_choice
from leaderboard.views.comparing.compare import open_compared, read_kept
from leaderboard.views.image_models import shown_ledger_of

_KEPT_SECONDS = 86_400
_FOR_EVER = 31_536_000


@require_safe
def show_board_card(request: HttpRequest, modality: str, digest: str) -> HttpResponse:
    """The card of a board; whoever has the address of an earlier card is led to the present one."""
    address, usual = read_choice(request.GET, modality)
    try:
        card = card_of_board(read_board(**address.question(usual_ledger=usual)))
    except DomainError as error:
        raise Http404(error.message) from error
    if card is None:
        raise Http404
    return _answer_card(card, digest, lambda: board_card_url(address, card))


@require_safe
def show_model_card(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """The card of a model; whoever has the address of an earlier card is led to the present one."""
    image_model = get_object_or_404(ImageModel.objects.select_related("organization"), slug=slug)
    shown = shown_ledger_of(request, image_model)
    placed = model_standings(ledger=shown.slug, model=slug)
    card = card_of_model(image_model, placed, kind=shown.ledger.kind, name=shown.ledger.name)
    return _answer_card(card, digest, lambda: model_card_url(slug, card, ledger=shown.chosen))


@require_safe
def show_compare_card(request: HttpRequest, one: str, two: str, digest: str) -> HttpResponse:
    """The card of two contenders; language and ledger as in the address of their comparison."""
    for modality in Modality.values:
        board, rows = open_compared(request.GET, (one, two), modality)
        if board is None:
            continue
        slugs = rows[0].contender_slug, rows[1].contender_slug
        names = rows[0].contender_name, rows[1].contender_name
        verdict = read_opinion(board).judge(*slugs, lines_of(board.rows))
        judged = state_judgement((one, two), names, verdict, None)
        card = card_of_comparison(board, rows, judged)
        if card is not None:
            return _answer_card(card, digest, partial(compare_card_url, (one, two), card, query=read_kept(request.GET)))
    raise Http404


def _answer_card(card: ShareCard, digest: str, address: Callable[[], str]) -> HttpResponse:
    """Return the card as a PNG that may be kept for ever, if `digest` is its own; else lead to its `address`."""
    if digest != card.digest:
        present = redirect(address())
        present["Cache-Control"] = "no-cache"
        return present
    key = f"card:{digest}"
    drawn = caches["pages"].get(key)
    if drawn is None:
        drawn = draw_card(card)
        caches["pages"].set(key, drawn, _KEPT_SECONDS)
    response = HttpResponse(drawn, content_type="image/png")
    scope = "public" if settings.ACCESS == "public" else "private"
    response["Cache-Control"] = f"{scope}, max-age={_FOR_EVER}, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response
