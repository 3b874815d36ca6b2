"""Stable Diffusion servers with A1111's API: Automatic1111, Forge, Forge Neo and SD.Next, at /sdapi/v1.

Read in November 2026: Forge's `modules/api/api.py` and `processing.py` (of 2025-06), a stored copy of A1111's `api.py`,
Forge Neo's list of routes, SD.Next's `modules/api` (of 2026-07). A1111's own repository was too large to read, so its
parameters are Forge's. Not seen live: the text of an error of Forge without middleware, and
whether `progress` still says `interrupted` after an interrupted call on every one of them.

The offering's name for its model is the checkpoint, as /sd-models lists it; the setting `checkpoint` replaces it, so
that contenders of one model may compare checkpoints. `loras` is a list of { name, weight }, which becomes tags behind
the prompt. All other settings go into the body as they are (steps, sampler_name, scheduler, cfg_scale, width, height,
override_settings, and for edits denoising_strength, mask_blur, inpainting_fill …). An unknown checkpoint is dropped by
the server, which then serves the loaded one: so the answer's own name of it is compared. Our masks are opaque: of a
mask with transparency these servers read the alpha, the other way round. The key is "user:password", if there is one.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from arena.catalog.capabilities import Capabilities
from arena.generation.providers.base import AnswersAtOnce, Asset, Done, ErrorKind, Host, ProviderError, Request
from arena.generation.providers.shapes.answers import (
    MAX_ANSWER,
    MAX_WORDS,
    decode_picture,
    media_type,
    read_table,
    status_error,
    table_at,
)
from arena.generation.providers.shapes.host_options import read_options
from arena.generation.providers.wire import Answer, send
from arena.pictures.mask_forms import plain_mask

SEEDS = 2**32
# A side must be a multiple of this.
STEP = 8
# What an edit gets that its contender does not say otherwise; the servers' own defaults differ from each other and from
# their pages': among them is a result of 512 x 512 whatever the source.
EDIT_DEFAULTS: dict[str, Any] = {"denoising_strength": 0.75, "resize_mode": 0}
MASK_DEFAULTS: dict[str, Any] = {
    "mask_blur": 4, "inpainting_fill": 1, "inpaint_full_res": False, "inpaint_full_res_padding": 32,
    "inpainting_mask_invert": 0,
}  # fmt: skip
# A grid or saved copies would come before the picture.
ONE_PICTURE = {"batch_size": 1, "n_iter": 1, "send_images": True, "save_images": False}
KEPT_INFO = ("sd_model_name", "sd_model_hash", "sampler_name", "steps", "cfg_scale", "width", "height", "version")
ENDING = re.compile(r"\.(safetensors|ckpt|sft|gguf|pt|pth|bin)$", re.IGNORECASE)
HASH = re.compile(r"\s*\[([0-9a-f]{6,64})\]\s*$", re.IGNORECASE)
PROGRESS_CAP = 2**20


@dataclass(frozen=True)
class ServerOptions:
    """How one server is used: `patience` is the seconds of one call, `keep_checkpoint` leaves it loaded afterwards."""

    patience: int = 0
    keep_checkpoint: bool = False


@dataclass(frozen=True)
class StableDiffusionServer(AnswersAtOnce):
    """One server; the base URL goes up to and with /sdapi/v1."""

    host: Host
    patience: float
    capabilities = Capabilities(
        edit=True, most_sources=1, mask=True, seed=True, negative_prompt=True, sizes="width_height",
        formats=("png", "jpeg", "webp"),
    )  # fmt: skip

    def submit(self, request: Request, *, idempotency_key: str, deadline: float) -> Done:
        """Order one picture; the server answers when it is made. Raises ProviderError."""
        checkpoint = str(request.settings.get("checkpoint") or request.model)
        body = self._body(request, checkpoint)
        route = "img2img" if request.sources else "txt2img"
        applied = {"route": route, **body, "sources": len(request.sources[:1])}
        applied["dropped"] = ["references"] if request.sources[1:] else []
        body |= {"prompt": _with_loras(request), "negative_prompt": request.negative_prompt}
        if request.sources:
            body["init_images"] = [base64.b64encode(request.sources[0].data).decode()]
        if request.mask:
            body["mask"] = base64.b64encode(plain_mask(request.mask)).decode()
        answer = send(
            "POST", f"{self.host.base_url}/{route}", json=body,
            headers=self._headers() | {"idempotency-key": idempotency_key}, deadline=deadline,
            cap=MAX_ANSWER,
        )  # fmt: skip
        if answer.status != 200:
            raise self._error(answer)
        done = self._done(answer, checkpoint, applied)
        self._refuse_interrupted(deadline)
        return done

    @property
    def _options(self) -> ServerOptions:
        return read_options(ServerOptions, self.host.options)

    def _headers(self) -> dict[str, str]:
        headers = {"accept": "application/json", "user-agent": "Easel"}
        if self.host.key:
            headers["authorization"] = f"Basic {base64.b64encode(self.host.key.encode()).decode()}"
        return headers

    def _body(self, request: Request, checkpoint: str) -> dict[str, Any]:
        """Return the body without prompts and pictures."""
        own = {name: value for name, value in request.settings.items() if name not in {"checkpoint", "loras"}}
        override = {**own.pop("override_settings", {}), "sd_model_checkpoint": checkpoint}
        body: dict[str, Any] = {
            "seed": request.seed % SEEDS,
            "override_settings": override,
            "override_settings_restore_afterwards": not self._options.keep_checkpoint,
            **ONE_PICTURE,
        }
        if request.sources:
            source = request.sources[0]
            body |= {"width": _whole_steps(source.width), "height": _whole_steps(source.height), **EDIT_DEFAULTS}
        if request.mask:
            body |= MASK_DEFAULTS
        return body | own

    def _done(self, answer: Answer, checkpoint: str, applied: Mapping[str, Any]) -> Done:
        table = read_table(answer.body)
        # SD.Next may send the table itself, the others a text of JSON.
        info = table["info"] if isinstance(table.get("info"), dict) else read_table(str(table.get("info") or ""))
        pictures = table.get("images")
        first = info.get("index_of_first_image") or 0
        if not isinstance(pictures, list) or not isinstance(first, int) or not 0 <= first < len(pictures):
            what = "no picture: it was interrupted or failed" if table else f"no JSON ({media_type(answer)})"
            raise ProviderError(ErrorKind.BAD_RESPONSE, f"The server answered with {what}.", billed="unknown")
        data = decode_picture(pictures[first])
        served = str(info.get("sd_model_name") or "")[:MAX_WORDS]
        if served and not _is_same(checkpoint, served, str(info.get("sd_model_hash") or "")):
            message = f"The server used the checkpoint {served[:80]}; it may not have {checkpoint[:80]}."
            raise ProviderError(ErrorKind.BAD_RESPONSE, message, billed="yes", code="wrong_model")
        notes = {name: info[name] for name in KEPT_INFO if name in info}
        # Seeds may be larger than browsers can count.
        notes |= {"seed": str(info["seed"])} if "seed" in info else {}
        return Done(assets=(Asset(data=data),), notes=notes | {"model_confirmed": bool(served)}, applied=applied)

    def _refuse_interrupted(self, deadline: float) -> None:
        """Ask whether the call was interrupted: its answer does not tell, and its picture would be unfinished."""
        url = f"{self.host.base_url}/progress?skip_current_image=true"
        try:
            answer = send("GET", url, headers=self._headers(), deadline=deadline, cap=PROGRESS_CAP)
        except ProviderError:
            # The picture is here; a server that cannot be asked is believed.
            return
        if table_at(read_table(answer.body), "state").get("interrupted") is True:
            message = "Somebody interrupted the server; the picture may be unfinished."
            raise ProviderError(ErrorKind.BAD_RESPONSE, message, billed="unknown", code="interrupted")

    def _error(self, answer: Answer) -> ProviderError:
        table = read_table(answer.body)
        code = str(table.get("error") or "")
        detail = table.get("errors") or table.get("detail") or table.get("message") or code
        if not table and media_type(answer).startswith("text/plain"):
            detail = answer.body[:200].decode(errors="replace")
        if answer.status == 429:
            # SD.Next counts a call, and refuses it, after the work.
            return status_error(self.host, answer, detail, code=code, billed="unknown")
        return status_error(self.host, answer, detail, code=code)


def build_sdapi(host: Host) -> StableDiffusionServer:
    """Return the adapter for one server. Raises BadOptions."""
    options = read_options(ServerOptions, host.options)
    return StableDiffusionServer(host=host, patience=float(options.patience or settings.CALL_SECONDS))


def _with_loras(request: Request) -> str:
    tags = [f"<lora:{each['name']}:{each.get('weight', 1)}>" for each in request.settings.get("loras", ())]
    return " ".join([request.prompt, *tags])


def _whole_steps(side: int) -> int:
    return max(STEP, round(side / STEP) * STEP)


def _is_same(wanted: str, served: str, served_hash: str) -> bool:
    """Tell whether two names mean one checkpoint: folders, endings and a hash in brackets are left out or added."""
    hashed = HASH.search(wanted)
    if hashed and served_hash:
        return served_hash.lower().startswith(hashed[1].lower()) or hashed[1].lower().startswith(served_hash.lower())
    return _bare(wanted) == _bare(served)


def _bare(name: str) -> str:
    return ENDING.sub("", re.split(r"[/\\]", HASH.sub("", name).strip())[-1]).casefold()
