"""Gemini, forms, Hugging Face and an operator's own servers under the contract of wire families."""

from tests.arena.generation.providers.contract import DONE, DOUBTFUL, LOST, WireContract
from tests.arena.generation.providers.ordering import EDIT, KEY, SETTINGS

# A picture that was made and then withheld: no host says whether it charges for it.
WITHHELD = ("refused", "unknown")
# A job that the server does not know: our call may have been lost before it or within it.
FORGOTTEN = ("not_found", "unknown")
LOST_REPLIES = (
    "slow", "trickle", "headertrickle", "endless", "gzipbomb", "broken", "badgateway", "gatewaytimeout", "reset",
    "truncated", "html", "malformed", "notobject", "nobody",
)  # fmt: skip
OWN = {"free": True}


class TestGemini(WireContract):
    family = "gemini"
    segment = "gemini"
    differs = {"moderatedoutput": WITHHELD}
    also = {
        "noimage": WITHHELD, "recitation": WITHHELD, "thought": DONE, "dataurl": DONE, "badbase64": DOUBTFUL,
        "neither": DOUBTFUL, "wrongtypes": DOUBTFUL, "busydetail": ("rate_limited", "no"),
    }  # fmt: skip


class TestMultipartBytesStability(WireContract):
    family = "multipart_bytes"
    segment = "stability"
    options = {"lowest_seed": 1, "highest_seed": 4294967294, "edit_drop": ["aspect_ratio"]}
    model = "stable-image/generate/core"
    differs = {"moderatedoutput": WITHHELD}
    also = {
        "filtered": WITHHELD, "filteredjson": WITHHELD, "json": DONE, "badbase64": DOUBTFUL, "wrongtypes": DOUBTFUL
    }  # fmt: skip


class TestMultipartBytesIdeogram(WireContract):
    family = "multipart_bytes"
    segment = "ideogram"
    options = {"key_header": "api-key", "key_scheme": "", "mask_form": "black", "highest_seed": 2147483647}
    model = "v1/ideogram-v3/generate"
    links = True
    differs = {"moderatedoutput": WITHHELD}
    also = {"unsafe": WITHHELD, "neither": DOUBTFUL, "wrongtypes": DOUBTFUL}


class TestHuggingFace(WireContract):
    family = "huggingface"
    segment = "hf"
    model = "acme/flux-tiny"
    also = {
        "webp": DONE, "loading200": ("unavailable", "no"), "oldhost": ("not_found", "no"),
    }  # fmt: skip


class TestSdapi(WireContract):
    family = "sdapi"
    segment = "sdapi/v1"
    key = f"anna:{KEY}"
    options = OWN
    # These servers refuse nothing.
    lacks = frozenset({"moderated", "moderatedoutput"})
    # SD.Next counts a call after the work, so that nobody knows whether a refused one has cost some.
    differs = dict.fromkeys(("busy", "busylong", "busydate", "busyms", "busyplain"), ("rate_limited", "unknown"))
    also = {
        "gridfirst": DONE, "noname": DONE, "jpeg": DONE, "othermodel": LOST, "interrupted": DOUBTFUL,
        "textbroken": ("unavailable", "unknown"), "latebusy": ("rate_limited", "unknown"),
        "outofmemory": ("unavailable", "unknown"), "badbase64": DOUBTFUL, "wrongtypes": DOUBTFUL,
    }  # fmt: skip


class TestComfyUI(WireContract):
    family = "comfyui"
    segment = "comfy"
    options = OWN
    settings = {**SETTINGS, "edit_workflow": EDIT}
    queue = cancels = True
    # A workflow is refused for its nodes alone, and only its own result says that something is wrong.
    lacks = frozenset({"moderated", "moderatedoutput", "error200"})
    # Whatever becomes of the answer to an order: its job is looked for by our own number.
    differs = dict.fromkeys(LOST_REPLIES, FORGOTTEN) | {"nohandle": DONE, "wrongtypes": DONE}
    also = {
        "partial": ("invalid", "no"), "lostreply": DONE, "cachedrun": LOST, "restarted": FORGOTTEN,
        "runinterrupted": DOUBTFUL, "runerror": DOUBTFUL, "runmemory": ("unavailable", "unknown"),
    }  # fmt: skip
