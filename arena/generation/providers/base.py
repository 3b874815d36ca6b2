"""The protocol of all providers: submit, poll, and errors that say whether we were charged.

Rules: one paid POST per attempt, an idempotency key on each, a total deadline, and never a silent repeat.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, Protocol

Billed = Literal["no", "yes", "unknown"]


class ErrorKind(StrEnum):
    """Why there is no image."""

    REFUSED = "refused"
    INVALID = "invalid"
    AUTH = "auth"
    QUOTA = "quota"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    BAD_RESPONSE = "bad_response"
    TIMEOUT = "timeout"
    NOT_FOUND = "not_found"


@dataclass(frozen=True)
class Request:
    """One wanted image. `settings` are the contender's pinned ones; a provider uses the `hints` that it understands."""

    model: str
    prompt: str
    seed: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    hints: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Asset:
    """One image as the provider sent it: its bytes, or the URL to fetch them from; exactly one of the two."""

    data: bytes | None = None
    url: str | None = None


@dataclass(frozen=True)
class Pending:
    """The provider is still working. `handle` is JSON for `poll`; ask again after `poll_after` seconds."""

    handle: dict[str, Any]
    poll_after: float = 2.0


@dataclass(frozen=True)
class Done:
    """The images, and the provider's own count of tokens if it gave one. `notes` go into the provenance."""

    assets: tuple[Asset, ...]
    usage: Mapping[str, Any] | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)


class ProviderError(Exception):
    """A call without an image. `billed` is "no" only when that is certain; `retry_after` is in seconds."""

    def __init__(
        self, kind: ErrorKind, message: str, *, billed: Billed, retry_after: float | None = None, code: str = ""
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.billed = billed
        self.retry_after = retry_after
        self.code = code

    @property
    def retryable(self) -> bool:
        """Whether the same call may be repeated without asking: the error is temporary, and nothing was charged."""
        return self.billed == "no" and self.kind in {ErrorKind.RATE_LIMITED, ErrorKind.UNAVAILABLE}


class Provider(Protocol):
    """One wire family at one address. `deadline` is a time of time.monotonic(), for the whole call.

    `patience` is the seconds that one call may take; `origin` is the base URL, whose host may also serve the assets.
    """

    patience: float
    origin: str

    def submit(self, request: Request, *, idempotency_key: str, deadline: float) -> Pending | Done:
        """Make the one paid call. Raises ProviderError."""

    def poll(self, handle: Mapping[str, Any], *, deadline: float) -> Pending | Done:
        """Ask for the state of a pending call; costs nothing and may be repeated. Raises ProviderError."""
