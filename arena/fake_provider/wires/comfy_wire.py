"""ComfyUI: workflows are queued, looked for in the history, and their files viewed; nothing there names a charge."""

from collections.abc import Mapping
from typing import Any

from arena.fake_provider.journal import Job
from arena.fake_provider.speech import Call, Failure, Order, Reply, say
from arena.fake_provider.wires.wire_forms import Oddity, PlainWire

STATUS = {"auth": 401, "unverified": 403, "quota": 402, "rate_limit": 429, "overloaded": 503, "gone": 404}
OUTPUTS = {"SaveImage", "PreviewImage"}
MEMORY = "CUDA out of memory. This error means you ran out of memory on your GPU."


def _queued(job: Job) -> Reply:
    return say(200, {"prompt_id": job.number, "number": 1, "node_errors": {}})


# Faults of jobs that end in an error: exception and message.
ERRORS = {
    "runmemory": ("torch.OutOfMemoryError", MEMORY),
    "runerror": ("RuntimeError", "mat1 and mat2 shapes cannot be multiplied"),
}


class ComfyWire(PlainWire):
    """One server, with the files that were uploaded to it and the jobs that it knows."""

    segment = "comfy"

    def __init__(self) -> None:
        # The job is queued, but its answer is not what was to be.
        self.odd: Mapping[str, Oddity] = {
            "nohandle": lambda call, job: self._queue(call, job, say(200, {})),
            "wrongtypes": lambda call, job: self._queue(call, job, say(200, {"prompt_id": 5, "number": "x"})),
            "lostreply": lambda call, job: self._queue(call, job, Reply(502, b"<html>Bad Gateway</html>", "text/html")),
        }
        # By the server's origin, since all servers of a process share the wire.
        self._files: dict[tuple[str, str], bytes] = {}
        self._jobs: dict[str, list[Job]] = {}
        # Jobs without a client: some builds forget what these made.
        self._nobodys: set[str] = set()

    def read_order(self, call: Call) -> Order | None:
        """Read a workflow: its first text is the prompt, its LoadImage nodes name the sources."""
        graph = call.json.get("prompt")
        if call.method != "POST" or call.path != "/prompt" or not isinstance(graph, dict) or "nodes" in graph:
            return None
        by_kind: dict[str, list[dict[str, Any]]] = {}
        for node in graph.values():
            by_kind.setdefault(node["class_type"], []).append(node["inputs"])
        texts = [inputs["text"] for inputs in by_kind.get("CLIPTextEncode", [])]
        size = by_kind.get("EmptyLatentImage", [{}])[0]
        masks = [self._files.get((call.origin, each["image"])) for each in by_kind.get("LoadImageMask", [])]
        sources = [self._files.get((call.origin, each["image"]), b"") for each in by_kind.get("LoadImage", [])]
        return Order(
            model=str(by_kind.get("CheckpointLoaderSimple", [{}])[0].get("ckpt_name", "")), prompt=(texts or [""])[0],
            body=graph, key=call.headers.get("idempotency-key", "") or str(call.json.get("client_id", "")),
            sources=tuple(filter(None, sources)), mask=masks[0] if masks else None, width=size.get("width", 1),
            height=size.get("height", 1), number=str(call.json.get("prompt_id", "")),
        )  # fmt: skip

    def deliver(self, call: Call, job: Job) -> Reply:
        """Queue the workflow."""
        return self._queue(call, job, _queued(job))

    def fail(self, call: Call, failure: Failure) -> Reply:
        """Answer as a proxy in front of the server does, or refuse the workflow."""
        if failure.kind in STATUS:
            return say(STATUS[failure.kind], {"error": failure.message}, failure.headers)
        top = {"type": "prompt_outputs_failed_validation", "message": "Prompt outputs failed validation", "details": ""}
        error = {"type": "value_not_in_list", "message": "Value not in list", "details": failure.message}
        outputs = [number for number, node in call.json["prompt"].items() if node["class_type"] in OUTPUTS]
        faults = {"4": {"errors": [error], "dependent_outputs": outputs, "class_type": "CheckpointLoaderSimple"}}
        if failure.kind == "partial":
            # Status 200 although all our branches were left out, as if another one were valid.
            return say(200, {"prompt_id": "other", "number": 1, "node_errors": faults})
        return say(400, {"error": top, "node_errors": faults})

    def find_job(self, call: Call) -> str:
        """Return the number in the path, unless the job is one that the server has never known."""
        parts = call.path.split("/")
        number = parts[2] if parts[1] == "history" else parts[3] if parts[1:3] == ["api", "jobs"] else ""
        return number if any(job.number == number for job in self._known(call)) else ""

    def report(self, call: Call, job: Job) -> Reply:
        """Tell the history of a job, or cancel it."""
        if call.path.endswith("/cancel"):
            job.cancelled = not job.finished
            return say(200, {"cancelled": job.cancelled})
        if not job.finished or job.fault in {"stuck", "restarted"}:
            return say(200, {})
        outputs = {} if job.number in self._nobodys else _outputs(job)
        return say(200, {job.number: {"prompt": [], "outputs": outputs, "status": _status(job), "meta": {}}})

    def serve(self, call: Call) -> Reply:
        """Answer for the queue, uploads and files."""
        if call.path == "/upload/image":
            return self._upload(call)
        if call.path == "/queue" and call.method == "GET":
            waiting = [each for each in self._known(call) if each.fault != "restarted" and not each.cancelled]
            waiting = [each for each in waiting if each.fault == "stuck" or not each.finished]
            return say(200, {"queue_running": [[1, each.number, {}, {}, []] for each in waiting], "queue_pending": []})
        if call.path == "/view":
            name = call.query.get("filename", "")
            jobs = [each for each in self._known(call) if name.startswith(_prefix(each))]
            return Reply(200, jobs[-1].pictures[0], "image/png") if jobs and jobs[-1].pictures else say(404, {})
        if call.path.startswith("/history/"):
            return say(200, {})
        return say(200 if call.path in {"/queue", "/interrupt"} else 404, {})

    def _known(self, call: Call) -> list[Job]:
        return self._jobs.setdefault(call.origin, [])

    def _queue(self, call: Call, job: Job, reply: Reply) -> Reply:
        self._known(call).append(job)
        if not call.json.get("client_id"):
            self._nobodys.add(job.number)
        return reply

    def _upload(self, call: Call) -> Reply:
        """Keep a file under another name than asked for, as if that one were taken."""
        for part in call.parts:
            if part.file_name:
                stem, dot, ending = part.file_name.rpartition(".")
                name = f"{stem} (1){dot}{ending}"
                self._files[call.origin, name] = part.data
                return say(200, {"name": name, "subfolder": "", "type": "input"})
        return say(400, {})


