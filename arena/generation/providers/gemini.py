"""Google's Gemini API: one POST to models/…:generateContent, answered with the picture in base64 among text parts.

Read on 2026-11-30: ai.google.dev/api/generate-content (request, GenerationConfig, promptFeedback, usageMetadata),
firebase.google.com/docs/reference/js/ai.imageconfig (aspectRatio, imageSize), the types of google-genai 3.4.0
(finishReason, blockReason, modalities of tokens). Not found anywhere: whether `seed` changes a picture, and whether a
picture that was made and then withheld is charged; both need a live call.

Settings: `aspect_ratio` and `size` ("1K") become imageConfig, `safetySettings` stands beside the contents, all others
go into generationConfig as they are. A mask and a negative prompt have no place here; pictures come before the text.
A name in generationConfig that the models refuse, such as "seed", goes into the option `drop`.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.conf import settings

from arena.catalog.capabilities import Capabilities
from arena.generation.providers.base import AnswersAtOnce, Asset, Done, ErrorKind, Host, ProviderError, Request
from arena.generation.providers.shapes.answers import (
    MAX_ANSWER,
    decode_picture,
    list_in,
    media_type,
    read_table,
    status_error,
    table_at,
)
from arena.generation.providers.shapes.host_options import read_options
from arena.generation.providers.wire import Answer, retry_after, send

# Google's seeds are signed 32-bit numbers.
SEEDS = 2**31
# Reasons for an end without a picture that mean no, also to the same prompt sent again.
REFUSALS = frozenset(
    {
        "SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY",
        "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "IMAGE_OTHER", "NO_IMAGE",
    }
)  # fmt: skip
IMAGE_CONFIG = {"aspect_ratio": "aspectRatio", "size": "imageSize"}


@dataclass(frozen=True)
class GeminiOptions:
    """How one host, or one of its models, differs: `drop` is never sent."""

    drop: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gemini(AnswersAtOnce):
    """Google's host, or one that speaks like it; the base URL goes up to and with /v1beta."""

    host: Host
    patience: float
    capabilities = Capabilities(
        edit=True, most_sources=4, seed=True, sizes="aspect_ratio", qualities=(), formats=("png", "jpeg")
    )

    def submit(self, request: Request, *, idempotency_key: str, deadline: float) -> Done:
        """Order one picture. Raises ProviderError."""
        body, applied = _body(request, read_options(GeminiOptions, self.host.options, model=request.model).drop)
        headers = {
            "x-goog-api-key": self.host.key,
            "idempotency-key": idempotency_key,
            "accept": "application/json",
            "user-agent": "Easel",
        }
        url = f"{self.host.base_url}/models/{quote(request.model, safe='')}:generateContent"
        answer = send("POST", url, headers=headers, json=body, deadline=deadline, cap=MAX_ANSWER)
        if answer.status != 200:
            raise self._error(answer)
        return self._done(answer, applied)

    def _done(self, answer: Answer, applied: Mapping[str, Any]) -> Done:
        table = read_table(answer.body)
        usage = _usage(table_at(table, "usageMetadata"))
        if blocked := table_at(table, "promptFeedback").get("blockReason"):
            raise _refused(f"the prompt was blocked ({blocked})", str(blocked), made=False)
        candidate = table_at(table, "candidates", 0)
        parts = table_at(candidate, "content").get("parts")
        pictures = [
            part["inlineData"]
            for part in (parts if isinstance(parts, list) else ())
            # A thought may carry a sketch of the picture.
            if isinstance(part, dict) and isinstance(part.get("inlineData"), dict) and not part.get("thought")
        ]
        if not pictures:
            raise self._empty(answer, table, candidate)
        notes: dict[str, Any] = {name: table[name] for name in ("modelVersion", "responseId") if name in table}
        data = tuple(Asset(data=decode_picture(picture.get("data"))) for picture in pictures)
        return Done(assets=data, usage=usage, notes=notes, applied=applied)

    def _empty(self, answer: Answer, table: Mapping[str, Any], candidate: Mapping[str, Any]) -> ProviderError:
        if table.get("error"):
            # An error under status 200 says nothing certain about the charge.
            return status_error(
                self.host, answer, table_at(table, "error").get("message"), kind=ErrorKind.BAD_RESPONSE,
                billed="unknown",
            )  # fmt: skip
        reason = str(candidate.get("finishReason") or "")
        if reason in REFUSALS:
            return _refused(str(candidate.get("finishMessage") or f"it ended with {reason}"), reason, made=True)
        what = f"it ended with {reason}" if reason else media_type(answer)
        message = f"The provider answered without a picture: {what}."
        return ProviderError(ErrorKind.BAD_RESPONSE, message, billed="unknown", code=reason)

    def _error(self, answer: Answer) -> ProviderError:
        error = table_at(read_table(answer.body), "error")
        status, words = str(error.get("status") or ""), error.get("message")
        details = [each for each in list_in(error, "details") if isinstance(each, dict)]
        told = next((_seconds(each["retryDelay"]) for each in details if "retryDelay" in each), None)
        wait = told if retry_after(answer.headers) is None else None
        kind = None
        if any(each.get("reason") == "API_KEY_INVALID" for each in details):
            # Google refuses a wrong key with the status of a wrong request.
            kind = ErrorKind.AUTH
        elif answer.status == 429 and "PerDay" in str(details):
            kind = ErrorKind.QUOTA
        return status_error(self.host, answer, words, code=status, kind=kind, wait=wait)


