"""A catalogue folder for a dry run: one provider, model and contender for each wire of the fake provider."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PRICE = "0.010000"
BEARER = {"key_header": "authorization", "key_scheme": "Bearer"}
WORKFLOW = {
    "1": {"class_type": "EmptyLatentImage", "inputs": {"width": 512, "height": 512, "seed": "{{seed}}"}},
    "2": {"class_type": "CLIPTextEncode", "inputs": {"text": "{{prompt}}"}},
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "easel", "images": ["1", 0]}},
}


@dataclass(frozen=True)
class TrialHost:
    """A provider of the dry run: its wire at the fake, its family, its model's name there, and what differs."""

    name: str
    family: str
    segment: str
    model: str
    options: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    edits: bool = True

    @property
    def slug(self) -> str:
        """Its slug, and that of its model and contender."""
        return f"dry-run-{self.segment.partition('/')[0]}"


LLM_STATS = BEARER | {
    "path": "/generations", "input_field": "input", "model_field": "model", "handle_field": "id",
    "poll_path": "/generations/{id}", "result_paths": ["output.media.0.url"], "most_sources": 0,
}  # fmt: skip
FAIRSTACK = BEARER | {
    "path": "/image/generate", "model_field": "model", "handle_field": "generation_id", "wrapper": "data",
    "poll_path": "/generations/{id}", "result_paths": ["output.url"], "most_sources": 0,
}  # fmt: skip
HOSTS = (
    TrialHost("OpenAI", "openai_compatible", "v1", "gpt-image-trial", settings={"size": "1024x1024"}),
    TrialHost("fal", "fal_queue", "fal", "trial/flux", settings={"size": "1024x1024"}),
    TrialHost("Replicate", "replicate", "replicate/v1", "trial/flux", settings={"aspect_ratio": "1:1"}),
    TrialHost("Black Forest Labs", "poll_url", "bfl/v1", "flux-trial", settings={"size": "1024x1024"}),
    TrialHost("LLM Stats", "poll_url", "llmstats/v1", "trial", LLM_STATS, edits=False),
    TrialHost("FairStack", "poll_url", "fairstack/v1", "trial", FAIRSTACK, edits=False),
    TrialHost("Gemini", "gemini", "gemini", "gemini-trial"),
    TrialHost("Stability", "multipart_bytes", "stability", "stable-image/generate/core", edits=False),
    TrialHost("Hugging Face", "huggingface", "hf", "trial/flux"),
    TrialHost("A1111", "sdapi", "sdapi/v1", "fake-model"),
    TrialHost("ComfyUI", "comfyui", "comfy", "trial", settings={"workflow": WORKFLOW}, edits=False),
)


def write_trial_catalogue(folder: Path, origin: str) -> list[Path]:
    """Write the folder's files for a fake provider at `origin`; return them. Raises OSError."""
    models = folder / "models"
    models.mkdir(parents=True, exist_ok=True)
    files = {folder / "organizations.toml": _organization(), folder / "providers.toml": _providers(origin)}
    files |= {models / f"{host.slug}.toml": _model(host) for host in HOSTS}
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return list(files)


def _organization() -> str:
    return '[[organization]]\nslug = "dry-run"\nname = "Dry run"\n'


def _providers(origin: str) -> str:
    return "\n".join(
        _table(
            "provider", slug=host.slug, name=f"{host.name} (dry run)", family=host.family,
            base_url=f"{origin}/{host.segment}", key_env="", options=dict(host.options),
        )
        for host in HOSTS
    )  # fmt: skip


def _model(host: TrialHost) -> str:
    modalities = ["text-to-image", "image-editing"] if host.edits else ["text-to-image"]
    price = {
        "item": "image", "unit": "image", "amount": PRICE, "source": "https://example.org/dry-run",
    }  # fmt: skip
    head = "".join(
        f"{name} = {_value(value)}\n"
        for name, value in {
            "slug": host.slug, "name": f"{host.name} (dry run)", "organization": "dry-run", "modalities": modalities,
        }.items()
    )  # fmt: skip
    offering = _table("offering", provider=host.slug, model_id=host.model)
    offering += f"price = [{_value(price)[:-2]}, seen_on = 2026-11-30 }}]\n"
    contender = _table(
        "contender", slug=host.slug, name=f"{host.name} (dry run)", offering=host.slug, settings=dict(host.settings)
    )
    return f"{head}\n{offering}\n{contender}"


def _table(kind: str, **values: Any) -> str:
    return f"[[{kind}]]\n" + "".join(f"{name} = {_value(value)}\n" for name, value in values.items())


def _value(value: Any) -> str:
    """Return a value as TOML; texts and numbers are written as in JSON."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(name)} = {_value(each)}" for name, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)
