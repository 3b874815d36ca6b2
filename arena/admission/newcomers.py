"""How many new voters of one network are let in as they come, and how many after waiting."""

from django.conf import settings
from django.http import HttpRequest

from arena.admission.request_counting import COUNTER
from arena.admission.rules import HOUR, Rule, Subject, limited_network


def may_come_in(request: HttpRequest) -> bool:
    """Count one more new voter of the network; tell whether they may vote at once."""
    return _is_within(request, "newcomers", settings.NEWCOMERS)


def may_come_after_waiting(request: HttpRequest) -> bool:
    """Count one who has waited instead of computing; tell whether that is enough."""
    return _is_within(request, "waiting", settings.WAITING_NEWCOMERS)


def _is_within(request: HttpRequest, kind: str, most: int) -> bool:
    network = limited_network(request)
    if not (settings.LIMITS and most and network):
        return True
    return COUNTER.admit([Subject(Rule(kind, "network", most, HOUR), network)]) == 0
