"""The page of a voter's own ranking, for that voter only."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from arena.voting.casting.voters import known_voter
from leaderboard.computing.own_votes import LEAST_VOTES, read_own_board


@require_safe
@cache_control(private=True, no_store=True)
def show_own_board(request: HttpRequest) -> HttpResponse:
    """What the votes of this browser's voter say, from LEAST_VOTES on; only contenders that they have voted on."""
    context = {"board": read_own_board(voter_key=known_voter(request)), "least": LEAST_VOTES}
    return render(request, "leaderboard/own_board.html", context)
