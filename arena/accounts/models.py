"""What guards the doors to accounts: guesses, second factors, sessions; and how people came to their accounts."""

from importlib import import_module
from uuid import uuid4

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


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


class Session(AbstractBaseSession):
    """A session of Django's, and whose it is; what people read of it, without an address.

    Sign-in notes the columns in the session's own data, from which each save writes them.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    begun_at = models.DateTimeField(null=True)
    # To the hour.
    seen_at = models.DateTimeField(null=True)
    browser = models.CharField(max_length=60)

    @property
    def digest(self) -> str:
        """What pages name it by; its key would let whoever reads the page in."""
        return salted_hmac("accounts.session", self.session_key, algorithm="sha256").hexdigest()

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """Return the class that reads and writes these rows."""
        store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        return store


class Identity(models.Model):
    """Who somebody is at the identity provider: its own number for them, which never changes, unlike an address."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    # Else it was connected to an account that already was.
    made_account = models.BooleanField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "identities"
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once")]


class Invitation(models.Model):
    """A link with which one person makes an account, once. Only the link's hash is kept."""

    name = models.CharField(max_length=150, help_text=_("For whom it is, as staff know them."))
    email = models.EmailField(blank=True, help_text=_("Their address, if you know it: the account gets no other."))
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(editable=False)
    used_at = models.DateTimeField(null=True, editable=False)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    def __str__(self) -> str:
        return self.name


class ResetRequest(models.Model):
    """Somebody's wish for a mail with which they set a new password; a job sends the mail and deletes the wish."""

    email = models.CharField(max_length=254)
    # The site's address and the page's language, which only the request knows.
    site = models.CharField(max_length=300)
    language = models.CharField(max_length=10)
    asked_at = models.DateTimeField(auto_now_add=True)
