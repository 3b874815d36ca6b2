"""Test calls: one paid call that staff make to see whether a provider works, under the caps of the day."""

import datetime
import time
from decimal import Decimal

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arena.catalog.models import Contender
from arena.catalog.models import Provider as ProviderEntry
from arena.errors import Conflict
from arena.generation.calls.brakes.day_caps import FullForToday, NeverFits, reserve_for_day
from arena.generation.calls.brakes.throttle import state_of
from arena.generation.calls.ordering import write_order
from arena.generation.calls.prices import call_bound, cost_of, image_price
from arena.generation.models import Probe
from arena.generation.providers.base import ErrorKind, Pending, ProviderError
from arena.generation.providers.fetch import fetch_asset
from arena.generation.providers.registry import NotCallable, capabilities_of, provider_for
from arena.generation.providers.shapes.answers import without_key
from arena.generation.transitions import end_probe
from arena.pictures.bad_images import BadImage
from arena.pictures.decoding import inspect_image
from arena.process.sending import send_jobs

TASK = "arena.generation.probe"
PROMPT = "A red apple on a white table."
# A test call without an answer is given up after this long.
LIFETIME = datetime.timedelta(minutes=15)
ABANDONED = "It has not ended in time."


def probe_bound(contender: Contender) -> Decimal | None:
    """Return the most in USD that a test call of the contender may cost; None if no price is known."""
    return call_bound(contender, PROMPT)


def can_probe(contender: Contender) -> bool:
    """Tell whether the contender can be called, and makes images from a text alone."""
    if contender.offering is None:
        return False
    try:
        provider = provider_for(contender.offering)
    except NotCallable:
        return False
    return capabilities_of(contender.offering, provider).generate


def begin_probe(*, contender: Contender, user: AbstractBaseUser) -> Probe:
    """Reserve what a test call may cost and let a worker make it; one transaction. Raises Conflict."""
    if contender.offering is None or not can_probe(contender):
        raise Conflict(_("This contender cannot be called with a text alone."))
    with transaction.atomic():
        probe = open_probe(contender=contender, bound=probe_bound(contender), user_id=user.pk)
        transaction.on_commit(lambda: send_jobs(TASK, [probe.pk]))
    return probe


def open_probe(
    *, contender: Contender, bound: Decimal | None, user_id: int | None = None, at_work: bool = False
) -> Probe:
    """Write a test call, and reserve what it may cost under the caps of the day; one transaction. Raises Conflict.

    `at_work` says that the caller makes it now, and so no worker. `end_probe` ends it.
    """
    assert contender.offering is not None
    entry = contender.offering.provider
    end_stale_probes(entry)
    called_at = timezone.now() if at_work else None
    try:
        with transaction.atomic():
            probe = Probe.objects.create(
                provider=entry, contender=contender, asked_by_id=user_id, cost_reserved=bound or Decimal(0),
                called_at=called_at,
            )  # fmt: skip
            cap = state_of(entry).day_cap
            reserve_for_day(bound, provider_cap=cap, provider_id=entry.pk, began_at=probe.asked_at)
    except IntegrityError as error:
        raise Conflict(_("A test call to this provider is at work.")) from error
    except FullForToday as error:
        raise Conflict(error.reason) from error
    except NeverFits as error:
        raise Conflict(str(error)) from error
    return probe


def work_probe(probe_id: int) -> None:
    """Make the test call, or poll it; a message that comes twice does nothing."""
    rows = Probe.objects.filter(pk=probe_id, ended_at=None)
    if rows.filter(called_at=None).update(called_at=timezone.now()) or rows.exclude(handle=None).exists():
        probe = rows.select_related("contender__offering__provider").first()
        if probe is not None:
            _work(probe)


def end_stale_probes(provider: ProviderEntry) -> None:
    """Give up test calls without an answer: their worker is gone, or the provider takes too long."""
    for probe in Probe.objects.filter(provider=provider, ended_at=None, asked_at__lt=timezone.now() - LIFETIME):
        end_probe(probe, outcome="abandoned", billed="unknown", message=ABANDONED)


def _work(probe: Probe) -> None:
    offering = probe.contender.offering
    assert offering is not None
    try:
        provider = provider_for(offering)
        deadline = time.monotonic() + provider.patience
        if probe.handle is None:
            key = str(probe.idempotency_key)
            answer = provider.submit(
                write_order(probe.contender, PROMPT, seed=1), idempotency_key=key, deadline=deadline
            )
        else:
            answer = provider.poll(probe.handle, deadline=deadline)
        if isinstance(answer, Pending):
            Probe.objects.filter(pk=probe.pk).update(handle=answer.handle)
            send_jobs(TASK, [probe.pk], countdown=answer.poll_after)
            return
        if not answer.assets:
            raise ProviderError(ErrorKind.BAD_RESPONSE, "The answer holds no image.", billed="unknown")
        seen = inspect_image(fetch_asset(answer.assets[0], host=provider.host, deadline=deadline))
    except NotCallable as error:
        end_probe(probe, outcome="invalid", billed="no", message=error.message)
    except ProviderError as error:
        end_probe(probe, outcome=error.kind, billed=error.billed, message=without_key(error.message, provider.host))
    except BadImage as error:
        end_probe(probe, outcome=ErrorKind.BAD_RESPONSE, billed="yes", message=error.message)
    else:
        width, height = seen.picture.size
        cost, basis = cost_of(probe.contender, answer, listed=image_price(probe.contender))
        end_probe(
            probe, outcome="done", billed="yes", message=f"{width} × {height} pixels", cost=cost, cost_basis=basis
        )
