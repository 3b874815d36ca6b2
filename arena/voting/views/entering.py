"""The door for new voters of a network that has sent many: they compute, or wait, and get their cookie."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from arena.admission.newcomers import may_come_after_waiting
from arena.admission.proofs import PIECES, WAIT_SECONDS, is_solved, read_challenge, write_challenge
from arena.monitoring.counts import REFUSALS
from arena.voting.casting.voters import Caller, greet_voter, remember_voter
from arena.voting.doors import voting_door


@voting_door
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Give the cookie that a challenge names: to a solution that is sent, or to who comes again after waiting."""
    sent = request.POST if request.method == "POST" else request.GET
    challenge, back = sent.get("challenge", ""), sent.get("back", "")
    found = read_challenge(challenge)
    if found is None:
        return ask_to_enter(request, greet_voter(request).key, back)
    key, age = found
    if request.method == "POST":
        is_welcome = is_solved(challenge, sent.getlist("nonce"))
    else:
        is_welcome = age >= WAIT_SECONDS and may_come_after_waiting(request)
    if not is_welcome:
        return ask_to_enter(request, key, back)
    response = redirect(_vote_address(back))
    remember_voter(response, Caller(key, is_new=True, has_proven=request.method == "POST"))
    return response


def ask_to_enter(request: HttpRequest, key: uuid.UUID, back: str) -> HttpResponse:
    """Answer 429 with a page that computes by itself, or comes again by itself where no script runs."""
    context = {
        "challenge": write_challenge(key),
        "pieces": PIECES,
        "bits": settings.PROOF_BITS,
        "back": _vote_address(back),
        # One second more than is asked for, since ages are whole seconds.
        "seconds": WAIT_SECONDS + 1,
    }
    REFUSALS.labels("proof").inc()
    response = render(request, "voting/entering.html", context, status=429)
    response["Retry-After"] = str(WAIT_SECONDS)
    return response


def _vote_address(path: str) -> str:
    """Return the address of a voting page, whatever was sent."""
    return path if path.startswith("/vote/") else "/vote/"
