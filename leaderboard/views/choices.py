"""Which model for me? A reader's wishes in the address, and the contenders ordered by the chance of being the best."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from arena.catalog.models import Modality
from arena.errors import DomainError
from leaderboard.computing.category_boards import open_category_boards
from leaderboard.presentation.choices.choice_sentences import explain_left_out, state_choice
from leaderboard.presentation.choices.wishes_address import FIELD, read_wishes, wishes_query
from leaderboard.presentation.ledger_choice import find_usual_ledger, list_ledgers
from leaderboard.queries.choosing.picks import Choice, choose_contender, list_choosable
from leaderboard.queries.choosing.reader_wishes import MOST_WEIGHT, MUSTS, SIZES, Wishes
from leaderboard.queries.slices import language_name, languages_of_prompts, shown_modalities
from leaderboard.views.promises import render_promise


@require_safe
def show_choice(request: HttpRequest) -> HttpResponse:
    """The form and its answer. An address that isn't canonical redirects to the one that is."""
    modalities = shown_modalities()
    asked = request.GET.get("modality", "")
    modality = asked if asked in Modality.values else modalities[0]
    usual = find_usual_ledger(modality)
    ledgers = list_ledgers()
    named = request.GET.get("ledger", "")
    ledger = named if named in {each.slug for each in ledgers} else usual
    boards = list_choosable(ledger=ledger, modality=modality)
    known = [board.key.slice_value for board in boards]
    wishes = read_wishes(modality, request.GET, known=known, ledger=ledger)
    query = wishes_query(wishes, usual_ledger=usual)
    if request.GET and request.GET.urlencode(safe=":,") != query:
        return redirect(f"{reverse('choose')}?{query}")
    context: dict[str, Any] = {
        "wishes": wishes,
        "fields": [(FIELD + board.key.slice_value, board, _weight(wishes, board.key.slice_value)) for board in boards],
        "most_weight": MOST_WEIGHT,
        "modalities": [(value, label) for value, label in Modality.choices if value in modalities],
        "languages": sorted((code, language_name(code)) for code in languages_of_prompts(modality)),
        "ledgers": ledgers,
        "sizes": SIZES,
        "musts": [(must, label) for must, label in zip(MUSTS, _must_labels(), strict=True)],
        "is_imported": ledger not in {each.slug for each in list_ledgers(imported=())},
    }
    try:
        if open_category_boards(wishes):
            return render_promise(request, "leaderboard/choose.html", context)
        choice = choose_contender(wishes)
    except DomainError as error:
        return render(request, "leaderboard/choose.html", context | {"error": error}, status=error.status)
    api_query = wishes_query(wishes, usual_ledger="")
    return render(request, "leaderboard/choose.html", context | _answer(choice) | {"api_query": api_query})


def _weight(wishes: Wishes, slug: str) -> int:
    return wishes.weights.get(slug, 0) if wishes.weights else 1


def _must_labels() -> tuple[str, ...]:
    return _("edits images"), _("transparent background")


def _answer(choice: Choice) -> dict[str, Any]:
    return {
        "choice": choice,
        "sentence": state_choice(choice),
        "left_out": [(each, explain_left_out(each)) for each in choice.left_out],
        "counted": [each for each in choice.boards if each.snapshot],
        "uncounted": [each for each in choice.boards if not each.snapshot],
        "is_demonstration": choice.ledger.kind == "demonstration",
    }
