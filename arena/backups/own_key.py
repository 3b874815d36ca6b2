"""The secret key in backups: a key that Easel made is stored; an operator keeps their own."""

import os
from pathlib import Path

from django.conf import settings
from django.utils.crypto import salted_hmac


def mark_key() -> str:
    """Return a mark that identifies the key in use without revealing it."""
    return salted_hmac("arena.backups.keys", "mark", algorithm="sha256").hexdigest()[:16]


def read_own_key() -> str | None:
    """Return the key in use if Easel made it for its data folder; None if the operator set it."""
    file = _key_file()
    own = file.read_text() if settings.EMBEDDED and file.exists() else None
    return own if own == settings.SECRET_KEY else None


def write_own_key(key: str) -> None:
    """Write this key into the data folder, whole or not at all."""
    draft = _key_file().with_suffix(f".{os.getpid()}")
    try:
        draft.touch(mode=0o600)
        draft.write_text(key)
        draft.replace(_key_file())
    finally:
        draft.unlink(missing_ok=True)


def _key_file() -> Path:
    return Path(settings.DATA_DIR) / "secret_key"
