"""Tables of admission: how often something was asked for in a time."""

from django.db import models


class RequestCount(models.Model):
    """How many requests all web processes were granted of one kind, for one voter, network or site, in one period.

    `key` is a keyed hash of all that, so that no address is stored. The table is unlogged: it costs no flush of the
    disk, and a crash of the server only forgets what was counted.
    """

    key = models.BinaryField(primary_key=True, max_length=16)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)
