"""What tables of the catalogue have in common: a source and a date, an owning file; and when a day has come."""

import datetime

from django.db import models
from django.utils import timezone


class Sourced(models.Model):
    """A published statement: where it was read, and when."""

    source = models.URLField(max_length=500)
    seen_on = models.DateField()

    class Meta:
        abstract = True


class FromFile(models.Model):
    """A row that a catalogue file may own: each load makes it equal to the file, so the admin shows it read-only."""

    from_file = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True


def has_come(day: datetime.date | None) -> bool:
    """Tell whether a day is today (UTC) or past; False for None."""
    return day is not None and day <= timezone.now().date()
