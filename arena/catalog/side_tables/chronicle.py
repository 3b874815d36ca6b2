"""Tables that say what changed in the catalogue, for everybody, and what in it needs a look, for staff."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LogLine(models.Model):
    """One line of the public log: what was added, retired or priced anew, on which day, and why. Never changed.

    `name` and `details` say it as it was then: `old` and `new` of a price with its `provider`, `item`, `unit`,
    `quality` and `size`; the `day` of a shutdown; the axes that a `prompt` had and has, or how many `prompts` got other
    axes from files. `source` is a page that says so.
    """

    class Kind(models.TextChoices):
        ADDED = "added", _("Added")
        RETIRED = "retired", _("Retired")
        RETURNED = "returned", _("Returned")
        SHUTDOWN = "shutdown", _("Shutdown announced")
        PRICE = "price", _("Price changed")
        AXES = "axes", _("Axes changed")

    day = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    image_model = models.ForeignKey("catalog.ImageModel", models.SET_NULL, null=True, related_name="log_lines")
    contender = models.ForeignKey("catalog.Contender", models.SET_NULL, null=True, related_name="log_lines")
    name = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)
    source = models.URLField(max_length=500, blank=True)
    details = models.JSONField(default=dict)
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-day", "-id"]
        indexes = [models.Index(fields=["-day", "-id"], name="log_line_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["added", "retired", "returned", "shutdown", "price", "axes"]),
                name="log_line_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.name}"


class Notice(models.Model):
    """What a provider's own list of models says that staff should know. It stays while each sync finds it again."""

    class Kind(models.TextChoices):
        MISSING = "missing", _("No longer listed")
        SHUTDOWN = "shutdown", _("Shutdown date reported")
        NEW = "new", _("New model of a known family")
        FAILED = "failed", _("The list could not be read")

    provider = models.ForeignKey("catalog.Provider", models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    subject = models.CharField(max_length=200, blank=True, help_text=_("The provider's name of the model."))
    text = models.CharField(max_length=300)
    first_seen_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "provider__name", "subject"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "kind", "subject"], name="notice_unique"),
            models.CheckConstraint(condition=Q(kind__in=["missing", "shutdown", "new", "failed"]), name="notice_kind"),
        ]

    def __str__(self) -> str:
        return self.text
