"""What hosts say when there is no image, in the shapes that they use, and what it means for the charge."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from arena.generation.providers.base import Billed, ErrorKind, Host, ProviderError
from arena.generation.providers.shapes.answers import (
    MAX_WORDS,
    billed_for_status,
    kind_of_status,
    read_table,
    status_error,
    without_key,
)
from arena.generation.providers.wire import MAX_RETRY_AFTER, Answer, retry_after

# Codes and types are compared in lower case.
REFUSALS = frozenset({
    "moderation_blocked", "content_policy_violation", "content_filter", "content_filtered", "content_moderated",
    "image_generation_user_error", "safety_violation", "request moderated", "content moderated",
})  # fmt: skip
# These may have the status of a rate limit, which is temporary, but must not be tried again.
EMPTY_PURSE = frozenset({
    "insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached", "insufficient_balance",
    "insufficient_credits", "quota_exceeded", "user_locked",
})  # fmt: skip
# Some hosts say only in words that the account is empty, with the status of a refused key.
NO_MONEY = re.compile(r"exhausted balance|insufficient (balance|credit|funds)|out of credit", re.IGNORECASE)
# Some hosts say only in words when a rate limit ends.
RESETS_IN = re.compile(r"reset\w* in ~?(\d+(?:\.\d+)?) ?s", re.IGNORECASE)
BILLED: dict[str, Billed] = {"no": "no", "yes": "yes", "unknown": "unknown"}


@dataclass(frozen=True)
class ErrorRules:
    """Where a host differs in what its errors mean.

    `refusals` are more codes of a refusal. `billed` says of "refused", or of a status such as "500" or "5xx", whether
    such an answer was charged; without an entry a 4xx and a 503 were not, and after another 5xx it is unknown.
    """

    refusals: tuple[str, ...] = ()
    billed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Complaint:
    """An error's codes, in lower case, and its message."""

    codes: frozenset[str]
    message: str


def read_complaint(envelope: Mapping[str, Any]) -> Complaint:
    """Read an error in any shape in use: {error: {…}}, {error: text}, {detail: text or a list}, problem+json."""
    tables = list(_tables(envelope))
    codes = {str(table[name]).lower() for table in tables for name in ("code", "type", "error_type") if table.get(name)}
    texts = [table.get(name) for table in tables for name in ("message", "msg", "detail", "error", "title")]
    message = next((text for text in texts if isinstance(text, str) and text), "")
    return Complaint(frozenset(codes), message)


def _tables(envelope: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the tables of an envelope that may hold codes and messages, the innermost first."""
    for name in ("error", "detail", "errors"):
        value = envelope.get(name)
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield inner
    yield envelope


def error_of(answer: Answer, host: Host, rules: ErrorRules) -> ProviderError:
    """Return the error in an answer to an order."""
    complaint = read_complaint(read_table(answer.body))
    kind = kind_of(answer.status, complaint.codes, rules, words=complaint.message)
    if kind == ErrorKind.AUTH and NO_MONEY.search(complaint.message):
        kind = ErrorKind.QUOTA
    told = kind == ErrorKind.RATE_LIMITED and retry_after(answer.headers) is None
    return status_error(
        host, answer, complaint.message, code=next(iter(sorted(complaint.codes)), ""), kind=kind,
        billed=billed_for(answer.status, kind, rules), wait=_wait_in_words(complaint.message) if told else None,
    )  # fmt: skip


def kind_of(status: int, codes: frozenset[str], rules: ErrorRules, *, words: str = "") -> ErrorKind:
    """Return what a status, codes and words mean."""
    if codes & (REFUSALS | {code.lower() for code in rules.refusals}):
        return ErrorKind.REFUSED
    if codes & EMPTY_PURSE:
        return ErrorKind.QUOTA
    return kind_of_status(status, " ".join([words, *codes]))


def billed_for(status: int, kind: ErrorKind, rules: ErrorRules) -> Billed:
    """Tell whether an answer without an image was charged."""
    keys = (["refused"] if kind == ErrorKind.REFUSED else []) + [str(status), f"{status // 100}xx"]
    if known := billed_rule(rules, *keys):
        return known
    if kind in {ErrorKind.REFUSED, ErrorKind.QUOTA}:
        return "no"
    return billed_for_status(status)


def billed_rule(rules: ErrorRules, *keys: str) -> Billed | None:
    """Return what a host's options say of the first of these keys that they name; None if they name none."""
    named = next((rules.billed[key] for key in keys if key in rules.billed), "")
    return BILLED.get(named)


def hide_key(message: str, host: Host) -> str:
    """Return a message without the key, which some hosts repeat when they refuse it, and not too long."""
    return without_key(message, host)[:MAX_WORDS]


def bad_response(message: str, *, billed: Billed = "unknown") -> ProviderError:
    """Return the error for an answer that is not what the host promises."""
    return ProviderError(ErrorKind.BAD_RESPONSE, message, billed=billed)


def _wait_in_words(message: str) -> float | None:
    found = RESETS_IN.search(message[:MAX_WORDS])
    return min(float(found.group(1)), MAX_RETRY_AFTER) if found else None
