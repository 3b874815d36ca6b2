"""Proofs of work: what a newcomer's browser computes before it gets a voter's cookie, and how that is checked.

A challenge is signed and names the key of the voter-to-be, so a proof gives this one cookie, however often it is sent.
It is friction for scripts that want many cookies, and says nothing of who somebody is.
"""

import time
import uuid
from collections.abc import Sequence
from hashlib import sha256

from django.conf import settings
from django.core import signing

# Several small sums vary less in time than one large one.
PIECES = 8
VALID_SECONDS = 600
# Who cannot compute waits so long instead.
WAIT_SECONDS = 5

_signer = signing.Signer(salt="arena.admission.proof")


def write_challenge(key: uuid.UUID) -> str:
    """Return the challenge for the voter with this key."""
    return _signer.sign_object([key.hex, int(time.time())])


def read_challenge(challenge: str) -> tuple[uuid.UUID, int] | None:
    """Return the key that a challenge names and its age in seconds; None if it is not ours or too old."""
    try:
        key, written = _signer.unsign_object(challenge)
    except signing.BadSignature:
        return None
    age = int(time.time()) - written
    return (uuid.UUID(key), age) if age <= VALID_SECONDS else None


def is_solved(challenge: str, nonces: Sequence[str]) -> bool:
    """Tell whether each piece's SHA-256, of challenge, piece and nonce, begins with PROOF_BITS zero bits."""
    return len(nonces) == PIECES and all(
        int.from_bytes(sha256(f"{challenge} {piece} {nonce}".encode()).digest()[:4]) >> (32 - settings.PROOF_BITS) == 0
        for piece, nonce in enumerate(nonces)
    )
