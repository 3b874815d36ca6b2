"""The page of a voter's own ranking, for that voter only."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from arena.catalog.models import Modality
from arena.voting.casting.voters import known_voter
from leaderboard.computing.own_votes import LEAST_VOTES, read_own_board
from leaderboard.queries.slices import shown_modalities


@require_safe
@cache_control(private=True, no_store=True)
def show_own_board(request: HttpRequest) -> HttpResponse:
    """What the votes of this browser's voter say, from LEAST_VOTES on; only contenders that they have voted on.

    `?modality=` chooses between text to image and image editing, which are ranked apart.
    """
    asked, modalities = request.GET.get("modality", ""), shown_modalities()
    modality = asked if asked in Modality.values else modalities[0]
    context = {
        "board": read_own_board(voter_key=known_voter(request), modality=modality),
        "least": LEAST_VOTES,
        "modality": modality,
        "modalities": [(value, label) for value, label in Modality.choices if value in modalities],
    }
    return render(request, "leaderboard/own_board.html", context)
