"""The secret key in backups: the embedded mode's own is stored; one from the environment is its operator's to keep."""

import os
from pathlib import Path

from django.conf import settings
from django.utils.crypto import salted_hmac


def mark_key() -> str:
    """Return what tells the key in use from others and gives nothing of it away."""
    return salted_hmac("arena.backups.keys", "mark", algorithm="sha256").hexdigest()[:16]


def read_own_key() -> str | None:
    """Return the key in use if it is the one that Easel made for its data folder; None for an operator's."""
    file = _key_file()
    own = file.read_text() if settings.EMBEDDED and file.exists() else None
    return own if own == settings.SECRET_KEY else None


def write_own_key(key: str) -> None:
    """Give the data folder this key, whole or not at all."""
    draft = _key_file().with_suffix(f".{os.getpid()}")
    try:
        draft.touch(mode=0o600)
        draft.write_text(key)
        draft.replace(_key_file())
    finally:
        draft.unlink(missing_ok=True)


def _key_file() -> Path:
    return Path(settings.DATA_DIR) / "secret_key"
