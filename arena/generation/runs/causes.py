"""What keeps images of a run from being made, grouped by cause, each with what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, CharField, Count, Min, OuterRef, Q, Subquery, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from arena.generation.calls.claims import CAP_REACHED
from arena.generation.models import Attempt, Generation, Run
from arena.generation.providers.base import ErrorKind

State = Generation.State
# Causes that are no answer of a provider.
CAP, STOPPED, ABANDONED = "cap", "stopped", "abandoned"
# Of each cause: what happened, and what to do.
CAUSES: dict[str, tuple[Promise, Promise]] = {
    ErrorKind.REFUSED: (
        _("Refused by the provider's filter"),
        _("Nothing to do: a refusal is final and never a loss. If many are refused, leave such prompts out."),
    ),
    ErrorKind.INVALID: (
        _("The provider does not accept the request"),
        _("Compare the contender's settings with what the model takes, correct the catalogue, then try again."),
    ),
    ErrorKind.AUTH: (
        _("The key is not accepted"),
        _("Set the provider's key in the environment, start Easel again, then try again what failed."),
    ),
    ErrorKind.FORBIDDEN: (
        _("The key may not use this model"),
        _("Have the model unlocked at the provider: some verify the organization first. Then try again what failed."),
    ),
    ErrorKind.QUOTA: (
        _("Credit or quota is used up"),
        _("Top it up at the provider, then try again what failed."),
    ),
    ErrorKind.RATE_LIMITED: (
        _("The provider takes no more calls for now"),
        _("Easel waits and tries again. If it keeps happening, lower the provider's concurrency in the catalogue."),
    ),
    ErrorKind.UNAVAILABLE: (
        _("The provider is out of order"),
        _("Easel tries again a few times. When the outage is over, try again what failed."),
    ),
    ErrorKind.BAD_RESPONSE: (
        _("The answer holds no usable image"),
        _("It may have been charged, so decide whether to order it again. Tell the provider if it happens often."),
    ),
    ErrorKind.TIMEOUT: (
        _("No answer came in time"),
        _("It may have been charged, so decide whether to order it again. A slow model needs a longer CALL_SECONDS."),
    ),
    ErrorKind.NOT_FOUND: (
        _("The provider does not know the model or the call"),
        _("The model may have been renamed or shut down: correct its name in the catalogue, then try again."),
    ),
    ABANDONED: (
        _("A worker stopped during the call"),
        _("It may have been charged, so decide whether to order it again. The worker's log may tell why."),
    ),
    CAP: (
        _("The spending cap is reached"),
        _("Raise the cap below, then try again; or leave it at what is done."),
    ),
    STOPPED: (
        _("The provider was stopped or cannot be called"),
        _("Mend what the message says, then try again what failed."),
    ),
}
UNKNOWN = (_("Another cause"), _("Look at the calls below, and at the worker's log."))
# A call that broke off is not made again by itself, if it may have been charged.
BROKEN_OFF = _("It may have been charged, so decide whether to order it again. Other calls go on by themselves.")
NAMES_SHOWN = 6


@dataclass(frozen=True)
class Cause:
    """One cause in a run: how many images it keeps back, of whom, in which states, and a message as an example.

    `by_itself` counts those that are tried again without anybody doing anything.
    """

    title: str
    advice: str
    images: int
    failed: int
    undecided: int
    by_itself: int
    contenders: Sequence[str]
    message: str

    @property
    def names(self) -> Sequence[str]:
        """The first of the contenders."""
        return self.contenders[:NAMES_SHOWN]

    @property
    def more(self) -> int:
        """How many contenders there are besides."""
        return max(0, len(self.contenders) - NAMES_SHOWN)


def find_causes(run: Run) -> list[Cause]:
    """Return the causes of a run's missing images, the commonest first. One query."""
    last = Attempt.objects.filter(generation=OuterRef("pk")).order_by("-number").values("outcome")[:1]
    cause = Case(
        When(state=State.CANCELLED, reason=CAP_REACHED, then=Value(CAP)),
        When(state=State.CANCELLED, then=Value(STOPPED)),
        default=Subquery(last),
        output_field=CharField(),
    )
    # What somebody cancelled has no reason.
    kept_back = Q(state__in=[State.REFUSED, State.FAILED, State.NEEDS_DECISION]) | (
        Q(state__in=[State.CANCELLED, State.QUEUED]) & ~Q(reason="")
    )
    rows = run.generations.filter(kept_back).order_by().annotate(cause=cause).values_list("cause")
    counted = rows.annotate(
        images=Count("id"),
        failed=Count("id", filter=Q(state__in=[State.FAILED, State.CANCELLED])),
        undecided=Count("id", filter=Q(state=State.NEEDS_DECISION)),
        waiting=Count("id", filter=Q(state=State.QUEUED)),
        names=ArrayAgg("contender__name", distinct=True, order_by="contender__name"),
        message=Min("reason"),
    )
    found = [_cause(kind, *counts) for kind, *counts in counted]
    return sorted(found, key=lambda each: -each.images)


def _cause(
    kind: str | None, images: int, failed: int, undecided: int, waiting: int, names: list[str], message: str
) -> Cause:
    title, advice = CAUSES.get(kind or "", UNKNOWN)
    advice = BROKEN_OFF if undecided and kind == ErrorKind.UNAVAILABLE else advice
    return Cause(str(title), str(advice), images, failed, undecided, waiting, names, message)
