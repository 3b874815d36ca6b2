"""Reads from a picture's file with what it was made: checkpoint, LoRAs, sampler, steps, seed; claims of the file."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from arena.generation.ingest.generators.file_texts import read_element, read_texts
from arena.generation.ingest.generators.graph_settings import read_graph_settings
from arena.generation.ingest.generators.infotext import NEGATIVE, read_infotext

# What is kept, in the order in which it is shown. All but the seed are settings.
KEPT = (
    "checkpoint", "loras", "sampler", "scheduler", "steps", "guidance", "distilled_guidance", "denoise", "clip_skip",
    "size", "negative_prompt", "seed",
)  # fmt: skip
LONGEST = {"negative_prompt": 4000}
LONGEST_VALUE = 200
MOST_LORAS = 16
LORA = re.compile(r"<lora:(?P<name>[^:<>\n]{1,200})(?::(?P<strength>-?[\d.]{1,12}))?[^<>\n]{0,100}>")
NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?")
WHOLE = re.compile(r"\d{1,40}")
UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
MODEL_FILES = frozenset((".safetensors", ".ckpt", ".gguf", ".pt", ".sft", ".bin"))
INFOTEXT = {
    "Model": "checkpoint", "Sampler": "sampler", "Schedule type": "scheduler", "Scheduler": "scheduler",
    "Steps": "steps", "CFG scale": "guidance", "Distilled CFG Scale": "distilled_guidance",
    "Denoising strength": "denoise", "Clip skip": "clip_skip", "Size": "size", "Seed": "seed",
}  # fmt: skip
# Each tool's own words for ours.
SWARM = {
    "model": "checkpoint", "sampler": "sampler", "scheduler": "scheduler", "steps": "steps", "cfgscale": "guidance",
    "negativeprompt": "negative_prompt", "seed": "seed",
}  # fmt: skip
FOOOCUS = {
    "base_model": "checkpoint", "sampler": "sampler", "scheduler": "scheduler", "steps": "steps",
    "guidance_scale": "guidance", "negative_prompt": "negative_prompt", "seed": "seed",
}  # fmt: skip
INVOKE = {
    "scheduler": "scheduler", "steps": "steps", "cfg_scale": "guidance", "negative_prompt": "negative_prompt",
    "seed": "seed",
}  # fmt: skip
DRAW_THINGS = {
    "model": "checkpoint", "sampler": "sampler", "steps": "steps", "scale": "guidance", "strength": "denoise",
    "uc": "negative_prompt", "seed": "seed", "size": "size",
}  # fmt: skip
NOVELAI = {"sampler": "sampler", "steps": "steps", "scale": "guidance", "uc": "negative_prompt", "seed": "seed"}
EASY_DIFFUSION = {
    "use_stable_diffusion_model": "checkpoint", "sampler_name": "sampler", "num_inference_steps": "steps",
    "guidance_scale": "guidance", "negative_prompt": "negative_prompt", "seed": "seed",
}  # fmt: skip

Found = dict[str, Any]


def read_made_with(data: bytes) -> dict[str, str | int | float]:
    """Return what a file says of its making, by the words of KEPT; empty for a file that says nothing. Never raises.

    LoRAs are one text such as `glaze 0.8, ink 1`. A seed is a text of digits, since some are larger than any column.
    Where several tools have written, the first of READERS that finds something counts.
    """
    texts = read_texts(data)
    for read in READERS:
        if found := _clean(read(texts)):
            return found
    return {}


def _clean(found: Found) -> dict[str, str | int | float]:
    cleaned: dict[str, str | int | float] = {}
    for name in KEPT:
        value = found.get(name)
        if name == "loras":
            value = _name_loras(value or ())
        elif name == "checkpoint" and isinstance(value, str):
            value = file_stem(value)
        elif name == "seed":
            value = str(value) if not isinstance(value, bool) and WHOLE.fullmatch(str(value)) else ""
        if isinstance(value, str):
            value = UNWRITABLE.sub(" ", value).strip()
            value = value if len(value) <= LONGEST.get(name, LONGEST_VALUE) else ""
            if name != "seed" and NUMBER.fullmatch(value):
                value = as_number(value)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != "" and is_writable(value):
            cleaned[name] = value
    return cleaned


def is_writable(value: str | float) -> bool:
    """Tell whether a value is no number, or one that JSON can hold."""
    return isinstance(value, str) or abs(value) < 1e15


def as_number(text: str) -> int | float:
    """Return a number as it is meant: 7.0 is 7."""
    number = float(text)
    return int(number) if number.is_integer() else number


def file_stem(name: str) -> str:
    """Return the name of a model's file without folders and ending; dots inside a name stay."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.stem if path.suffix.lower() in MODEL_FILES else path.name


