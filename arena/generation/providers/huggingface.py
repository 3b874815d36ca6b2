"""Hugging Face's own inference through its router: one POST to models/…, answered with the picture's bytes.

Read on 2026-11-30: huggingface_hub `inference/_providers/hf_inference.py` (paths and bodies; a picture with parameters
is sent in base64 under `inputs`), hub-docs pricing.md and the error texts quoted in issues. Not found: today's
text of a 503, the shape of a refusal, what a call costs; they need a live call. A refusal is taken from the words
"nsfw" and "safety" in an error.

The base URL ends with the route: https://router.huggingface.co/hf-inference. Other hosts behind the router answer in
their own forms, so they are providers of those families: `openai_compatible` at …/together/v1, `fal_queue` at …/fal-ai.
All settings go into `parameters` (num_inference_steps, guidance_scale, width, height). A mask and pictures after the
first have no place here.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.conf import settings

from arena.catalog.capabilities import Capabilities
from arena.generation.providers.base import AnswersAtOnce, Asset, Done, ErrorKind, Host, ProviderError, Request
from arena.generation.providers.shapes.answers import MAX_ANSWER, media_type, read_table, status_error
from arena.generation.providers.shapes.host_options import read_options
from arena.generation.providers.wire import Answer, send

# NumPy and PyTorch both take seeds of 32 bits.
SEEDS = 2**32
MAX_WAIT = 3600.0
# Seconds; no model is loaded for so long, and larger numbers may be too large to count with.
MAX_LOADING = 10**9


@dataclass(frozen=True)
class HuggingFaceOptions:
    """More `headers`, such as { "x-hf-bill-to" = "my-team" }."""

    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class HuggingFace(AnswersAtOnce):
    """One route of the router, or an Inference Endpoint that speaks like it."""

    host: Host
    patience: float
    capabilities = Capabilities(
        edit=True, most_sources=1, seed=True, negative_prompt=True, sizes="width_height",
        formats=("png", "jpeg", "webp"),
    )  # fmt: skip

    def submit(self, request: Request, *, idempotency_key: str, deadline: float) -> Done:
        """Order one picture. Raises ProviderError."""
        parameters: dict[str, Any] = {**request.settings, "seed": request.seed % SEEDS}
        dropped = [name for name, lost in (("mask", request.mask), ("references", request.sources[1:])) if lost]
        applied = {"model": request.model, **parameters, "sources": len(request.sources[:1]), "dropped": dropped}
        if request.negative_prompt:
            parameters["negative_prompt"] = request.negative_prompt
        inputs = request.prompt
        if request.sources:
            inputs = base64.b64encode(request.sources[0].data).decode()
            parameters["prompt"] = request.prompt
        headers = {
            "accept": "image/png", "idempotency-key": idempotency_key, "user-agent": "Easel",
            **read_options(HuggingFaceOptions, self.host.options).headers,
        }  # fmt: skip
        if self.host.key:
            headers["authorization"] = f"Bearer {self.host.key}"
        url = f"{self.host.base_url}/models/{quote(request.model)}"
        body = {"inputs": inputs, "parameters": parameters}
        answer = send("POST", url, headers=headers, json=body, deadline=deadline, cap=MAX_ANSWER)
        if answer.status != 200 or not media_type(answer).startswith("image/"):
            raise self._error(answer)
        notes = {name: answer.headers[name] for name in ("x-request-id", "x-inference-id") if name in answer.headers}
        return Done(assets=(Asset(data=answer.body),), notes=notes, applied=applied)

    def _error(self, answer: Answer) -> ProviderError:
        table = read_table(answer.body)
        errors = table.get("error") or table.get("message") or answer.headers.get("x-error-message") or ""
        words = "; ".join(map(str, errors)) if isinstance(errors, list) else str(errors)
        wait = table.get("estimated_time")
        if isinstance(wait, int | float) and wait < MAX_LOADING:
            # The model is being loaded; older servers say so with status 200.
            return status_error(
                self.host, answer, words, code="loading", kind=ErrorKind.UNAVAILABLE, billed="no",
                wait=min(MAX_WAIT, max(0.0, float(wait))),
            )  # fmt: skip
        if "nsfw" in words.lower() or "safety" in words.lower():
            return status_error(self.host, answer, words, kind=ErrorKind.REFUSED)
        if answer.status == 200:
            return status_error(self.host, answer, words, kind=ErrorKind.BAD_RESPONSE, billed="unknown")
        return status_error(self.host, answer, words)


def build_huggingface(host: Host) -> HuggingFace:
    """Return the adapter for one route. Raises BadOptions."""
    read_options(HuggingFaceOptions, host.options)
    return HuggingFace(host=host, patience=settings.CALL_SECONDS)
