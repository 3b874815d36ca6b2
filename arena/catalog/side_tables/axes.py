"""What a prompt tests, whatever its category."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from arena.catalog.row_bases import FromFile


class Axis(FromFile):
    """What prompts of several categories test: a board by axis counts the votes on its prompts.

    An inactive one has no boards. Once staff have edited it, no file changes it any more (`edited`).
    """

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=300, help_text=_("What a prompt with this axis tests."))
    position = models.PositiveSmallIntegerField(default=100)
    active = models.BooleanField(default=True, help_text=_("Whether there are boards by this axis."))
    edited = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["position", "name"]
        verbose_name_plural = "axes"

    def __str__(self) -> str:
        return self.name
