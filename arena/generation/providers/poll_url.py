"""Hosts that hand out one URL or number to ask for an image with: Black Forest Labs, LLM Stats, FairStack.

Read for it: docs.bfl.ai on polling_url, states and limits, 2026-11-21, and clients that follow its OpenAPI for
input_image … input_image_8, `cost` in cents, "Moderation Reasons" and the hosts api.<region>.bfl.ai and
delivery-<region>.bfl.ai, 2026-11-30; docs.llm-stats.com/gateway/generations, 2026-11-21; FairStack's own guide on
integration (image/generate, poll_url, `Prefer: wait`, codes, microdollars), 2026-11-30, which names another path than
its page of 2026-11-21. Not to be had: the tail of LLM Stats' page (field of the image's URL, status of the POST, list
of codes), and whether Black Forest Labs charges for what it moderates after the work.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from django.conf import settings

from arena.catalog.capabilities import Capabilities
from arena.generation.providers.base import Asset, Billed, Done, ErrorKind, Host, Pending, ProviderError, Request
from arena.generation.providers.shapes.answers import media_type, read_table
from arena.generation.providers.shapes.error_shapes import (
    ErrorRules,
    bad_response,
    billed_rule,
    error_of,
    hide_key,
    kind_of,
    read_complaint,
)
from arena.generation.providers.shapes.host_options import read_options
from arena.generation.providers.shapes.order_fields import FieldRules, SizeForm, picture_fields, plain_fields
from arena.generation.providers.shapes.polling import MAX_STATE, ask, own_address, wait_for
from arena.generation.providers.shapes.reply_paths import cost_in, find_in, kept_notes
from arena.generation.providers.wire import send

# In lower case; each host has its own words.
WORKING = frozenset({"pending", "queued", "running", "processing", "in_progress", "reasoning", "generating"})
READY = frozenset({"ready", "completed", "succeeded", "partial", "success"})
MODERATED_BEFORE = frozenset({"request moderated"})


@dataclass(frozen=True)
class PollOptions(FieldRules, ErrorRules):
    """How one host differs.

    `path` follows the base URL, with {model} in it where the model is no field. `input_field` wraps the order's
    fields, if not empty; `beside` are fields next to it. `handle_field` leads to the URL or number to ask with, which
    `poll_path` makes into an address if it holds {id}. `poll_hosts` are hosts of the provider's, besides the base
    URL's, that a polling URL may lead to. `result_paths` lead to the image's URL; `error_field` says what went wrong.
    `wrapper` is a table around every answer.
    """

    path: str = "/{model}"
    input_field: str = ""
    beside: Mapping[str, Any] = field(default_factory=dict)
    model_field: str = ""
    count_field: str = ""
    handle_field: str = "polling_url"
    poll_path: str = ""
    poll_hosts: tuple[str, ...] = ()
    cancel_path: str = ""
    status_field: str = "status"
    wrapper: str = ""
    result_paths: tuple[str, ...] = ("result.sample",)
    error_field: str = "error"
    cost_path: str = ""
    cost_unit: str = "1"
    key_header: str = "x-key"
    key_scheme: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    size: SizeForm = "width_height"
    seed_field: str = "seed"
    image_field: str = "input_image"
    images_field: str = ""
    numbered: bool = True
    picture_form: Literal["data_url", "base64", "url_object", "image_url_object"] = "base64"
    most_sources: int = 8


@dataclass(frozen=True)
class PollUrl:
    """One such host."""

    host: Host
    patience: float

    @property
    def capabilities(self) -> Capabilities:
        """What the host's options have a place for."""
        options = read_options(PollOptions, self.host.options)
        return Capabilities(
            edit=options.most_sources > 0, most_sources=options.most_sources, mask=bool(options.mask_field),
            seed=bool(options.seed_field), negative_prompt=bool(options.negative_prompt_field),
            sizes={"none": "", "image_size": "width_height"}.get(options.size, options.size),
        )  # fmt: skip

    def submit(self, request: Request, *, idempotency_key: str, deadline: float) -> Pending | Done:
        """Order one image; a host that waits may answer with it. Raises ProviderError."""
        options = read_options(PollOptions, self.host.options, model=request.model)
        fields = plain_fields(request, options)
        order = {**fields.plain, options.prompt_field: request.prompt, **picture_fields(request, options)}
        body: dict[str, Any] = {**options.beside, options.input_field: order} if options.input_field else order
        if options.model_field:
            body[options.model_field] = request.model
        if options.count_field:
            body[options.count_field] = 1
        url = f"{self.host.base_url}{options.path.replace('{model}', request.model.partition(':')[0])}"
        headers = {**self._headers(options), **options.headers, "idempotency-key": idempotency_key}
        answer = send("POST", url, headers=headers, json=body, deadline=deadline, cap=MAX_STATE)
        if answer.status not in {200, 201, 202}:
            raise error_of(answer, self.host, options)
        envelope = _unwrap(read_table(answer.body), options)
        cost = cost_in(envelope, options.cost_path, options.cost_unit)
        kept = {"model": request.model, "applied": fields.applied} | ({"cost": str(cost)} if cost is not None else {})
        status = str(envelope.get(options.status_field, "")).lower()
        if status not in WORKING and (status or _result(envelope, options)):
            # The host has waited, or failed at once.
            return self._read(envelope, kept, options)
        try:
            address = self._poll_address(find_in(envelope, options.handle_field), options)
        except ProviderError as error:
            raise bad_response(f"{error.message} ({media_type(answer)})") from error
        return wait_for({**kept, "url": address})

    def poll(self, handle: Mapping[str, Any], *, deadline: float) -> Pending | Done:
        """Ask for the image. Raises ProviderError."""
        options = read_options(PollOptions, self.host.options, model=str(handle.get("model", "")))
        url = own_address(handle.get("url"), self.host, also=options.poll_hosts)
        headers = self._headers(options)
        envelope = ask("GET", url, host=self.host, headers=headers, deadline=deadline, rules=options)
        return self._read(_unwrap(envelope, options), handle, options)

    def cancel(self, handle: Mapping[str, Any], *, deadline: float) -> bool:
        """Ask a host to drop an order, where it can be asked. Raises ProviderError."""
        options = read_options(PollOptions, self.host.options, model=str(handle.get("model", "")))
        if not options.cancel_path:
            return False
        url = own_address(f"{handle.get('url')}{options.cancel_path}", self.host)
        answer = send("POST", url, headers=self._headers(options), deadline=deadline, cap=MAX_STATE)
        return answer.status in {200, 202, 204}

    def _headers(self, options: PollOptions) -> dict[str, str]:
        headers = {"accept": "application/json", "user-agent": "Easel"}
        if self.host.key:
            headers[options.key_header] = f"{options.key_scheme} {self.host.key}".strip()
        return headers

    def _poll_address(self, named: Any, options: PollOptions) -> str:
        if "{id}" in options.poll_path:
            if not isinstance(named, str) or not named.replace("-", "").replace("_", "").isalnum():
                raise bad_response("The provider took the order but named nothing to ask for it with.")
            return f"{self.host.base_url}{options.poll_path.replace('{id}', named)}"
        return own_address(named, self.host, also=options.poll_hosts)

    def _read(self, envelope: Mapping[str, Any], handle: Mapping[str, Any], options: PollOptions) -> Pending | Done:
        status = str(envelope.get(options.status_field, "")).lower()
        if status in WORKING:
            return wait_for(handle)
        url = _result(envelope, options)
        if status in READY or (url and not status):
            if not url:
                raise bad_response("The provider says that the image is ready, but names none.", billed="yes")
            cost = cost_in(envelope, options.cost_path, options.cost_unit)
            known = handle.get("cost")
            return Done(
                assets=(Asset(url=url),), cost=Decimal(known) if cost is None and known else cost,
                notes=_notes(envelope), applied=handle.get("applied", {}),
            )  # fmt: skip
        raise self._failure(status, envelope, options)

    def _failure(self, status: str, envelope: Mapping[str, Any], options: PollOptions) -> ProviderError:
        complaint = read_complaint({"error": envelope.get(options.error_field), "details": envelope.get("details")})
        message = hide_key(
            f"The provider says: {status or 'no state'}. {complaint.message or _reasons(envelope)}", self.host
        )
        codes = complaint.codes | {status}
        kind = kind_of(200, codes, options)
        if kind == ErrorKind.REFUSED:
            usual: Billed = "no" if status in MODERATED_BEFORE else "unknown"
            return ProviderError(kind, message, billed=billed_rule(options, "refused") or usual, code=status)
        if "not found" in status:
            kind = ErrorKind.NOT_FOUND
        return ProviderError(kind, message, billed="unknown", code=status)


def build_poll_url(host: Host) -> PollUrl:
    """Return the adapter for one host. Raises BadOptions."""
    options = read_options(PollOptions, host.options)
    return PollUrl(host=host, patience=options.patience or settings.CALL_SECONDS)


def _unwrap(envelope: Mapping[str, Any], options: PollOptions) -> Mapping[str, Any]:
    inner = envelope.get(options.wrapper) if options.wrapper else None
    return inner if isinstance(inner, dict) else envelope


def _result(envelope: Mapping[str, Any], options: PollOptions) -> str:
    found = (find_in(envelope, path) for path in options.result_paths)
    return next((url for url in found if isinstance(url, str) and url), "")


def _reasons(envelope: Mapping[str, Any]) -> str:
    details = envelope.get("details")
    reasons = details.get("Moderation Reasons") if isinstance(details, dict) else None
    return ", ".join(str(reason) for reason in reasons) if isinstance(reasons, list) else ""


def _notes(envelope: Mapping[str, Any]) -> dict[str, Any]:
    result = envelope.get("result")
    return kept_notes(result if isinstance(result, dict) else envelope, "seed", "model", "metadata")
