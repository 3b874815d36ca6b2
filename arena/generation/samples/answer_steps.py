"""How a program gets from a host's answer to the image: one function for each wire family that hosts anywhere speak."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from arena.catalog.models import Provider
from arena.generation.providers.poll_url import WORKING, PollOptions
from arena.generation.providers.shapes.host_options import read_options
from arena.generation.samples.curl_text import in_double


@dataclass(frozen=True)
class AnswerSteps:
    """Lines of Python after `response` is there that end with `picture` as bytes, and the modules that they need.

    `follow` is where to ask for the image of a host that makes one wait, as a shell reads it between double quotes,
    with a name in capitals for what its first answer says; empty for one that answers with the image.
    """

    lines: tuple[str, ...]
    modules: tuple[str, ...] = ()
    follow: str = ""


_FETCHED = "picture = requests.get(url, timeout=60).content"


def _openai_compatible(provider: Provider, model: str) -> AnswerSteps:
    return AnswerSteps(
        (
            'image = response.json()["data"][0]',
            'if "b64_json" in image:',
            '    picture = base64.b64decode(image["b64_json"])',
            "else:",
            '    picture = requests.get(image["url"], timeout=60).content',
        ),
        ("base64",),
    )


def _gemini(provider: Provider, model: str) -> AnswerSteps:
    return AnswerSteps(
        (
            'parts = response.json()["candidates"][0]["content"]["parts"]',
            'data = next(part["inlineData"]["data"] for part in parts if "inlineData" in part)',
            "picture = base64.b64decode(data)",
        ),
        ("base64",),
    )


def _huggingface(provider: Provider, model: str) -> AnswerSteps:
    return AnswerSteps(("picture = response.content",))


def _multipart_bytes(provider: Provider, model: str) -> AnswerSteps:
    return AnswerSteps((
        'if response.headers["content-type"].startswith("image/"):',
        "    picture = response.content",
        "else:",
        '    url = response.json()["data"][0]["url"]',
        f"    {_FETCHED}",
    ))  # fmt: skip


def _fal_queue(provider: Provider, model: str) -> AnswerSteps:
    return AnswerSteps(
        (
            "order = response.json()",
            "while True:",
            '    state = requests.get(order["status_url"], headers=headers, timeout=60).json()',
            '    if state["status"] == "COMPLETED":',
            "        break",
            "    time.sleep(2)",
            'answer = requests.get(order["response_url"], headers=headers, timeout=60).json()',
            'url = answer["images"][0]["url"]',
            _FETCHED,
        ),
        ("time",),
        "$RESPONSE_URL",
    )


def _replicate(provider: Provider, model: str) -> AnswerSteps:
    base = provider.base_url.rstrip("/")
    return AnswerSteps(
        (
            "answer = response.json()",
            'while answer["status"] in ("starting", "processing"):',
            "    time.sleep(2)",
            f'    url = {quoted(f"{base}/predictions/")} + answer["id"]',
            "    answer = requests.get(url, headers=headers, timeout=60).json()",
            'output = answer["output"]',
            "url = output[0] if isinstance(output, list) else output",
            _FETCHED,
        ),
        ("time",),
        f"{in_double(base)}/predictions/$ID",
    )


def _poll_url(provider: Provider, model: str) -> AnswerSteps:
    options = read_options(PollOptions, provider.options, model=model)
    inner = f"[{quoted(options.wrapper)}]" if options.wrapper else ""
    handle = _at("order", options.handle_field)
    if "{id}" in options.poll_path:
        base, before, after = provider.base_url.rstrip("/"), *options.poll_path.split("{id}")
        address = f"{quoted(base + before)} + {handle} + {quoted(after)}".removesuffix(' + ""')
        follow = f"{in_double(base + before)}${{ID}}{in_double(after)}" if after else f"{in_double(base + before)}$ID"
    else:
        address, follow = handle, "$" + re.sub(r"\W", "_", options.handle_field.rpartition(".")[2].upper())
    # A host whose first answer has no state has only begun, unless it may also answer with the image.
    unsaid = "" if options.poll_path else "pending"
    *others, last = options.result_paths
    found = [f"answer.get({quoted(path)})" for path in others if "." not in path]
    return AnswerSteps(
        (
            f"order = answer = response.json(){inner}",
            f"working = {sorted(WORKING)!r}".replace("'", '"'),
            f"while answer.get({quoted(options.status_field)}, {quoted(unsaid)}).lower() in working:",
            "    time.sleep(2)",
            f"    answer = requests.get({address}, headers=headers, timeout=60).json(){inner}",
            f"url = {' or '.join([*found, _at('answer', last)])}",
            _FETCHED,
        ),
        ("time",),
        follow,
    )


def _at(name: str, path: str) -> str:
    """Return the expression of what a path such as "output.media.0.url" leads to."""
    return name + "".join(f"[{step if step.isdecimal() else quoted(step)}]" for step in path.split("."))


def quoted(text: str) -> str:
    """Return a text as Python writes it. JSON's strings are Python's, too."""
    return json.dumps(text, ensure_ascii=False)


ANSWERS: dict[str, Callable[[Provider, str], AnswerSteps]] = {
    "openai_compatible": _openai_compatible,
    "gemini": _gemini,
    "huggingface": _huggingface,
    "multipart_bytes": _multipart_bytes,
    "fal_queue": _fal_queue,
    "replicate": _replicate,
    "poll_url": _poll_url,
}
