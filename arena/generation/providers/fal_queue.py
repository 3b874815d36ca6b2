"""fal.ai's queue: an order is answered with URLs to ask for its state, its result, and to cancel it.

Read for it: docs.fal.ai on the queue, errors and webhooks, and fal's FAQ on what is charged as quoted by a guide of
2026-11-22 ("Server errors (HTTP 500+) are never charged"; a 422 sometimes is), 2026-11-30; the page on cancelling
(OK, CANCELLATION_REQUESTED, ALREADY_COMPLETED, NOT_FOUND), 2026-11-30; fal-client 1.0.3, 2026-11-21. Input schemas are
each model's own: name their fields with the option `models`. Not to be had: which 422 are charged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from arena.catalog.capabilities import Capabilities
from arena.generation.providers.base import Asset, Billed, Done, ErrorKind, Host, Pending, ProviderError, Request
from arena.generation.providers.shapes.answers import media_type, read_table, seconds_at
from arena.generation.providers.shapes.error_shapes import (
    ErrorRules,
    bad_response,
    billed_rule,
    error_of,
    hide_key,
    kind_of,
    read_complaint,
)
from arena.generation.providers.shapes.hook_keys import fetch_keys, known_keys
from arena.generation.providers.shapes.hook_signatures import check_library, is_signed_by_fal
from arena.generation.providers.shapes.host_options import read_options
from arena.generation.providers.shapes.order_fields import FieldRules, SizeForm, picture_fields, plain_fields
from arena.generation.providers.shapes.polling import MAX_STATE, ask, not_well, own_address, wait_for
from arena.generation.providers.shapes.reply_paths import kept_notes
from arena.generation.providers.wire import send

WORKING = frozenset({"IN_QUEUE", "IN_PROGRESS"})
STOPPED = frozenset({"OK", "CANCELLATION_REQUESTED"})
# fal's own words for a runner that failed: nothing is charged, and fal has tried again by itself.
RUNNER_FAILED = frozenset({
    "runner_disconnected", "runner_scheduling_failure", "runner_connection_timeout", "runner_connection_refused",
    "runner_connection_error", "runner_incomplete_response", "runner_server_error", "internal_error",
    "internal_server_error", "startup_timeout", "generation_timeout", "downstream_service_error",
    "downstream_service_unavailable",
})  # fmt: skip


@dataclass(frozen=True)
class FalOptions(FieldRules, ErrorRules):
    """How one host, or one of its models, differs.

    `webhook_keys` is the URL of the keys by which the host signs its webhooks; empty: it is not to send any.
    """

    size: SizeForm = "image_size"
    seed_field: str = "seed"
    image_field: str = ""
    images_field: str = "image_urls"
    mask_field: str = "mask_url"
    most_sources: int = 8
    count_field: str = "num_images"
    webhook_keys: str = ""


@dataclass(frozen=True)
class FalQueue:
    """One host with fal's queue."""

    host: Host
    patience: float

    @property
    def capabilities(self) -> Capabilities:
        """What the host's options have a place for."""
        options = read_options(FalOptions, self.host.options)
        return Capabilities(
            edit=True, most_sources=options.most_sources, mask=bool(options.mask_field), seed=bool(options.seed_field),
            negative_prompt=bool(options.negative_prompt_field), sizes="width_height",
        )  # fmt: skip

    def submit(self, request: Request, *, idempotency_key: str, deadline: float) -> Pending:
        """Put an order into the queue. Raises ProviderError."""
        options = read_options(FalOptions, self.host.options, model=request.model)
        fields = plain_fields(request, options)
        body = {**fields.plain, options.prompt_field: request.prompt, **picture_fields(request, options)}
        if options.count_field:
            body[options.count_field] = 1
        # The queue must not order again by itself what we have not been told of.
        headers = self._headers | {"idempotency-key": idempotency_key, "x-fal-no-retry": "1"}
        query = f"?{urlencode({'fal_webhook': request.webhook})}" if request.webhook else ""
        url = f"{self.host.base_url}/{request.model.partition(':')[0]}{query}"
        answer = send("POST", url, headers=headers, json=body, deadline=deadline, cap=MAX_STATE)
        if answer.status not in {200, 201, 202}:
            raise error_of(answer, self.host, options)
        envelope = read_table(answer.body)
        if not isinstance(envelope.get("request_id"), str):
            raise bad_response(f"The provider took the order but named no request ({media_type(answer)}).")
        handle = {name: own_address(envelope.get(name), self.host) for name in ("status_url", "response_url")}
        handle["cancel_url"] = envelope.get("cancel_url") or ""
        return wait_for({**handle, "id": envelope["request_id"], "model": request.model, "applied": fields.applied})

    def poll(self, handle: Mapping[str, Any], *, deadline: float) -> Pending | Done:
        """Ask for the state, and for the result once it is there. Raises ProviderError."""
        options = read_options(FalOptions, self.host.options, model=str(handle.get("model", "")))
        url = own_address(handle.get("status_url"), self.host)
        envelope = ask("GET", url, host=self.host, headers=self._headers, deadline=deadline, rules=options)
        status = str(envelope.get("status"))
        if status in WORKING:
            return wait_for(handle)
        if status != "COMPLETED":
            raise bad_response(f"The provider calls the order {str(status)[:40]!r}, a state that Easel does not know.")
        return replace(
            self._result(handle, options, deadline), inference_seconds=seconds_at(envelope, "metrics", "inference_time")
        )

    def cancel(self, handle: Mapping[str, Any], *, deadline: float) -> bool:
        """Ask fal to drop an order; one that has begun gets a signal to stop. Raises ProviderError."""
        url = own_address(handle.get("cancel_url"), self.host)
        answer = send("PUT", url, headers=self._headers, deadline=deadline, cap=MAX_STATE)
        status = read_table(answer.body).get("status")
        return answer.status in {200, 202} and (status is None or str(status) in STOPPED)

    @property
    def hooks_on(self) -> bool:
        """Whether the options name the URL of the host's keys."""
        return bool(self._webhook_keys)

    def read_hook(self, headers: Mapping[str, str], body: bytes) -> str:
        """Return the number of the request that a webhook is about; empty unless fal has signed it just now."""
        keys = known_keys(self._webhook_keys)
        signed = is_signed_by_fal(headers, body, keys=keys)
        if not signed:
            # It may be signed by a new key.
            signed = is_signed_by_fal(headers, body, keys=fetch_keys(self._webhook_keys, host=self.host))
        return str(read_table(body).get("request_id") or "") if signed else ""

    @property
    def _webhook_keys(self) -> str:
        return read_options(FalOptions, self.host.options).webhook_keys

    @property
    def _headers(self) -> dict[str, str]:
        headers = {"accept": "application/json", "user-agent": "Easel"}
        return headers | ({"authorization": f"Key {self.host.key}"} if self.host.key else {})

    def _result(self, handle: Mapping[str, Any], options: FalOptions, deadline: float) -> Done:
        """Return the result of a completed order, which may be a failure."""
        url = own_address(handle.get("response_url"), self.host)
        answer = send("GET", url, headers=self._headers, deadline=deadline, cap=MAX_STATE)
        envelope = read_table(answer.body)
        complaint = read_complaint(envelope)
        if complaint.codes & RUNNER_FAILED:
            message = hide_key(f"The provider's runner failed: {complaint.message}", self.host)
            raise ProviderError(ErrorKind.UNAVAILABLE, message, billed="no", ended=True)
        if answer.status == 422:
            raise self._invalid(answer.status, envelope, options)
        if answer.status in {400, 401, 402, 403, 404, 410, 500}:
            error = error_of(answer, self.host, options)
            # Of server errors fal says that they are never charged; of others it does not say.
            usual: Billed = "no" if answer.status == 500 else "unknown"
            billed = billed_rule(options, str(answer.status)) or usual
            raise ProviderError(error.kind, error.message, billed=billed, code=error.code, ended=True)
        if answer.status != 200 or not envelope:
            raise not_well(answer, self.host, options)
        return _done(envelope, handle)

    def _invalid(self, status: int, envelope: Mapping[str, Any], options: FalOptions) -> ProviderError:
        complaint = read_complaint(envelope)
        kind = kind_of(status, complaint.codes, options)
        message = hide_key(f"The provider answered {status}: {complaint.message}", self.host)
        billed = billed_rule(options, "refused" if kind == ErrorKind.REFUSED else "422") or "unknown"
        return ProviderError(kind, message, billed=billed, code=next(iter(complaint.codes), ""))


def build_fal_queue(host: Host) -> FalQueue:
    """Return the adapter for one host. Raises BadOptions."""
    options = read_options(FalOptions, host.options)
    if options.webhook_keys:
        check_library()
    return FalQueue(host=host, patience=options.patience or settings.CALL_SECONDS)


def _done(envelope: Mapping[str, Any], handle: Mapping[str, Any]) -> Done:
    images = envelope.get("images")
    if not isinstance(images, list):
        images = [envelope.get("image")]
    urls = [image.get("url") for image in images if isinstance(image, dict)]
    good = [url for url in urls if isinstance(url, str) and url]
    if not good:
        raise bad_response("The provider completed the order without an image.", billed="yes")
    flags = envelope.get("has_nsfw_concepts")
    if isinstance(flags, list) and flags and flags[0] is True:
        # The model's own checker blacks the picture out, after the work.
        raise ProviderError(ErrorKind.REFUSED, "The provider's checker withheld the image.", billed="yes")
    notes = kept_notes(envelope, "seed", "timings", "has_nsfw_concepts")
    return Done(assets=tuple(Asset(url=url) for url in good), notes=notes, applied=handle.get("applied", {}))
