"""Hosts that take a multipart form and answer at once, with the picture's bytes (Stability) or its URL (Ideogram).

Read on 2026-11-30. Stability: copies of platform.stability.ai/docs/api-reference (generate/core in
github.com/gambithunt/imagen, edit/inpaint at 6lsfyizlhl.apifox.cn, headers `finish-reason` and `seed`). Ideogram:
developer.ideogram.ai (masked-edits, inpaint-v3, remix-v3, generate with Ideogram 4.6), and its OpenAPI text of
generate-v3 in github.com/Doomaloom/ArchiTech: `is_image_safe` false leaves the URL empty, 422 is a refused prompt.
Not found: whether Stability charges for a filtered picture, and the body of Ideogram's errors.

A model's name is the path after the base URL, "stable-image/generate/core" or "v1/ideogram-v3/generate". All settings
become fields of the form. What differs between hosts, and by `models` between paths, are options.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.conf import settings

from arena.catalog.capabilities import Capabilities
from arena.generation.providers.base import AnswersAtOnce, Asset, Done, ErrorKind, Host, ProviderError, Request
from arena.generation.providers.shapes.answers import (
    MAX_ANSWER,
    decode_picture,
    media_type,
    read_table,
    status_error,
    table_at,
)
from arena.generation.providers.shapes.host_options import read_options
from arena.generation.providers.wire import Answer, FormPart, send
from arena.pictures.mask_forms import inverted_mask, plain_mask

REFUSALS = frozenset({"content_moderation", "content_filtered", "safety_check_failed"})
# Stability names what it found in an answer's header, or in its JSON.
FILTERED = "CONTENT_FILTERED"
KEPT_HEADERS = ("x-request-id", "finish-reason", "seed")
SUFFIXES = {"image/jpeg": "jpg", "image/webp": "webp"}


@dataclass(frozen=True)
class FormOptions:
    """How one host, or one of its paths, differs.

    `key_header` carries the key after `key_scheme`. With a mask an order goes to `mask_path`, if there is one. An edit
    gets `edit_fields`, and never the names in `edit_drop`. Pictures after the first go into `references_field`, once
    for each; without it they are dropped. A mask is white or black where the picture may change. Seeds are from
    `lowest_seed` to `highest_seed`.
    """

    key_header: str = "authorization"
    key_scheme: str = "Bearer"
    mask_path: str = ""
    edit_fields: Mapping[str, Any] = field(default_factory=dict)
    edit_drop: tuple[str, ...] = ()
    image_field: str = "image"
    references_field: str = ""
    mask_form: Literal["white", "black"] = "white"
    lowest_seed: int = 0
    highest_seed: int = 2**32 - 1


@dataclass(frozen=True)
class MultipartBytes(AnswersAtOnce):
    """One host; the base URL goes up to where the models' paths begin."""

    host: Host
    patience: float

    @property
    def capabilities(self) -> Capabilities:
        """What the host's options have a place for."""
        options = read_options(FormOptions, self.host.options)
        return Capabilities(
            edit=True, most_sources=4 if options.references_field else 1, mask=True, seed=True, negative_prompt=True,
            sizes="aspect_ratio", formats=("png", "jpeg", "webp"),
        )  # fmt: skip

    def submit(self, request: Request, *, idempotency_key: str, deadline: float) -> Done:
        """Order one picture. Raises ProviderError."""
        options = read_options(FormOptions, self.host.options, model=request.model)
        path, fields, dropped = _fields(request, options)
        applied = {"path": path, **fields, "sources": len(request.sources), "dropped": dropped}
        texts: list[FormPart] = [
            (name, (None, str(value).encode(), "text/plain"))
            for name, value in {**fields, "prompt": request.prompt, **_negative(request)}.items()
        ]
        answer = send(
            "POST", f"{self.host.base_url}/{path}", form=texts + _files(request, options),
            headers=self._headers(options) | {"idempotency-key": idempotency_key},
            deadline=deadline, cap=MAX_ANSWER,
        )  # fmt: skip
        if answer.status != 200:
            raise self._error(answer)
        return self._done(answer, applied)

    def _headers(self, options: FormOptions) -> dict[str, str]:
        # Asked for any picture, Stability sends bytes; errors are JSON all the same.
        key = f"{options.key_scheme} {self.host.key}".strip()
        return {options.key_header: key, "accept": "image/*", "user-agent": "Easel"}

    def _done(self, answer: Answer, applied: Mapping[str, Any]) -> Done:
        notes = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
        if media_type(answer).startswith("image/"):
            if answer.headers.get("finish-reason") == FILTERED:
                raise _refused(FILTERED, made=True)
            return Done(assets=(Asset(data=answer.body),), notes=notes, applied=applied)
        table = read_table(answer.body)
        if FILTERED in {table.get("finish_reason"), table.get("finishReason")}:
            raise _refused(FILTERED, made=True)
        if "image" in table:
            return Done(assets=(Asset(data=decode_picture(table["image"])),), notes=notes, applied=applied)
        return Done(assets=(self._asset(answer, table),), notes=notes | _told(table), applied=applied)

    def _asset(self, answer: Answer, table: Mapping[str, Any]) -> Asset:
        item = table_at(table, "data", 0)
        if item.get("is_image_safe") is False:
            raise _refused("is_image_safe is false", made=True)
        if isinstance(url := item.get("url"), str) and url:
            return Asset(url=url)
        if table.get("error") or table.get("errors"):
            raise status_error(self.host, answer, _words(table), kind=ErrorKind.BAD_RESPONSE, billed="unknown")
        message = f"The provider answered without a picture ({media_type(answer)})."
        raise ProviderError(ErrorKind.BAD_RESPONSE, message, billed="unknown")

    def _error(self, answer: Answer) -> ProviderError:
        table = read_table(answer.body)
        code = str(table.get("name") or table.get("code") or "")
        words = _words(table)
        refused = code in REFUSALS or (answer.status == 422 and "safety" in words.lower())
        return status_error(self.host, answer, words, code=code, kind=ErrorKind.REFUSED if refused else None)


