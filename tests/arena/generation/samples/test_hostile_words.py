"""Whatever a model, a setting or an address is called, a sample runs nothing but its call."""

import ast
import subprocess
from pathlib import Path
from typing import Any

import pytest

from arena.catalog.models import ImageModel, Offering, Provider
from arena.generation.samples.call_samples import write_samples
from tests.arena.generation.samples.test_call_samples import SHIPPED, WIRES

# What would leave a file behind if a shell or Python ran it.
HOSTILE = """a'b"c$(touch ran)`touch ran`;touch ran&touch ran|\\\nEND\n'''+open("ran","w")#"""
HOSTILE_PATH = "/$(touch${IFS}ran);touch${IFS}ran&`touch${IFS}ran`'\""
# Instead of curl: it only says what it was called with.
_CURL = 'curl() { printf "%s\\0" "$@"; }\n'


@pytest.mark.parametrize("slug", WIRES)
@pytest.mark.parametrize("place", ["model", "setting", "address"])
def test_sample_with_hostile_words_runs_nothing_else(slug: str, place: str, tmp_path: Path) -> None:
    entry: dict[str, Any] = SHIPPED[slug]
    base = entry["base_url"].rstrip("/") + (
        "/$(touch${IFS}ran);touch${IFS}ran&`touch${IFS}ran`'\"" * (place == "address")
    )
    provider = Provider(
        slug=slug, name=entry["name"], website=entry["website"], family=entry["family"], options=entry["options"],
        base_url=base, key_env=entry["key_env"],
    )  # fmt: skip
    model = HOSTILE if place == "model" else WIRES[slug][1]
    offering = Offering(provider=provider, image_model=ImageModel(), model_id=model, modalities=WIRES[slug][2])
    settings = {"quality": HOSTILE, HOSTILE: HOSTILE} if place == "setting" else {}
    (tmp_path / "source.png").write_bytes(b"picture")
    for sample in write_samples(offering, settings=settings):
        script = _CURL + sample.curl
        run = subprocess.run(
            ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
        )
        assert (run.returncode, run.stderr) == (0, "")
        assert sample.url in run.stdout.split("\0")
        assert not (tmp_path / "ran").exists()
        calls = [node.func for node in ast.walk(ast.parse(sample.python)) if isinstance(node, ast.Call)]
        called = {function.id for function in calls if isinstance(function, ast.Name)}
        assert called <= {"open", "next", "sorted", "isinstance"}
        texts = [node.value for node in ast.walk(ast.parse(sample.python)) if isinstance(node, ast.Constant)]
        assert sample.url in texts
