"""Replicate's predictions: an order is answered with a prediction, to be asked for until it has ended.

Read for it: replicate.com/docs on predictions, webhooks and rate limits, and the client 1.0.7 with its pull request
460 for the state "aborted", 2026-11-21; its page on receiving webhooks and the input schemas of FLUX, Seedream and
Pruna models, 2026-11-30. Files are gone after an hour, so the result is fetched at once. Input schemas are each
model's own: name their fields with the option `models`. Not to be had: bounds of `Cancel-After`, and codes of a
refusal, which is known only by words in `error`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from arena.catalog.capabilities import Capabilities
from arena.generation.providers.base import Asset, Done, ErrorKind, Host, Pending, ProviderError, Request
from arena.generation.providers.shapes.answers import media_type, read_table, seconds_at
from arena.generation.providers.shapes.error_shapes import (
    ErrorRules,
    bad_response,
    error_of,
    hide_key,
)
from arena.generation.providers.shapes.hook_signatures import is_signed_by_replicate, secret_of
from arena.generation.providers.shapes.host_options import read_options
from arena.generation.providers.shapes.order_fields import FieldRules, SizeForm, picture_fields, plain_fields
from arena.generation.providers.shapes.polling import MAX_STATE, ask, wait_for
from arena.generation.providers.wire import send

WORKING = frozenset({"starting", "processing"})
# A prediction that failed says why only in words.
REFUSAL = re.compile(r"nsfw|safety|moderat|flagged|sensitive|content policy|E005", re.IGNORECASE)
NUMBER = re.compile(r"[A-Za-z0-9_-]{1,80}")
VERSION = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class ReplicateOptions(FieldRules, ErrorRules):
    """How one host, or one of its models, differs.

    `webhook_secret_env` names the environment variable with the secret (`whsec_…`) by which the host signs its
    webhooks; without one it is not to send any.
    """

    size: SizeForm = "aspect_ratio"
    seed_field: str = "seed"
    image_field: str = ""
    images_field: str = "images"
    most_sources: int = 8
    webhook_secret_env: str = ""


@dataclass(frozen=True)
class Replicate:
    """One host with Replicate's predictions."""

    host: Host
    patience: float

    @property
    def capabilities(self) -> Capabilities:
        """What the host's options have a place for."""
        options = read_options(ReplicateOptions, self.host.options)
        return Capabilities(
            edit=True, most_sources=options.most_sources, mask=bool(options.mask_field), seed=bool(options.seed_field),
            negative_prompt=bool(options.negative_prompt_field), sizes="aspect_ratio",
        )  # fmt: skip

    def submit(self, request: Request, *, idempotency_key: str, deadline: float) -> Pending | Done:
        """Create a prediction. Raises ProviderError."""
        options = read_options(ReplicateOptions, self.host.options, model=request.model)
        fields = plain_fields(request, options)
        order = {**fields.plain, options.prompt_field: request.prompt, **picture_fields(request, options)}
        path, body = _address(request.model, order)
        if request.webhook:
            body |= {"webhook": request.webhook, "webhook_events_filter": ["completed"]}
        headers = self._headers | {"idempotency-key": idempotency_key}
        answer = send(
            "POST", f"{self.host.base_url}{path}", headers=headers, json=body, deadline=deadline, cap=MAX_STATE
        )
        if answer.status not in {200, 201, 202}:
            raise error_of(answer, self.host, options)
        envelope = read_table(answer.body)
        number = envelope.get("id")
        if not isinstance(number, str) or not NUMBER.fullmatch(number):
            raise bad_response(f"The provider took the order but named no prediction ({media_type(answer)}).")
        return self._read(envelope, {"id": number, "applied": fields.applied})

    def poll(self, handle: Mapping[str, Any], *, deadline: float) -> Pending | Done:
        """Ask for the prediction. Raises ProviderError."""
        url = self._url(handle)
        return self._read(
            ask("GET", url, host=self.host, headers=self._headers, deadline=deadline, rules=ErrorRules()), handle
        )

    def cancel(self, handle: Mapping[str, Any], *, deadline: float) -> bool:
        """Ask Replicate to stop a prediction. Raises ProviderError."""
        url = f"{self._url(handle)}/cancel"
        answer = send("POST", url, headers=self._headers, deadline=deadline, cap=MAX_STATE)
        return answer.status == 200 and str(read_table(answer.body).get("status")) in {"canceled", "aborted"}

    @property
    def hooks_on(self) -> bool:
        """Whether the secret of the host's webhooks is in the environment."""
        return bool(self._webhook_secret)

    def read_hook(self, headers: Mapping[str, str], body: bytes) -> str:
        """Return the number of the prediction that a webhook is about; empty unless it was signed just now."""
        signed = is_signed_by_replicate(headers, body, secret=self._webhook_secret)
        return str(read_table(body).get("id") or "") if signed else ""

    @property
    def _webhook_secret(self) -> str:
        return secret_of(read_options(ReplicateOptions, self.host.options).webhook_secret_env)

    @property
    def _headers(self) -> dict[str, str]:
        headers = {"accept": "application/json", "user-agent": "Easel"}
        return headers | ({"authorization": f"Bearer {self.host.key}"} if self.host.key else {})

    def _url(self, handle: Mapping[str, Any]) -> str:
        # Built from the number: the URLs in a prediction could lead elsewhere, and the key goes with the question.
        number = str(handle.get("id", ""))
        if not NUMBER.fullmatch(number):
            raise bad_response("The prediction has no number that Easel can ask for.")
        return f"{self.host.base_url}/predictions/{number}"

    def _read(self, envelope: Mapping[str, Any], handle: Mapping[str, Any]) -> Pending | Done:
        status = str(envelope.get("status"))
        if status in WORKING:
            return wait_for(handle)
        reason = hide_key(str(envelope.get("error") or "without a reason"), self.host)
        if status == "aborted":
            # Its deadline passed before it began, so it is not charged.
            message = "The provider dropped the order before it began."
            raise ProviderError(ErrorKind.UNAVAILABLE, message, billed="no", ended=True)
        if status == "canceled":
            raise bad_response("The prediction was cancelled.")
        if status == "failed":
            kind = ErrorKind.REFUSED if REFUSAL.search(reason) else ErrorKind.BAD_RESPONSE
            raise ProviderError(kind, f"The prediction failed: {reason}", billed="unknown")
        if status != "succeeded":
            raise bad_response(f"The provider calls the order {status[:40]!r}, a state that Easel does not know.")
        return _done(envelope, handle)


