"""Codes that authenticator apps show (TOTP, RFC 6238: SHA-1, six digits, 30 seconds), and recovery codes; pure."""

import base64
import hashlib
import hmac
import secrets
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
# Clocks of phones may be one step off.
_STEPS_OFF = 1
RECOVERY_CODES = 10
# Base 32, in seven groups of four: 140 bits.
_LETTERS, _GROUPS = "abcdefghijklmnopqrstuvwxyz234567", 7


def make_secret() -> str:
    """Return a new secret of 160 bits, in base 32, as people type it into an app that has no camera."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_of(secret: str, step: int) -> str:
    """Return the six digits of a step: of seconds since 1970, divided by 30."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def find_step(secret: str, code: str, *, seconds: float, after: int = 0) -> int | None:
    """Return the step around now, in seconds since 1970, that has this code; None if none has.

    Only steps after `after` count, so that no code is good twice.
    """
    now = int(seconds // STEP_SECONDS)
    typed = "".join(code.split()).encode()
    found = None
    for step in range(now - _STEPS_OFF, now + _STEPS_OFF + 1):
        if hmac.compare_digest(code_of(secret, step).encode(), typed) and step > after:
            found = step
    return found


def app_address(secret: str, *, site: str, name: str) -> str:
    """Return what an app reads from the QR code: the secret, and how it names the entry."""
    label = quote(f"{site}:{name}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': site}, quote_via=quote)}"


def make_recovery_code() -> str:
    """Return a code of 140 bits in groups of four characters."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(_GROUPS))


def hash_recovery_code(code: str) -> str:
    """Return what is stored of a recovery code. One hash is enough, since nobody guesses 140 random bits."""
    typed = "".join(each for each in code.lower() if each.isalnum())
    return hashlib.sha256(typed.encode()).hexdigest()
