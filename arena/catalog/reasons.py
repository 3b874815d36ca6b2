"""The reasons that voters may give with a vote, by their codes, which exports carry."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Reason(models.TextChoices):
    """Why an image is better than another; a voter may name some with a vote."""

    PROMPT = "prompt", _("Prompt")
    LOOKS = "looks", _("Looks")
    TEXT = "text", pgettext_lazy("reason", "Text")
    ANATOMY = "anatomy", _("Anatomy")
    COMPOSITION = "composition", _("Composition")
    ARTEFACTS = "artefacts", _("Artefacts")


def every_reason() -> list[str]:
    """Return the codes of all reasons: what a category offers unless it says otherwise."""
    return list(Reason.values)