def build_replicate(host: Host) -> Replicate:
    """Return the adapter for one host. Raises BadOptions."""
    options = read_options(ReplicateOptions, host.options)
    secret_of(options.webhook_secret_env)
    return Replicate(host=host, patience=options.patience or settings.CALL_SECONDS)


def _address(model: str, order: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return path and body: "owner/name" is one of Replicate's official models, "owner/name:version" any other."""
    name, _, version = model.partition(":")
    if VERSION.fullmatch(version):
        return "/predictions", {"version": version, "input": order}
    if name.startswith("deployments/"):
        return f"/{name}/predictions", {"input": order}
    return f"/models/{name}/predictions", {"input": order}


def _done(envelope: Mapping[str, Any], handle: Mapping[str, Any]) -> Done:
    output = envelope.get("output")
    urls = output if isinstance(output, list) else [output]
    good = [url for url in urls if isinstance(url, str) and url]
    if not good:
        raise bad_response("The prediction succeeded without an image.", billed="yes")
    metrics = envelope.get("metrics")
    notes = {"version": envelope.get("version"), "metrics": metrics if isinstance(metrics, dict) else {}}
    return Done(
        assets=tuple(Asset(url=url) for url in good),
        inference_seconds=seconds_at(envelope, "metrics", "predict_time"),
        notes=notes,
        applied=handle.get("applied", {}),
    )
