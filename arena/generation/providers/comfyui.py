"""ComfyUI: an operator's own workflow is queued at /prompt, looked for in /history, and its picture read from /view.

Read in November 2026: Comfy-Org/ComfyUI `server.py`, `execution.py`, `nodes.py` and
`comfy_execution/jobs.py` (newest stored files of 2026, and 0.3.64). Not seen live: the bodies of 413 and 500, the class
name of an out-of-memory error, which is therefore also known by its words, and the cancelling of a running job by
servers without /api/jobs, which may not heed the job's number: there, only our own running job is interrupted.

Settings of a contender, all pinned with it:

  workflow       the workflow in API format, with slots such as "{{prompt}}" in its inputs; a catalogue file may name a
                 JSON file, whose content then is the setting
  edit_workflow  the one for edits, mask_workflow the one for edits with a mask; without them `workflow` is used
  inputs         instead of slots: { prompt = "6.text", seed = "3.seed", … }; several places as a list
  output         id of the node whose picture counts; not needed with one SaveImage node

Slots: prompt, negative_prompt, seed, width, height; image, image2 … image4 (names of uploaded files for LoadImage);
mask (a grey picture, white may change, for LoadImageMask with channel red); masked_image (the first picture,
transparent where it may change, for LoadImage's own MASK); and every other setting by its name, such as checkpoint.
The key, if there is one, is sent as "Bearer …".
"""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from arena.catalog.capabilities import Capabilities
from arena.catalog.workflows import WORKFLOWS, check_workflow, hash_workflow
from arena.generation.providers.base import Asset, Done, ErrorKind, Host, Pending, ProviderError, Request
from arena.generation.providers.shapes.answers import (
    MAX_WORDS,
    list_in,
    media_type,
    read_table,
    status_error,
    table_at,
)
from arena.generation.providers.shapes.host_options import read_options
from arena.generation.providers.shapes.polling import wait_for
from arena.generation.providers.shapes.workflow_filling import fill_workflow, find_output, name_files, places_of
from arena.generation.providers.wire import Answer, FormPart, send
from arena.pictures.decoding import MAX_BYTES
from arena.pictures.mask_forms import picture_with_hole, plain_mask

SEEDS = 2**64
MAX_JSON = 8 * 2**20
DEFAULT_SIDE = 1024
OWN_SETTINGS = frozenset({*WORKFLOWS, "inputs", "output"})
SUFFIXES = {"image/jpeg": "jpg", "image/webp": "webp"}


@dataclass(frozen=True)
class ComfyOptions:
    """How one server is used: more `headers`; a job counts as stuck after `longest` seconds."""

    headers: Mapping[str, str] = field(default_factory=dict)
    longest: int = 1800


