"""Reads the prompt that a generator wrote into a picture's file: a claim of the file, which nobody has checked."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from arena.generation.ingest.generators.file_texts import read_element, read_texts
from arena.generation.ingest.generators.infotext import read_infotext, strip_tags
from arena.generation.ingest.generators.node_graphs import read_graph

# A longer text is no prompt. Half of one is not the prompt either, so nothing is cut.
MAX_PROMPT = 20_000
# PostgreSQL takes neither NUL nor halves of a character; no prompt needs the other control characters.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
DREAM = re.compile(r'\s*"(?P<text>(?:[^"\\]|\\.)*)"', re.DOTALL)
# Exif and comments hold anything: only what has a line of settings counts there.
FREE_TEXTS = ("exif:UserComment", "exif:ImageDescription", "exif:MakerNote", "comment")


@dataclass(frozen=True)
class FoundPrompt:
    """What the file says: the text, without tags that load files, and the tool that wrote it.

    The text is never empty, and holds no control characters but tabs and line ends.
    """

    text: str
    tool: str


def read_prompt(data: bytes) -> FoundPrompt | None:
    """Return the prompt that stands in a PNG, JPEG, WebP, AVIF, GIF or TIFF file; None if there is none. Never raises.

    Where several tools have written, the first of READERS that finds a prompt counts.
    """
    texts = read_texts(data)
    for read in READERS:
        found = read(texts)
        if found is not None and (cleaned := _clean(found)) is not None:
            return cleaned
    return None


def _clean(found: FoundPrompt) -> FoundPrompt | None:
    text = UNWRITABLE.sub("", strip_tags(found.text.replace("\r\n", "\n"))).strip()
    return FoundPrompt(text, found.tool) if 0 < len(text) <= MAX_PROMPT else None


def _json(text: str | None) -> dict[str, Any]:
    """Return a JSON object, or an empty one for any other text."""
    if text is None or not text.lstrip().startswith("{"):
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _word(value: object) -> str:
    """Return a text; empty for anything else."""
    return value if isinstance(value, str) else ""


def _part(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _read_invokeai(texts: Mapping[str, str]) -> FoundPrompt | None:
    fields = _json(texts.get("invokeai_metadata"))
    if fields:
        return FoundPrompt(_word(fields.get("positive_prompt")), "InvokeAI")
    prompt = _part(_json(texts.get("sd-metadata")).get("image")).get("prompt")
    if isinstance(prompt, list):
        prompt = ", ".join(_word(_part(each).get("prompt")) for each in prompt[:20])
    if text := _word(prompt):
        return FoundPrompt(text, "InvokeAI")
    if dream := DREAM.match(texts.get("Dream", "")):
        return FoundPrompt(dream["text"].replace('\\"', '"'), "InvokeAI")
    return None


def _read_swarmui(texts: Mapping[str, str]) -> FoundPrompt | None:
    for name in ("parameters", "exif:UserComment"):
        fields = _part(_json(texts.get(name)).get("sui_image_params"))
        if fields:
            return FoundPrompt(_word(fields.get("prompt")), "SwarmUI")
    return None


def _read_fooocus(texts: Mapping[str, str]) -> FoundPrompt | None:
    for name in ("parameters", "exif:UserComment", "Comment"):
        fields = _json(texts.get(name))
        if {"base_model", "full_prompt"} & set(fields):
            return FoundPrompt(_word(fields.get("prompt")), "Fooocus")
    return None


def _read_novelai(texts: Mapping[str, str]) -> FoundPrompt | None:
    for name in ("Comment", "exif:UserComment"):
        fields = _json(texts.get(name))
        # In WebP the comment holds all that PNG has as texts of their own.
        fields = _json(_word(fields.get("Comment"))) or fields
        if "uc" not in fields or "c" in fields:
            continue
        caption = _part(_part(fields.get("v4_prompt")).get("caption"))
        text = _word(fields.get("prompt")) or _word(caption.get("base_caption")) or texts.get("Description", "")
        return FoundPrompt(text, "NovelAI")
    return None


def _read_infotext(texts: Mapping[str, str]) -> FoundPrompt | None:
    for name in ("parameters", *FREE_TEXTS):
        text = texts.get(name, "")
        if not text.strip() or text.lstrip().startswith("{"):
            continue
        parts = read_infotext(text)
        if parts.settings or name == "parameters":
            return FoundPrompt(parts.prompt, _family(parts.settings))
    return None


def _family(settings: Mapping[str, str]) -> str:
    """Return which tool of the family says that it wrote the settings."""
    version, app = settings.get("Version", ""), settings.get("App", "")
    if "SD.Next" in app:
        return "SD.Next"
    if version.startswith("f"):
        return "Forge"
    if "stable-diffusion.cpp" in version:
        return "stable-diffusion.cpp"
    return "Fooocus" if version.startswith("Fooocus") else "A1111"


def _read_comfyui(texts: Mapping[str, str]) -> FoundPrompt | None:
    model, make = (texts.get(f"exif:{tag}", "") for tag in ("Model", "Make"))
    for text in (texts.get("prompt", ""), model.removeprefix("prompt:"), make.removeprefix("prompt:")):
        if prompt := read_graph(_json(text)):
            return FoundPrompt(prompt, "ComfyUI")
    return None


def _read_easy_diffusion(texts: Mapping[str, str]) -> FoundPrompt | None:
    if "prompt" not in texts or _json(texts["prompt"]) or not {"seed", "negative_prompt"} & set(texts):
        return None
    return FoundPrompt(texts["prompt"], "Easy Diffusion")


def _read_draw_things(texts: Mapping[str, str]) -> FoundPrompt | None:
    for text in (read_element(texts.get("xmp", ""), "exif:UserComment"), texts.get("exif:UserComment")):
        fields = _json(text)
        if "c" in fields and {"uc", "sampler", "seed"} & set(fields):
            return FoundPrompt(_word(fields.get("c")), "Draw Things")
    return None


def _read_midjourney(texts: Mapping[str, str]) -> FoundPrompt | None:
    described = texts.get("xmp", "")
    for text in (
        texts.get("Description", ""), read_element(described, "dc:description"), texts.get("exif:ImageDescription", ""),
    ):  # fmt: skip
        asked, job, _number = text.rpartition("Job ID:")
        if job and len(asked) <= MAX_PROMPT:
            return FoundPrompt(re.split(r"\s--(?=[a-z])", asked)[0], "Midjourney")
    return None


READERS: tuple[Callable[[Mapping[str, str]], FoundPrompt | None], ...] = (
    _read_invokeai, _read_swarmui, _read_fooocus, _read_novelai, _read_infotext, _read_comfyui, _read_easy_diffusion,
    _read_draw_things, _read_midjourney,
)  # fmt: skip