def build_multipart_bytes(host: Host) -> MultipartBytes:
    """Return the adapter for one host. Raises BadOptions."""
    read_options(FormOptions, host.options)
    return MultipartBytes(host=host, patience=settings.CALL_SECONDS)


def _fields(request: Request, options: FormOptions) -> tuple[str, dict[str, Any], list[str]]:
    """Return the path, the fields besides the prompts, and what the host has no place for."""
    path, low = request.model, options.lowest_seed
    fields = {**request.settings, "seed": low + (request.seed - low) % (options.highest_seed - low + 1)}
    dropped = []
    if request.sources:
        path = options.mask_path if request.mask and options.mask_path else path
        dropped = [name for name in options.edit_drop if fields.pop(name, None) is not None]
        # The fields that make an edit of a path for new pictures have no meaning on the path for masks.
        fields |= options.edit_fields if path == request.model else {}
    if len(request.sources) > 1 and not options.references_field:
        dropped.append("references")
    return path, fields, dropped


def _negative(request: Request) -> dict[str, str]:
    return {"negative_prompt": request.negative_prompt} if request.negative_prompt else {}


def _files(request: Request, options: FormOptions) -> list[FormPart]:
    files: list[FormPart] = []
    for place, source in enumerate(request.sources):
        name = options.references_field if place else options.image_field
        if name:
            file_name = f"{place}.{SUFFIXES.get(source.media_type, 'png')}"
            files.append((name, (file_name, source.data, source.media_type)))
    if request.mask:
        shape = inverted_mask if options.mask_form == "black" else plain_mask
        files.append(("mask", ("mask.png", shape(request.mask), "image/png")))
    return files


def _refused(code: str, *, made: bool) -> ProviderError:
    message = f"The provider withheld the picture: {code}."
    return ProviderError(ErrorKind.REFUSED, message, billed="unknown" if made else "no", code=code)


def _told(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the answer says of its picture: the seed as text, since some are larger than browsers can count."""
    item = table_at(table, "data", 0)
    kept = {name: item[name] for name in ("resolution", "style_type") if name in item}
    return kept | ({"seed": str(item["seed"])} if "seed" in item else {})


def _words(table: Mapping[str, Any]) -> str:
    """Return the host's own words: Stability lists `errors`, Ideogram has `error` or `message`."""
    errors = table.get("errors")
    listed = "; ".join(map(str, errors)) if isinstance(errors, list) else ""
    return listed or str(table.get("error") or table.get("message") or table.get("detail") or "")
