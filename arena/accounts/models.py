"""What guards the doors to accounts: how often somebody guessed, and the second factors of staff."""

from uuid import uuid4

from django.conf import settings
from django.db import models


class Guesses(models.Model):
    """How often somebody tried in vain, by account, network or browser.

    The key is a keyed hash: the table names nobody, and keeps no mistyped password that stood in the wrong field.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    last_at = models.DateTimeField(db_index=True)
    open_at = models.DateTimeField()


class SecondFactor(models.Model):
    """The authenticator app of one of the staff."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    secret = models.CharField(max_length=64)
    # The step of the last code that was accepted: none is good twice.
    last_step = models.BigIntegerField()
    # Sessions name it. One of an earlier second factor is worth nothing.
    number = models.UUIDField(default=uuid4, editable=False)


class RecoveryCode(models.Model):
    """One code that works instead of the app, once; only its hash is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "sha256"], name="recovery_code_once")]
