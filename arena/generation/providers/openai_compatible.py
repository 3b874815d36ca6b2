"""Hosts that speak OpenAI's images API: one POST, answered with the image. Their differences are options.

Read for it: OpenAI's SDK 3.52 (types of generations and edits, error envelope) and its pages on error codes and
deprecations, 2026-11-21; Recraft's pages on inputs and inpainting, and a client's code for `credits` (1,000 to the
dollar), 2026-11-30; Together's OpenAPI (`reference_images`, `response_format: base64`), 2026-11-30; clients of xAI for
edits in JSON, `respect_moderation` and `cost_in_usd_ticks` (10^10 to the dollar), 2026-11-30; LiteLLM's adapter of
OpenRouter's /images and a client for `input_references`, 2026-11-30; the sources of vLLM-Omni, LocalAI and
stable-diffusion.cpp, 2026-11-29. Not to be had: xAI's and OpenRouter's own pages on errors, and any live answer.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.conf import settings

from arena.catalog.capabilities import Capabilities
from arena.generation.providers.base import AnswersAtOnce, Asset, Done, ErrorKind, Host, ProviderError, Request
from arena.generation.providers.shapes.answers import MAX_ANSWER, decode_picture, media_type, read_table
from arena.generation.providers.shapes.error_shapes import ErrorRules, bad_response, error_of
from arena.generation.providers.shapes.host_options import read_options
from arena.generation.providers.shapes.order_fields import (
    FieldRules,
    OrderFields,
    mask_picture,
    picture_fields,
    plain_fields,
)
from arena.generation.providers.shapes.reply_paths import cost_in, kept_notes
from arena.generation.providers.wire import Answer, FormPart, send

KEPT = ("created", "size", "quality", "output_format", "background", "model", "id")
# "openai/gpt-image-2" may answer as "gpt-image-2-2026-04-21".
DATE = re.compile(r"-20\d\d-?\d\d-?\d\d$")


@dataclass(frozen=True)
class OpenAIOptions(FieldRules, ErrorRules):
    """How one host differs from OpenAI's own.

    `path` and `edit_path` follow the base URL; an empty `edit_path` means that the host edits nothing. With
    `edit_form` "json" pictures go into the body by `picture_form`. `mask_path` is for edits with a mask, if other.
    `key_header` carries the key after `key_scheme`. `response_format` is sent if not empty. `cost_path` leads to the
    cost in the answer, in units of `cost_unit` USD. With `empty_refuses` an empty list of images is a refusal.
    `check_model` compares the model that the answer names with the one ordered.
    """

    path: str = "/images/generations"
    edit_path: str = "/images/edits"
    mask_path: str = ""
    edit_form: Literal["multipart", "json"] = "multipart"
    images_field: str = "image[]"
    most_sources: int = 16
    mask_field: str = "mask"
    mask_form: Literal["white", "black", "alpha"] = "alpha"
    key_header: str = "authorization"
    key_scheme: str = "Bearer"
    response_format: str = ""
    count_field: str = "n"
    cost_path: str = ""
    cost_unit: str = "1"
    empty_refuses: bool = False
    check_model: bool = True


@dataclass(frozen=True)
class OpenAICompatible(AnswersAtOnce):
    """One host: its base URL, up to and with /v1, and the key, which is empty for a local server without one."""

    host: Host
    patience: float

    @property
    def capabilities(self) -> Capabilities:
        """What the host's options have a place for."""
        options = read_options(OpenAIOptions, self.host.options)
        edits = bool(options.edit_path)
        return Capabilities(
            edit=edits, most_sources=options.most_sources if edits else 0, mask=edits and bool(options.mask_field),
            seed=bool(options.seed_field), negative_prompt=bool(options.negative_prompt_field),
            sizes={"none": "", "image_size": "width_height"}.get(options.size, options.size),
        )  # fmt: skip

    def submit(self, request: Request, *, idempotency_key: str, deadline: float) -> Done:
        """Order one image; the contender's settings go into the body by the host's rules. Raises ProviderError."""
        options = read_options(OpenAIOptions, self.host.options, model=request.model)
        if request.sources and not options.edit_path:
            raise ProviderError(ErrorKind.INVALID, "The host edits no pictures.", billed="no")
        fields = plain_fields(request, options)
        headers = {"idempotency-key": idempotency_key, "accept": "application/json", "user-agent": "Easel"}
        if self.host.key:
            headers[options.key_header] = f"{options.key_scheme} {self.host.key}".strip()
        answer = self._send(request, options, fields, headers, deadline)
        if answer.status != 200:
            raise error_of(answer, self.host, options)
        return self._done(request, options, fields, answer)

    def _send(
        self, request: Request, options: OpenAIOptions, fields: OrderFields, headers: Mapping[str, str], deadline: float
    ) -> Answer:
        body = {**fields.plain, "model": request.model, options.prompt_field: request.prompt}
        if options.count_field:
            body[options.count_field] = 1
        if options.response_format:
            body["response_format"] = options.response_format
        path = options.path
        if request.sources:
            path = options.mask_path if request.mask is not None and options.mask_path else options.edit_path
        url = f"{self.host.base_url}{path}"
        if request.sources and options.edit_form == "multipart":
            form = [*_form(body), *_files(request, options)]
            return send("POST", url, headers=headers, form=form, deadline=deadline, cap=MAX_ANSWER)
        body |= picture_fields(request, options)
        return send("POST", url, headers=headers, json=body, deadline=deadline, cap=MAX_ANSWER)

    def _done(self, request: Request, options: OpenAIOptions, fields: OrderFields, answer: Answer) -> Done:
        envelope = read_table(answer.body)
        if envelope.get("error"):
            # An error under status 200 says nothing certain about the charge, unless it is a refusal.
            raise error_of(answer, self.host, options)
        items = envelope.get("data")
        if not isinstance(items, list) or not items:
            raise _without_images(items, answer, options)
        if options.check_model:
            _check_model(request.model, envelope.get("model"))
        usage = envelope.get("usage")
        return Done(
            assets=tuple(_asset(item) for item in items),
            usage=usage if isinstance(usage, dict) else None,
            cost=cost_in(envelope, options.cost_path, options.cost_unit),
            notes=kept_notes(envelope, *KEPT),
            applied=fields.applied,
        )


