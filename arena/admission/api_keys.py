"""Makes, finds and revokes keys for the API."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from arena.admission.models import ApiKey
from arena.errors import DomainError

# A key is "easel_", eight digits of its own that may be shown, "_", and 256 secret bits.
_SHOWN = len("easel_") + 8
_USE_NOTED = timedelta(hours=1)


def make_key(*, name: str, scopes: Sequence[str], by: User | None = None) -> tuple[ApiKey, str]:
    """Store a new key; return its row, and the key itself, which nobody can read again. Raises DomainError.

    Whoever may send many more requests may read: the row says both.
    """
    if not name.strip() or not scopes or not set(scopes) <= set(ApiKey.Scope.values):
        raise DomainError(_("A key needs a name, and scopes out of: %s.") % ", ".join(ApiKey.Scope.values))
    text = f"easel_{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"
    # The secret is too long to be guessed, so a plain hash keeps it.
    allowed = sorted({ApiKey.Scope.READ.value, *scopes})
    row = {"name": name.strip(), "prefix": text[:_SHOWN], "digest": _digest(text), "scopes": allowed}
    return ApiKey.objects.create(**row, created_by=by), text


def find_key(text: str) -> ApiKey | None:
    """Return the key with this text unless it is revoked, and note its use, once an hour at most."""
    found = ApiKey.objects.filter(prefix=text[:_SHOWN], revoked_at=None).first()
    if found is None or not secrets.compare_digest(bytes(found.digest), _digest(text)):
        return None
    now = timezone.now()
    if found.last_used_at is None or found.last_used_at < now - _USE_NOTED:
        ApiKey.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def revoke_key(key: ApiKey) -> None:
    """End a key at once; a revoked one stays as it is."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()