def _name_loras(loras: Iterable[tuple[str, object]]) -> str:
    named = []
    for name, strength in list(loras)[:MOST_LORAS]:
        number = as_number(str(strength)) if NUMBER.fullmatch(str(strength)) else 1
        named.append(f"{file_stem(name)} {number}")
    return ", ".join(named)


def _json(text: str | None) -> Found:
    if text is None or not text.lstrip().startswith("{"):
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _part(value: object) -> Found:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _renamed(fields: Mapping[str, Any], names: Mapping[str, str]) -> Found:
    found: Found = {}
    for theirs, ours in names.items():
        if isinstance(fields.get(theirs), str | int | float):
            found.setdefault(ours, fields[theirs])
    return found


def _read_invokeai(texts: Mapping[str, str]) -> Found:
    fields = _json(texts.get("invokeai_metadata"))
    if not fields:
        return {}
    model = _part(fields.get("model"))
    loras = []
    for each in _list(fields.get("loras")):
        own = _part(_part(each).get("model") or _part(each).get("lora"))
        name = own.get("name") or own.get("model_name")
        if isinstance(name, str):
            loras.append((name, _part(each).get("weight", 1)))
    return _renamed(fields, INVOKE) | {"checkpoint": model.get("name") or model.get("model_name"), "loras": loras}


def _read_swarmui(texts: Mapping[str, str]) -> Found:
    for name in ("parameters", "exif:UserComment"):
        if fields := _part(_json(texts.get(name)).get("sui_image_params")):
            names, weights = _list(fields.get("loras")), _list(fields.get("loraweights"))
            weights += [1] * (len(names) - len(weights))
            loras = [(str(lora), weight) for lora, weight in zip(names, weights, strict=False)]
            return _renamed(fields, SWARM) | {"loras": loras}
    return {}


def _read_fooocus(texts: Mapping[str, str]) -> Found:
    for name in ("parameters", "exif:UserComment", "Comment"):
        fields = _json(texts.get(name))
        if {"base_model", "full_prompt"} & set(fields):
            rows = [row for row in _list(fields.get("loras")) if isinstance(row, list) and len(row) > 1]
            return _renamed(fields, FOOOCUS) | {"loras": [(str(row[0]), row[1]) for row in rows]}
    return {}


def _read_novelai(texts: Mapping[str, str]) -> Found:
    for name in ("Comment", "exif:UserComment"):
        fields = _json(texts.get(name))
        inner = fields.get("Comment")
        fields = _json(inner if isinstance(inner, str) else None) or fields
        if "uc" in fields and "c" not in fields:
            return _renamed(fields, NOVELAI) | {"checkpoint": texts.get("Source", "")}
    return {}


def _read_infotext(texts: Mapping[str, str]) -> Found:
    for name in ("parameters", "exif:UserComment", "exif:ImageDescription", "exif:MakerNote", "comment"):
        text = texts.get(name, "")
        if not text.strip() or text.lstrip().startswith("{"):
            continue
        parts = read_infotext(text)
        if parts.settings:
            loras = [(tag["name"], tag["strength"] or "1") for tag in LORA.finditer(parts.prompt)]
            return _renamed(parts.settings, INFOTEXT) | {"loras": loras, "negative_prompt": _negative(text)}
    return {}


def _negative(text: str) -> str:
    """Return the negative prompt of an infotext: its line and those that follow, up to the settings."""
    _before, found, rest = text.replace("\r\n", "\n").partition(f"\n{NEGATIVE}")
    lines = rest.strip().split("\n") if found else []
    return "\n".join(lines[:-1]).strip() if len(lines) > 1 else ""


def _read_comfyui(texts: Mapping[str, str]) -> Found:
    model, make = (texts.get(f"exif:{tag}", "") for tag in ("Model", "Make"))
    for text in (texts.get("prompt", ""), model.removeprefix("prompt:"), make.removeprefix("prompt:")):
        if found := read_graph_settings(_json(text)):
            return found
    return {}


def _read_easy_diffusion(texts: Mapping[str, str]) -> Found:
    if _json(texts.get("prompt")) or not {"seed", "negative_prompt"} & set(texts):
        return {}
    return _renamed(texts, EASY_DIFFUSION)


def _read_draw_things(texts: Mapping[str, str]) -> Found:
    for text in (read_element(texts.get("xmp", ""), "exif:UserComment"), texts.get("exif:UserComment")):
        fields = _json(text)
        if "c" in fields and {"uc", "sampler", "seed"} & set(fields):
            return _renamed(fields, DRAW_THINGS)
    return {}


READERS: tuple[Callable[[Mapping[str, str]], Found], ...] = (
    _read_invokeai, _read_swarmui, _read_fooocus, _read_novelai, _read_infotext, _read_comfyui, _read_easy_diffusion,
    _read_draw_things,
)  # fmt: skip
