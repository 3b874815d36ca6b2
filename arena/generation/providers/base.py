"""The protocol of all providers: submit, poll, and errors that say whether we were charged.

Rules: one paid POST per attempt, an idempotency key on each, a total deadline, and never a silent repeat.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, Protocol, runtime_checkable

from arena.catalog.capabilities import Capabilities

Billed = Literal["no", "yes", "unknown"]


class ErrorKind(StrEnum):
    """Why there is no image. AUTH is a key that is not accepted, FORBIDDEN one that this model is closed to."""

    REFUSED = "refused"
    INVALID = "invalid"
    AUTH = "auth"
    FORBIDDEN = "forbidden"
    QUOTA = "quota"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    BAD_RESPONSE = "bad_response"
    TIMEOUT = "timeout"
    NOT_FOUND = "not_found"


@dataclass(frozen=True)
class SourcePicture:
    """A picture to edit, or a reference: its file and what is known of it."""

    data: bytes
    media_type: str
    width: int
    height: int

    @property
    def data_url(self) -> str:
        """The file as a data: URL."""
        return f"data:{self.media_type};base64,{base64.b64encode(self.data).decode()}"


@dataclass(frozen=True)
class Request:
    """One wanted image. `settings` are the contender's pinned ones; a provider uses the `hints` that it understands.

    `prompt` already follows the contender's template. With `sources` the image is an edit: the first is the picture to
    change, the others are references. `mask` is a PNG in one channel, of the first source's size, white where it may
    change; each family turns it into its host's form. `webhook` is where the host may say that it is done, or empty.
    """

    model: str
    prompt: str
    seed: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    hints: Mapping[str, Any] = field(default_factory=dict)
    negative_prompt: str = ""
    sources: tuple[SourcePicture, ...] = ()
    mask: bytes | None = None
    webhook: str = ""


@dataclass(frozen=True)
class Host:
    """Where a family is called: a provider's entry in the catalogue, with the key from the environment.

    `options` are that provider's differences from its family; `result_hosts` those that results may be fetched from.
    """

    base_url: str
    key: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    result_hosts: tuple[str, ...] = ()


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
    """The images, and if the provider says so its count of tokens, its cost in USD, and how long it worked.

    `notes` and `applied` go into the provenance. `applied` says what was asked for in the host's own words, without
    prompt and pictures, and under `dropped` what the host has no place for.
    """

    assets: tuple[Asset, ...]
    usage: Mapping[str, Any] | None = None
    cost: Decimal | None = None
    inference_seconds: float | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)
    applied: Mapping[str, Any] = field(default_factory=dict)


class ProviderError(Exception):
    """A call without an image. `billed` is "no" only when that is certain; `retry_after` is in seconds.

    `ended` says of a poll's error that it is the call's own end: asking again would bring the same.
    """

    def __init__(
        self, kind: ErrorKind, message: str, *, billed: Billed, retry_after: float | None = None, code: str = "",
        ended: bool = False,
    ) -> None:  # fmt: skip
        # It may hold a host's words, and goes into the database and onto pages.
        message = "".join(sign if sign.isprintable() else " " for sign in message)
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.billed = billed
        self.retry_after = retry_after
        self.code = code
        self.ended = ended

    @property
    def retryable(self) -> bool:
        """Whether the same call may be repeated without asking: the error is temporary, and nothing was charged."""
        return self.billed == "no" and self.kind in {ErrorKind.RATE_LIMITED, ErrorKind.UNAVAILABLE}


class Provider(Protocol):
    """One wire family at one address, whose host may also serve results.

    `deadline` is a time of time.monotonic(), for the whole call.
    """

    @property
    def host(self) -> Host:
        """Where it is called."""

    @property
    def patience(self) -> float:
        """The seconds that one call may take."""

    @property
    def capabilities(self) -> Capabilities:
        """The family's defaults."""

    def submit(self, request: Request, *, idempotency_key: str, deadline: float) -> Pending | Done:
        """Make the one paid call. Raises ProviderError."""

    def poll(self, handle: Mapping[str, Any], *, deadline: float) -> Pending | Done:
        """Ask for the state of a pending call; costs nothing and may be repeated. Raises ProviderError."""

    def cancel(self, handle: Mapping[str, Any], *, deadline: float) -> bool:
        """Ask the host to drop a pending call; tell whether it agreed. Raises ProviderError."""


@runtime_checkable
class TakesHooks(Protocol):
    """What a family has in addition whose hosts send webhooks."""

    @property
    def hooks_on(self) -> bool:
        """Whether the host's options and our environment say how its webhooks are verified."""

    def read_hook(self, headers: Mapping[str, str], body: bytes) -> str:
        """Return the number of the order that a webhook is about; empty unless the host has signed it just now.

        Header names are in lower case.
        """


class AnswersAtOnce:
    """The half of `Provider` of a family whose hosts answer `submit` with the image: nothing is ever pending."""

    def poll(self, handle: Mapping[str, Any], *, deadline: float) -> Pending | Done:
        """Never called. Raises ProviderError."""
        raise ProviderError(ErrorKind.NOT_FOUND, "This host leaves nothing pending.", billed="no")

    def cancel(self, handle: Mapping[str, Any], *, deadline: float) -> bool:
        """Return False: the call is over."""
        return False
