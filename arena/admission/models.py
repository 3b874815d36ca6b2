"""Tables of admission: how often something was asked for in a time, and the keys of programs."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class RequestCount(models.Model):
    """How many requests all web processes were granted of one kind, for one voter, network or site, in one period.

    `key` is a keyed hash of all that, so that no address is stored. The table is unlogged: it costs no flush of the
    disk, and a crash of the server only forgets what was counted.
    """

    key = models.BinaryField(primary_key=True, max_length=16)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)


class ApiKey(models.Model):
    """A program's key for the API. Only its hash is kept: whoever loses the key needs a new one."""

    class Scope(models.TextChoices):
        """What a key lets its owner do."""

        READ = "read", _("read the API, also behind a sign-in")
        BULK = "bulk", _("send many more requests")

    name = models.CharField(max_length=100, help_text=_("Whose program it is, or what it does."))
    prefix = models.CharField(max_length=14, unique=True, help_text=_("What the key begins with."))
    digest = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope.choices))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text=_("To the hour."))
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