def _prefix(job: Job) -> str:
    nodes = [node["inputs"] for node in job.order.body.values()]
    return next((str(inputs["filename_prefix"]) for inputs in nodes if "filename_prefix" in inputs), "ComfyUI")


def _outputs(job: Job) -> dict[str, Any]:
    if job.fault in {"empty", "runinterrupted", *ERRORS}:
        return {}
    name = "ComfyUI_00001_.png" if job.fault == "cachedrun" else f"{_prefix(job)}_00001_.png"
    files = [{"filename": name, "subfolder": "", "type": "output"}]
    saving = [number for number, node in job.order.body.items() if node["class_type"] in OUTPUTS]
    return {number: {"images": files if job.pictures else []} for number in saving}


def _status(job: Job) -> dict[str, Any]:
    if job.fault == "oddstate":
        return {"status_str": "dreaming", "completed": False, "messages": [["execution_start"], None, 5]}
    if job.fault == "runinterrupted":
        return {"status_str": "error", "completed": False, "messages": [["execution_interrupted", {"node_id": "3"}]]}
    if job.fault in ERRORS:
        kind, message = ERRORS[job.fault]
        error = {
            "node_id": "3", "node_type": "KSampler", "exception_type": kind, "exception_message": message,
            "traceback": [], "current_inputs": {"text": [job.order.prompt]}, "current_outputs": [],
        }  # fmt: skip
        return {"status_str": "error", "completed": False, "messages": [["execution_error", error]]}
    return {"status_str": "success", "completed": True, "messages": []}
