"""Verifies the signatures of webhooks: who sent it, that its bytes are as sent, and that it was sent just now.

Read for it: fal's page on webhooks (Ed25519 over four lines, keys in a JSON Web Key Set), 2026-11-21; Replicate's page
on receiving webhooks (HMAC-SHA256 as in Standard Webhooks), 2026-11-30.
"""

import base64
import binascii
import hashlib
import hmac
import importlib
import os
import re
import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from arena.catalog.keys import is_ours
from arena.generation.providers.shapes.host_options import BadOptions

# A webhook that is older, or from farther in the future, may be one that somebody has kept.
TOLERANCE_SECONDS = 300
SECRET_PREFIX = "whsec_"  # noqa: S105 - it marks secrets, and is none.
DIGITS = re.compile(r"\d{1,12}")
NEEDS_CRYPTOGRAPHY = (
    "webhook_keys needs the package cryptography. Install it (uv sync --extra webhooks), or take the option away."
)


def is_signed_by_fal(headers: Mapping[str, str], body: bytes, *, keys: Sequence[bytes]) -> bool:
    """Tell whether one of the public Ed25519 keys has signed these bytes just now; header names are in lower case."""
    parts = [headers.get(f"x-fal-webhook-{name}", "") for name in ("request-id", "user-id", "timestamp")]
    if not all(parts) or not _is_recent(parts[2]):
        return False
    try:
        signature = bytes.fromhex(headers.get("x-fal-webhook-signature", ""))
    except ValueError:
        return False
    message = "\n".join([*parts, hashlib.sha256(body).hexdigest()]).encode()
    return any(_verify(key, signature, message) for key in keys)


def is_signed_by_replicate(headers: Mapping[str, str], body: bytes, *, secret: str) -> bool:
    """Tell whether the holder of the secret (`whsec_…`) has signed these bytes just now."""
    number, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        return False
    if not key or not number or not _is_recent(moment):
        return False
    expected = base64.b64encode(hmac.digest(key, f"{number}.{moment}.".encode() + body, "sha256")).decode()
    given = headers.get("webhook-signature", "").split()
    # More than one while a secret is being changed for another.
    return any(hmac.compare_digest(each.encode(), f"v1,{expected}".encode()) for each in given)


def check_library() -> None:
    """Raise BadOptions if the package is missing that verifies fal's signatures."""
    if _ed25519() is None:
        raise BadOptions(NEEDS_CRYPTOGRAPHY)


def secret_of(variable: str) -> str:
    """Return a webhook secret from the environment; empty without one. Raises BadOptions for one of Easel's own."""
    if variable and is_ours(variable):
        raise BadOptions(f"webhook_secret_env cannot be {variable}, a secret of Easel's own.")
    return os.environ.get(variable, "") if variable else ""


def _is_recent(moment: str) -> bool:
    """Tell whether a number of seconds since 1970 is about now."""
    return DIGITS.fullmatch(moment) is not None and abs(time.time() - int(moment)) <= TOLERANCE_SECONDS


def _verify(key: bytes, signature: bytes, message: bytes) -> bool:
    library = _ed25519()
    if library is None:
        return False
    keys, errors = library
    try:
        keys.Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (ValueError, errors.InvalidSignature):
        return False
    return True


@cache
def _ed25519() -> tuple[Any, Any] | None:
    """Return the modules that verify and that name the error, if the package is there."""
    try:
        return (
            importlib.import_module("cryptography.hazmat.primitives.asymmetric.ed25519"),
            importlib.import_module("cryptography.exceptions"),
        )
    except ImportError:
        return None
