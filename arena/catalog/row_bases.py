"""What tables of the catalogue have in common: a source and a date, an owning file; and when a day has come."""

import datetime
import re
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


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

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Refuse control characters in its name or title: feeds and terminals cannot show them."""
        super().clean_fields(exclude)
        for name in {"name", "title"} - set(exclude or ()):
            if _CONTROL.search(getattr(self, name, "")):
                raise ValidationError({name: _("Leave out control characters, such as line breaks.")})


def has_come(day: datetime.date | None) -> bool:
    """Tell whether a day is today (UTC) or past; False for None."""
    return day is not None and day <= timezone.now().date()
