"""What a call told of its provider, noted where all workers see it: it is down, full, out of credit, or well again."""

from arena.generation.calls.brakes.breaker import OUTAGE_KINDS, STOPPING, note_failure, note_life, stop_provider
from arena.generation.calls.brakes.throttle import heed_limits, hold_calls, slow_down, speed_up
from arena.generation.calls.claims import Claim
from arena.generation.models import ProviderState
from arena.generation.providers.base import ErrorKind, ProviderError
from arena.generation.providers.limits import RateLimits
from arena.generation.providers.registry import is_own

BUSY_REASON = "The provider is overloaded and said when to come back."


def note_answer(claim: Claim, limits: RateLimits | None) -> None:
    """Note a call that was answered, with an image or with a handle."""
    if is_own(claim.entry):
        return
    state = ProviderState.objects.select_related("provider").filter(pk=claim.entry.pk).first()
    if state is not None:
        note_life(state)
        speed_up(claim.entry, state)
    if limits is not None:
        heed_limits(claim.entry, limits)


def note_error(claim: Claim, error: ProviderError, limits: RateLimits | None) -> None:
    """Note a call that failed; `limits` is what its answer said of them, if there was one."""
    if is_own(claim.entry):
        return
    state, _ = ProviderState.objects.select_related("provider").get_or_create(provider=claim.entry)
    if error.kind in STOPPING:
        stop_provider(claim.entry, cause=error.kind, reason=error.message, key=claim.provider.host.key)
    elif error.kind in OUTAGE_KINDS:
        note_failure(state, is_trial=claim.is_trial)
        if error.retry_after is not None:
            hold_calls(claim.entry, seconds=error.retry_after, reason=BUSY_REASON)
    else:
        note_life(state)
    if error.kind == ErrorKind.RATE_LIMITED:
        state.refresh_from_db()
        slow_down(state, retry_after=error.retry_after)
    if limits is not None:
        heed_limits(claim.entry, limits)
