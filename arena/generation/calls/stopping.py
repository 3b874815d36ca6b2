"""Asks a host to stop a call that staff have given up: it may then cost less, or nothing."""

import time

import structlog

from arena.generation.models import Decision
from arena.generation.providers.base import ProviderError
from arena.generation.providers.registry import NotCallable, provider_for

TASK = "arena.generation.stop_call"
ANSWER_SECONDS = 20.0

log = structlog.get_logger(__name__)


def stop_call(decision_id: int) -> None:
    """Ask once, and note whether the host agreed; a lost message leaves that unknown.

    What the call counts for stays as it was: a host that stops does not say what it charges.
    """
    waiting = Decision.objects.filter(pk=decision_id, stopped=None).exclude(handle=None)
    decision = waiting.select_related("generation__contender__offering__provider").first()
    offering = decision.generation.contender.offering if decision else None
    if decision is None or decision.handle is None or offering is None:
        return
    try:
        stopped = provider_for(offering).cancel(decision.handle, deadline=time.monotonic() + ANSWER_SECONDS)
    except (ProviderError, NotCallable):
        stopped = False
    waiting.update(stopped=stopped)
    log.info("asked_to_stop", decision=decision_id, provider=offering.provider.slug, stopped=stopped)
