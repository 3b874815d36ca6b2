"""What guards the doors to accounts: how often passwords were guessed."""

from django.db import models


class Guesses(models.Model):
    """How often somebody tried in vain, by account, network or browser.

    The key is a keyed hash: the table names nobody, and keeps no mistyped password that stood in the wrong field.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    last_at = models.DateTimeField(db_index=True)
    open_at = models.DateTimeField()