@dataclass(frozen=True)
class ComfyUI:
    """One server; the base URL is its root, such as http://127.0.0.1:8188."""

    host: Host
    patience: float
    capabilities = Capabilities(
        edit=True, most_sources=4, mask=True, seed=True, negative_prompt=True, sizes="width_height",
        formats=("png", "webp"),
    )  # fmt: skip

    def submit(self, request: Request, *, idempotency_key: str, deadline: float) -> Pending:
        """Upload the pictures and queue the workflow; the key becomes the job's number. Raises ProviderError."""
        try:
            workflow, inputs, output = _choose(request)
            places = places_of(workflow, inputs)
            values = {**_values(request), **self._upload(request, places, deadline)}
            graph = fill_workflow(workflow, values, inputs)
        except ValueError as error:
            raise ProviderError(ErrorKind.INVALID, str(error), billed="no") from error
        prefix = f"easel_{idempotency_key}"
        name_files(graph, prefix)
        # With its own client and file names, a job is not answered with the files of an earlier one.
        body = {"prompt": graph, "client_id": idempotency_key, "prompt_id": idempotency_key}
        handle = {
            "job": idempotency_key, "node": output, "since": time.time(),
            "prefix": prefix if "filename_prefix" in graph[output]["inputs"] else "",
            "applied": _applied(request, workflow, output, values, places),
        }  # fmt: skip
        try:
            answer = self._send("POST", "/prompt", deadline, json=body)
        except ProviderError as error:
            if error.billed == "no":
                raise
            return _doubtful(handle, error.message)
        return self._queued(answer, handle, output, deadline)

    def poll(self, handle: Mapping[str, Any], *, deadline: float) -> Pending | Done:
        """Return the picture once the job is in the history. Raises ProviderError."""
        job = str(handle["job"])
        found = self._look(f"/history/{job}", deadline).get(job)
        if not isinstance(found, dict):
            if self._is_queued(job, deadline):
                return self._still(handle)
            # It may have ended between the two questions.
            found = self._look(f"/history/{job}", deadline).get(job)
        if not isinstance(found, dict):
            message = f"The server knows nothing of the job; it may have been restarted. {handle.get('doubt', '')}"
            raise ProviderError(ErrorKind.NOT_FOUND, message.strip(), billed="unknown", code="lost")
        status = table_at(found, "status")
        if status.get("status_str") != "success":
            raise _failed(status)
        return self._fetch(handle, table_at(found, "outputs", str(handle["node"])), deadline)

    def cancel(self, handle: Mapping[str, Any], *, deadline: float) -> bool:
        """Take the job out of the queue, or stop it if it runs; tell whether the server agreed."""
        job = str(handle["job"])
        answer = self._send("POST", f"/api/jobs/{job}/cancel", deadline, json={})
        if answer.status == 200:
            return read_table(answer.body).get("cancelled") is True
        self._send("POST", "/queue", deadline, json={"delete": [job]})
        if self._runs(job, deadline):
            # Servers that do not know the number stop whatever runs: by now that is ours.
            self._send("POST", "/interrupt", deadline, json={"prompt_id": job})
            return True
        return not self._is_queued(job, deadline)

    def _upload(self, request: Request, places: set[str], deadline: float) -> dict[str, str]:
        """Upload what the workflow has places for; return the server's own names of the files."""
        files: dict[str, tuple[bytes, str]] = {}
        for number, source in enumerate(request.sources, 1):
            files["image" if number == 1 else f"image{number}"] = (source.data, source.media_type)
        if request.mask:
            files["mask"] = (plain_mask(request.mask), "image/png")
            if "masked_image" in places:
                files["masked_image"] = (picture_with_hole(request.sources[0].data, request.mask), "image/png")
        return {name: self._upload_one(*file, deadline) for name, file in files.items() if name in places}

    def _upload_one(self, data: bytes, kind: str, deadline: float) -> str:
        name = f"easel-{hashlib.sha256(data).hexdigest()[:24]}.{SUFFIXES.get(kind, 'png')}"
        form: list[FormPart] = [("image", (name, data, kind)), ("type", (None, b"input", "text/plain"))]
        try:
            answer = self._send("POST", "/upload/image", deadline, form=form)
        except ProviderError as error:
            raise ProviderError(error.kind, error.message, billed="no") from error
        table = read_table(answer.body)
        if answer.status != 200 or not table.get("name"):
            raise status_error(self.host, answer, "the upload of a picture failed", billed="no")
        # The server renames a file if it has another one of that name.
        return "/".join(str(each) for each in (table.get("subfolder"), table["name"]) if each)

    def _queued(self, answer: Answer, handle: dict[str, Any], output: str, deadline: float) -> Pending:
        table = read_table(answer.body)
        faults = table_at(table, "node_errors")
        if answer.status >= 500 and answer.status != 503:
            return _doubtful(handle, f"It had answered {answer.status}.")
        if answer.status != 200:
            top = table_at(table, "error")
            words = _node_words(faults) or top.get("message") or table.get("error")
            raise status_error(self.host, answer, words, code=str(top.get("type") or ""))
        if not isinstance(table.get("prompt_id"), str):
            return _doubtful(handle, f"It had answered without a number ({media_type(answer)}).")
        # Older servers give a job a number of their own.
        queued = {**handle, "job": table["prompt_id"]}
        if any(output == node or output in _dependents(fault) for node, fault in faults.items()):
            # Status 200 although our branch was left out, since another one is valid.
            self.cancel(queued, deadline=deadline)
            raise ProviderError(ErrorKind.INVALID, f"The workflow is invalid: {_node_words(faults)}", billed="no")
        return wait_for(queued)

    def _still(self, handle: Mapping[str, Any]) -> Pending:
        longest = read_options(ComfyOptions, self.host.options).longest
        if time.time() - float(handle["since"]) > longest:
            message = f"The server has had the job for {longest / 60:.0f} minutes; its worker may be stuck."
            raise ProviderError(ErrorKind.BAD_RESPONSE, message, billed="unknown", code="stuck")
        return wait_for(handle)

    def _fetch(self, handle: Mapping[str, Any], output: Mapping[str, Any], deadline: float) -> Done:
        file = table_at(output, "images", 0)
        name = str(file.get("filename") or "")
        if not name:
            message = f"The job ended without a picture at node {handle['node']}."
            raise ProviderError(ErrorKind.BAD_RESPONSE, message, billed="yes", code="no_output")
        if not name.startswith(str(handle["prefix"])):
            message = f"The server answered with an earlier job's file, {name[:80]}."
            raise ProviderError(ErrorKind.BAD_RESPONSE, message, billed="yes", code="cached")
        place = {"filename": name, "subfolder": file.get("subfolder", ""), "type": file.get("type", "output")}
        answer = self._send("GET", f"/view?{urlencode(place)}", deadline, cap=MAX_BYTES)
        if answer.status != 200:
            raise status_error(self.host, answer, "the job's file cannot be read", billed="yes")
        return Done(assets=(Asset(data=answer.body),), applied=handle["applied"], notes={"job": handle["job"]})

    def _is_queued(self, job: str, deadline: float) -> bool:
        queue = self._look("/queue", deadline)
        return any(
            _number(entry) == job for name in ("queue_running", "queue_pending") for entry in list_in(queue, name)
        )

    def _runs(self, job: str, deadline: float) -> bool:
        return any(_number(entry) == job for entry in list_in(self._look("/queue", deadline), "queue_running"))

    def _look(self, path: str, deadline: float) -> dict[str, Any]:
        answer = self._send("GET", path, deadline)
        if answer.status != 200:
            raise status_error(self.host, answer, "the state of the job cannot be read", billed="unknown")
        return read_table(answer.body)

    def _send(
        self, method: str, path: str, deadline: float, *, json: Any = None, form: list[FormPart] | None = None,
        cap: int = MAX_JSON,
    ) -> Answer:  # fmt: skip
        # No Origin: with one, a server on loopback refuses.
        headers = {"user-agent": "Easel", **read_options(ComfyOptions, self.host.options).headers}
        if self.host.key:
            headers["authorization"] = f"Bearer {self.host.key}"
        url = f"{self.host.base_url}{path}"
        return send(method, url, headers=headers, json=json, form=form, deadline=deadline, cap=cap)


