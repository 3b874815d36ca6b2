"""Tables that `models` names: exclusions, the decisions behind many of them, and those that were lifted."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

_LEDGER, _ENTRY, _USER = "voting.Ledger", "voting.LedgerEntry", settings.AUTH_USER_MODEL


class ExclusionDecision(models.Model):
    """A decision that the entries which a filter chooses do not count: proposed, then in force, perhaps lifted later.

    `chosen` is the filter (`EntryFilter.as_record`), applied to entries up to position `upto`. `decided_at` is empty
    while it waits for a second person; what is lifted before was withdrawn.
    """

    ledger = models.ForeignKey(_LEDGER, models.CASCADE, related_name="exclusion_decisions")
    chosen = models.JSONField()
    upto = models.BigIntegerField()
    reason = models.CharField(max_length=300)
    proposed_at = models.DateTimeField(db_default=Now())
    proposed_by = models.ForeignKey(_USER, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(_USER, models.SET_NULL, null=True, blank=True, related_name="+")
    entries = models.PositiveBigIntegerField(default=0, help_text=_("How many entries it excluded."))
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(_USER, models.SET_NULL, null=True, blank=True, related_name="+")
    lifted_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="exclusion_decision_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_because="")
                | (Q(lifted_at__isnull=False) & ~Q(lifted_because="")),
                name="exclusion_decision_lifted",
            ),
        ]

    @property
    def stated(self) -> list[tuple[str, str]]:
        """What the filter states, by the names of its parts."""
        return [
            (name, ", ".join(value) if isinstance(value, list) else str(value)) for name, value in self.chosen.items()
        ]


class Exclusion(models.Model):
    """A later, dated, reasoned decision that an entry does not count; the entry stays."""

    entry = models.OneToOneField(_ENTRY, models.PROTECT, related_name="exclusion")
    reason = models.CharField(max_length=300)
    decided_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(_USER, models.SET_NULL, null=True, blank=True, related_name="+")
    decision = models.ForeignKey(ExclusionDecision, models.PROTECT, null=True, blank=True, related_name="exclusions")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="exclusion_has_reason")]


class LiftedExclusion(models.Model):
    """An exclusion that held from `decided_at` until `lifted_at`; kept, so that old boards can be recomputed."""

    entry = models.ForeignKey(_ENTRY, models.PROTECT, related_name="lifted_exclusions")
    decision = models.ForeignKey(ExclusionDecision, models.PROTECT, related_name="lifted_exclusions")
    decided_at = models.DateTimeField()
    lifted_at = models.DateTimeField()