def build_openai_compatible(host: Host) -> OpenAICompatible:
    """Return the adapter for one host. Raises BadOptions."""
    options = read_options(OpenAIOptions, host.options)
    return OpenAICompatible(host=host, patience=options.patience or settings.CALL_SECONDS)


def _files(request: Request, options: OpenAIOptions) -> list[FormPart]:
    name = options.image_field if len(request.sources) == 1 else options.images_field
    files: list[FormPart] = [
        (name, (f"source-{number}.{source.media_type.rpartition('/')[2]}", source.data, source.media_type))
        for number, source in enumerate(request.sources, 1)
    ]
    if (mask := mask_picture(request, options)) is not None:
        files.append((options.mask_field, ("mask.png", mask.data, mask.media_type)))
    return files


def _form(body: Mapping[str, Any]) -> Iterator[FormPart]:
    for name, value in body.items():
        text = value if isinstance(value, str) else json.dumps(value)
        yield name, (None, text.encode(), "text/plain")


def _without_images(items: Any, answer: Answer, options: OpenAIOptions) -> ProviderError:
    if items == [] and options.empty_refuses:
        return ProviderError(ErrorKind.REFUSED, "The provider answered without an image.", billed="unknown")
    # Some hosts answer a refusal like this, others a fault: never a success, and possibly charged.
    what = "an empty list of images" if items == [] else f"no images ({media_type(answer)})"
    return bad_response(f"The provider answered with {what}.")


def _check_model(ordered: str, served: Any) -> None:
    """Raise ProviderError if a host says that it served another model: its image is not the ordered one's."""
    if not isinstance(served, str) or not served:
        return
    short, given = (name.lower().rpartition("/")[2].partition(":")[0] for name in (ordered, served))
    # A dated version of the ordered model is that model.
    if DATE.sub("", given) != DATE.sub("", short):
        message = f"The provider says that {served[:80]} made the image, but {ordered} was ordered."
        raise bad_response(message, billed="yes")


def _asset(item: Any) -> Asset:
    table = item if isinstance(item, dict) else {}
    if table.get("respect_moderation") is False or table.get("is_image_safe") is False:
        raise ProviderError(ErrorKind.REFUSED, "The provider withheld the image as unsafe.", billed="unknown")
    encoded, url = table.get("b64_json"), table.get("url")
    if isinstance(encoded, str) and encoded:
        return Asset(data=decode_picture(encoded))
    if isinstance(url, str) and url:
        return Asset(url=url)
    raise bad_response("The answer names neither bytes nor URL.")