def build_comfyui(host: Host) -> ComfyUI:
    """Return the adapter for one server. Raises BadOptions."""
    read_options(ComfyOptions, host.options)
    return ComfyUI(host=host, patience=settings.CALL_SECONDS)


def _doubtful(handle: dict[str, Any], why: str) -> Pending:
    """Return the job as pending: it may be queued under our own number, which the first poll tells."""
    return wait_for({**handle, "doubt": why})


def _choose(request: Request) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Return the workflow for this order, its `inputs` and its output node. Raises ValueError."""
    kinds = ("mask_workflow", "edit_workflow") if request.mask else ("edit_workflow",) if request.sources else ()
    name = next((kind for kind in (*kinds, "workflow") if kind in request.settings), None)
    if name is None:
        raise ValueError("The contender's settings hold no workflow for this order.")
    try:
        workflow = check_workflow(request.settings[name])
    except ValueError as error:
        raise ValueError(f"The contender's {name} {error}.") from error
    inputs = request.settings.get("inputs", {})
    if request.sources and not places_of(workflow, inputs) & {"image", "masked_image"}:
        raise ValueError(f"The contender's {name} has no place for a picture to edit, such as {{{{image}}}}.")
    return workflow, inputs, find_output(workflow, str(request.settings.get("output", "")))


def _values(request: Request) -> dict[str, Any]:
    own = {name: value for name, value in request.settings.items() if name not in OWN_SETTINGS}
    first = request.sources[0] if request.sources else None
    size = {"width": first.width if first else DEFAULT_SIDE, "height": first.height if first else DEFAULT_SIDE}
    # A negative prompt may be a node of its own, which must not stay empty of its slot.
    prompts = {"prompt": request.prompt, "negative_prompt": request.negative_prompt}
    return {**size, **own, **prompts, "seed": request.seed % SEEDS}


def _applied(
    request: Request, workflow: Mapping[str, Any], output: str, values: Mapping[str, Any], places: set[str]
) -> dict[str, Any]:
    """Return the record of what was asked for: the workflow by its hash, the seed as text, which may have 64 bits."""
    used = {name: value for name, value in values.items() if name in places}
    given = ["seed"] + ["negative_prompt"] * bool(request.negative_prompt) + ["mask"] * bool(request.mask)
    given += [f"image{number}" for number in range(2, len(request.sources) + 1)]
    dropped = [name for name in given if name not in places and not (name == "mask" and "masked_image" in places)]
    hidden = {"prompt", "negative_prompt"}
    return {
        "workflow_sha256": hash_workflow(workflow),
        "output": output,
        **{name: value for name, value in used.items() if name not in hidden},
        "seed": str(values["seed"]),
        "dropped": dropped,
    }


def _failed(status: Mapping[str, Any]) -> ProviderError:
    """Return the error of a job that ended in one; its messages also hold the prompt, which is left out."""
    messages = {
        each[0]: each[1]
        for each in list_in(status, "messages")
        if isinstance(each, list) and len(each) == 2 and isinstance(each[0], str) and isinstance(each[1], dict)
    }
    if "execution_interrupted" in messages:
        message = "Somebody interrupted the job."
        return ProviderError(ErrorKind.BAD_RESPONSE, message, billed="unknown", code="interrupted")
    error = messages.get("execution_error", {})
    kind, words = str(error.get("exception_type") or ""), str(error.get("exception_message") or "").strip()
    said = f"Node {error.get('node_id')} ({error.get('node_type')}) failed with {kind}: {words}"[:MAX_WORDS]
    if "outofmemory" in kind.lower() or "out of memory" in words.lower():
        # The server has unloaded its models, so that the next job can work.
        return ProviderError(ErrorKind.UNAVAILABLE, said, billed="unknown", code="out_of_memory", ended=True)
    return ProviderError(ErrorKind.BAD_RESPONSE, said, billed="unknown", code=kind)


def _node_words(faults: Mapping[str, Any]) -> str:
    """Return what is wrong at which node: most often a model or a sampler that the server does not have."""
    found = []
    for node, fault in faults.items():
        for error in list_in(table_at(fault), "errors"):
            details = table_at(error)
            place = f"node {node} ({table_at(fault).get('class_type')})"
            found.append(f"{place}: {details.get('message')}: {details.get('details')}")
    return "; ".join(found)[:MAX_WORDS]


def _dependents(fault: Any) -> list[str]:
    return [str(each) for each in list_in(table_at(fault), "dependent_outputs")]


def _number(entry: Any) -> str:
    return str(entry[1]) if isinstance(entry, list) and len(entry) > 1 else ""
