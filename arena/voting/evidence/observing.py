"""What the server knows of a vote that a request brings: classes and labels, never an address, a name or a header."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User
from django.http import HttpRequest

from arena.accounts.origins import how_known
from arena.admission.rules import limited_network
from arena.voting.evidence.network_labels import label_network
from arena.voting.evidence.request_classes import class_of_agent, class_of_referrer
from arena.voting.models import Tier

_LONGEST = 300


@dataclass(frozen=True)
class Evidence:
    """What a request says beside its answer. `account` is the tier of the account that sent it, empty for a cookie.

    `networks` are the labels of its network, today's first. `dwell` is how long the pair was on screen in milliseconds,
    as the voter's page says; None where it says nothing.
    """

    account: str = ""
    networks: tuple[str, ...] = ()
    dwell: int | None = None
    agent: str = "unknown"
    referrer: str = "none"
    proof: bool = False


def observe(request: HttpRequest, *, user: User | None, has_proven: bool, today: date | None = None) -> Evidence:
    """Return the evidence of a vote that a request brings."""
    sent, headers = request.POST, request.headers
    came_from = sent.get("from", headers.get("Referer", ""))[:_LONGEST]
    return Evidence(
        account="" if user is None else Tier(how_known(user)),
        networks=tuple(label_network(limited_network(request), today=today)),
        dwell=_read_dwell(sent.get("dwell", "")),
        agent=class_of_agent(headers.get("User-Agent", "")[:_LONGEST]),
        referrer=class_of_referrer(came_from, own_host=request.get_host()),
        proof=has_proven,
    )


def _read_dwell(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None
