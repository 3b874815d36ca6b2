"""What vendors and pages say of a model."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from arena.catalog.row_bases import Sourced
from arena.catalog.side_tables.axes import Axis


class Claim(Sourced):
    """What a vendor or page says of a model, in our words; never shown as a measurement.

    An estimate of a capability names an `axis` and a `value`, in percent of the source's own scale.
    """

    class Kind(models.TextChoices):
        OVERVIEW = "overview", _("Overview")
        STRENGTH = "strength", _("Strength")
        LIMITATION = "limitation", _("Limitation")
        TECHNICAL_BACKGROUND = "technical_background", _("Technical background")
        BEST_FOR = "best_for", _("Best for")
        CAPABILITY = "capability", _("Capability")

    image_model = models.ForeignKey("catalog.ImageModel", models.CASCADE, related_name="claims")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    text = models.TextField()
    axis = models.ForeignKey(Axis, models.CASCADE, related_name="claims", null=True, blank=True)
    value = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("Percent, on the source's own scale; for a capability on an axis.")
    )

    class Meta:
        ordering = ["kind", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(axis=None, value=None) | Q(kind="capability", axis__isnull=False, value__lte=100),
                name="claim_estimate",
                violation_error_message=_("An estimate is a capability with an axis and a value from 0 to 100."),
            )
        ]
