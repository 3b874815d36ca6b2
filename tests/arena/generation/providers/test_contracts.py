"""Every wire family under its contract: one class each, which names its wire and where its hosts differ."""

from tests.arena.generation.providers.contract import DONE, DOUBTFUL, LOST, QueueContract, WireContract
from tests.arena.generation.providers.ordering import EDIT, KEY, SETTINGS
from tests.arena.generation.providers.test_multipart_bytes import IDEOGRAM, SD3, STABILITY

# A refusal that the host has told before any work.
REFUSED = ("refused", "no")
# One after the work, which may have been charged.
REFUSED_LATE = ("refused", "unknown")
# A job that the server does not know: our call may have been lost before it or within it.
FORGOTTEN = ("not_found", "unknown")
LOST_REPLIES = (
    "slow", "trickle", "headertrickle", "endless", "gzipbomb", "broken", "badgateway", "gatewaytimeout", "reset",
    "truncated", "html", "malformed", "notobject", "nobody",
)  # fmt: skip


class TestOpenAICompatible(WireContract):
    family = "openai_compatible"
    segment = "v1"
    also = {
        "dataurl": DONE, "badbase64": DOUBTFUL, "neither": DOUBTFUL, "wrongtypes": DOUBTFUL, "refused200": REFUSED,
        "othermodel": LOST,
    }  # fmt: skip


class TestOpenAICompatibleUrls(WireContract):
    family = "openai_compatible"
    segment = "v1"
    options = {"response_format": "url", "edit_form": "json", "mask_field": "mask"}
    links = True


class TestFalQueue(QueueContract):
    family = "fal_queue"
    segment = "fal"
    model = "acme/app/edit"
    links = cancels = True
    differs = {"invalid": ("invalid", "unknown")}
    also = {
        "elsewhere": DOUBTFUL, "plainhttp": DOUBTFUL, "runnerfailed": ("unavailable", "no"),
        "resultgone": ("not_found", "unknown"), "nsfw": ("refused", "yes"), "neither": LOST,
    }  # fmt: skip


class TestReplicate(QueueContract):
    family = "replicate"
    segment = "replicate/v1"
    model = "acme/app"
    links = cancels = True
    also = {
        # The URLs in a prediction are not followed, so that one that leads elsewhere does no harm.
        "elsewhere": DONE, "badhandle": DOUBTFUL, "failed": DOUBTFUL, "canceledthere": DOUBTFUL,
        "aborted": ("unavailable", "no"), "neither": LOST,
    }  # fmt: skip


class TestPollUrlBlackForestLabs(QueueContract):
    family = "poll_url"
    segment = "bfl/v1"
    links = True
    differs = {"moderated": REFUSED}
    also = {
        "elsewhere": DOUBTFUL, "plainhttp": DOUBTFUL, "failed": DOUBTFUL, "resultgone": ("not_found", "unknown"),
        "neither": LOST,
    }  # fmt: skip


class TestPollUrlLlmStats(QueueContract):
    family = "poll_url"
    segment = "llmstats/v1"
    options = {
        "path": "/generations", "input_field": "input", "beside": {"wait": 0}, "model_field": "model",
        "count_field": "n", "handle_field": "id", "poll_path": "/generations/{id}",
        "result_paths": ["output.media.0.url"], "key_header": "authorization", "key_scheme": "Bearer",
        "size": "size", "most_sources": 0,
    }  # fmt: skip
    links = True
    also = {"badhandle": DOUBTFUL, "failed": DOUBTFUL, "neither": LOST}
    edits = False


class TestPollUrlFairStack(QueueContract):
    family = "poll_url"
    segment = "fairstack/v1"
    options = {
        "path": "/image/generate", "model_field": "model", "handle_field": "generation_id", "wrapper": "data",
        "poll_path": "/generations/{id}", "result_paths": ["output.url", "url"], "cost_path": "cost.credits_used",
        "cost_unit": "0.000001", "key_header": "authorization", "key_scheme": "Bearer", "size": "aspect_ratio",
        "most_sources": 0,
    }  # fmt: skip
    links = True
    also = {"badhandle": DOUBTFUL, "failed": DOUBTFUL, "neither": LOST}
    edits = False


class TestGemini(WireContract):
    family = "gemini"
    segment = "gemini"
    differs = {"moderatedoutput": REFUSED_LATE}
    also = {
        "noimage": REFUSED_LATE, "recitation": REFUSED_LATE, "thought": DONE, "dataurl": DONE, "badbase64": DOUBTFUL,
        "neither": DOUBTFUL, "wrongtypes": DOUBTFUL, "busydetail": ("rate_limited", "no"),
    }  # fmt: skip


class TestMultipartBytesStability(WireContract):
    family = "multipart_bytes"
    segment = "stability"
    options = STABILITY
    model = SD3
    differs = {"moderatedoutput": REFUSED_LATE}
    also = {
        "filtered": REFUSED_LATE, "filteredjson": REFUSED_LATE, "json": DONE, "badbase64": DOUBTFUL,
        "wrongtypes": DOUBTFUL,
    }  # fmt: skip


class TestMultipartBytesIdeogram(WireContract):
    family = "multipart_bytes"
    segment = "ideogram"
    options = IDEOGRAM
    model = "v1/ideogram-v3/generate"
    links = True
    differs = {"moderatedoutput": REFUSED_LATE}
    also = {"unsafe": REFUSED_LATE, "neither": DOUBTFUL, "wrongtypes": DOUBTFUL}


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
    options = {"free": True}
    # These servers refuse nothing.
    lacks = frozenset({"moderated", "moderatedoutput"})
    # SD.Next counts a call after the work, so that nobody knows whether a refused one has cost some.
    # A server behind a password knows one kind of refusal.
    differs = dict.fromkeys(("busy", "busylong", "busydate", "busyms", "busyplain"), ("rate_limited", "unknown")) | {
        "unverified": ("auth", "no")
    }
    also = {
        "gridfirst": DONE, "noname": DONE, "jpeg": DONE, "othermodel": LOST, "interrupted": DOUBTFUL,
        "textbroken": ("unavailable", "unknown"), "latebusy": ("rate_limited", "unknown"),
        "outofmemory": ("unavailable", "unknown"), "badbase64": DOUBTFUL, "wrongtypes": DOUBTFUL,
    }  # fmt: skip


class TestComfyUI(QueueContract):
    family = "comfyui"
    segment = "comfy"
    options = {"free": True}
    settings = {**SETTINGS, "edit_workflow": EDIT}
    cancels = True
    # A workflow is refused for its nodes alone, and only its own result says that something is wrong.
    lacks = frozenset({"moderated", "moderatedoutput", "error200"})
    # Whatever becomes of the answer to an order: its job is looked for by our own number.
    differs = dict.fromkeys(LOST_REPLIES, FORGOTTEN) | {"nohandle": DONE, "wrongtypes": DONE}
    also = {
        "partial": ("invalid", "no"), "lostreply": DONE, "cachedrun": LOST, "restarted": FORGOTTEN,
        "runinterrupted": DOUBTFUL, "runerror": DOUBTFUL, "runmemory": ("unavailable", "unknown"),
    }  # fmt: skip
