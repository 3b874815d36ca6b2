"""Hosts that speak OpenAI's images API: one POST to /images/generations, answered with the image."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from arena.catalog.capabilities import Capabilities
from arena.generation.providers.base import (
    AnswersAtOnce,
    Asset,
    Billed,
    Done,
    ErrorKind,
    Host,
    ProviderError,
    Request,
)
from arena.generation.providers.wire import Answer, retry_after, send

# An image of 40 MB in base64, and the envelope.
MAX_ANSWER = 64 * 2**20
REFUSALS = frozenset(
    {"moderation_blocked", "content_policy_violation", "content_filter", "image_generation_user_error"}
)
# These have the status of a rate limit, which is temporary, but must not be tried again.
EMPTY_PURSE = frozenset(
    {"insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached", "insufficient_balance"}
)
KINDS = {
    401: ErrorKind.AUTH,
    402: ErrorKind.QUOTA,
    403: ErrorKind.AUTH,
    404: ErrorKind.NOT_FOUND,
    408: ErrorKind.TIMEOUT,
    429: ErrorKind.RATE_LIMITED,
}


@dataclass(frozen=True)
class OpenAICompatible(AnswersAtOnce):
    """One host: its base URL, up to and with /v1, and the key, which is empty for a local server without one."""

    host: Host
    patience: float
    capabilities = Capabilities()

    def submit(self, request: Request, *, idempotency_key: str, deadline: float) -> Done:
        """Order one image; the contender's settings go into the body as they are. Raises ProviderError."""
        headers = {"idempotency-key": idempotency_key, "accept": "application/json", "user-agent": "Easel"}
        if self.host.key:
            headers["authorization"] = f"Bearer {self.host.key}"
        body = {**request.settings, "model": request.model, "prompt": request.prompt, "n": 1}
        url = f"{self.host.base_url}/images/generations"
        answer = send("POST", url, headers=headers, json=body, deadline=deadline, cap=MAX_ANSWER)
        if answer.status != 200:
            raise self._error(answer)
        return self._done(answer)

    def _done(self, answer: Answer) -> Done:
        envelope = _json(answer.body)
        if envelope.get("error"):
            # An error under status 200 says nothing certain about the charge, unless it is a refusal.
            raise self._error(answer)
        items = envelope.get("data")
        if not isinstance(items, list) or not items:
            # Some hosts answer a refusal like this, others a fault: never a success, and possibly charged.
            what = "an empty list of images" if items == [] else f"no images ({_media_type(answer)})"
            raise ProviderError(ErrorKind.BAD_RESPONSE, f"The provider answered with {what}.", billed="unknown")
        usage = envelope.get("usage")
        kept: dict[str, Any] = {
            name: envelope[name] for name in ("created", "size", "quality", "output_format") if name in envelope
        }
        return Done(
            assets=tuple(_asset(item) for item in items),
            usage=usage if isinstance(usage, dict) else None,
            notes=kept,
        )

    def _error(self, answer: Answer) -> ProviderError:
        details = _json(answer.body).get("error")
        table: Mapping[str, Any] = details if isinstance(details, dict) else {"message": details or ""}
        code = str(table.get("code") or table.get("type") or "")
        names = {str(table.get("code")).lower(), str(table.get("type")).lower()}
        message = f"The provider answered {answer.status}: {table.get('message') or _media_type(answer)}"
        if self.host.key:
            # Some hosts repeat the key that they refuse.
            message = message.replace(self.host.key, "…")
        return ProviderError(
            _kind(answer.status, names), message, billed=_billed(answer.status, names),
            retry_after=retry_after(answer.headers), code=code,
        )  # fmt: skip


def build_openai_compatible(host: Host) -> OpenAICompatible:
    """Return the adapter for one host."""
    return OpenAICompatible(host=host, patience=settings.CALL_SECONDS)


def _kind(status: int, names: set[str]) -> ErrorKind:
    if names & REFUSALS:
        return ErrorKind.REFUSED
    if names & EMPTY_PURSE:
        return ErrorKind.QUOTA
    if status == 200:
        return ErrorKind.BAD_RESPONSE
    return KINDS.get(status, ErrorKind.UNAVAILABLE if status >= 500 else ErrorKind.INVALID)


def _billed(status: int, names: set[str]) -> Billed:
    """A 4xx and a 503 come before any work; after another 5xx a synchronous host may have made the image."""
    if names & (REFUSALS | EMPTY_PURSE):
        return "no"
    return "no" if (400 <= status < 500 and status != 408) or status == 503 else "unknown"


def _json(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _media_type(answer: Answer) -> str:
    return answer.headers.get("content-type", "no content type")[:60]


def _asset(item: Any) -> Asset:
    encoded = item.get("b64_json") if isinstance(item, dict) else None
    url = item.get("url") if isinstance(item, dict) else None
    try:
        if isinstance(encoded, str) and encoded:
            # Some hosts send a data URL here.
            return Asset(data=base64.b64decode(encoded.rpartition(",")[2], validate=True))
    except binascii.Error as error:
        raise ProviderError(ErrorKind.BAD_RESPONSE, "The image is not valid base64.", billed="unknown") from error
    if isinstance(url, str) and url:
        return Asset(url=url)
    raise ProviderError(ErrorKind.BAD_RESPONSE, "The answer names neither bytes nor URL.", billed="unknown")