def build_gemini(host: Host) -> Gemini:
    """Return the adapter for one host. Raises BadOptions."""
    read_options(GeminiOptions, host.options)
    return Gemini(host=host, patience=settings.CALL_SECONDS)


def _body(request: Request, drop: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the body, and what is recorded of it."""
    own = dict(request.settings)
    beside = {name: own.pop(name) for name in ("safetySettings",) if name in own}
    image = {theirs: own.pop(ours) for ours, theirs in IMAGE_CONFIG.items() if ours in own}
    config = {"responseModalities": ["IMAGE"], "seed": request.seed % SEEDS, **own}
    if image:
        config["imageConfig"] = {**image, **config.get("imageConfig", {})}
    dropped = [name for name in config if name in drop]
    dropped += [name for name in ("negative_prompt", "mask") if getattr(request, name)]
    config = {name: value for name, value in config.items() if name not in drop}
    pictures = [
        {"inlineData": {"mimeType": source.media_type, "data": base64.b64encode(source.data).decode()}}
        for source in request.sources
    ]
    body = {
        "contents": [{"role": "user", "parts": [*pictures, {"text": request.prompt}]}],
        "generationConfig": config,
        **beside,
    }
    return body, {"model": request.model, **config, **beside, "sources": len(pictures), "dropped": dropped}


def _refused(what: str, code: str, *, made: bool) -> ProviderError:
    message = f"The provider refused: {what}."
    return ProviderError(ErrorKind.REFUSED, message, billed="unknown" if made else "no", code=code)


def _usage(counts: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return Google's count of tokens in OpenAI's form, by which the catalogue prices them; None without a count."""
    made = _whole(counts.get("candidatesTokenCount"))
    if not made:
        return None
    read = _by_modality(counts.get("promptTokensDetails"))
    written = _by_modality(counts.get("candidatesTokensDetails")) or {"IMAGE": made}
    return {
        "input_tokens_details": {
            "text_tokens": read.get("TEXT", 0) if read else _whole(counts.get("promptTokenCount")),
            "image_tokens": read.get("IMAGE", 0),
        },
        "output_tokens_details": {
            "text_tokens": written.get("TEXT", 0) + _whole(counts.get("thoughtsTokenCount")),
            "image_tokens": written.get("IMAGE", 0),
        },
    }


def _by_modality(details: Any) -> dict[str, int]:
    rows = [each for each in details if isinstance(each, dict)] if isinstance(details, list) else []
    return {str(each.get("modality")): _whole(each.get("tokenCount")) for each in rows}


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _seconds(text: Any) -> float | None:
    """Return the seconds of a duration such as "34.07s"."""
    try:
        return min(3600.0, max(0.0, float(str(text).removesuffix("s"))))
    except ValueError:
        return None
