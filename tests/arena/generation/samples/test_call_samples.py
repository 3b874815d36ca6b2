"""Samples of calls: what they send is what the adapter sends, run as they stand against the fake provider."""

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from arena.catalog.loading.entries import read_folder
from arena.catalog.loading.load import BUILT_IN
from arena.catalog.models import ImageModel, Offering, Provider
from arena.fake_provider.server import ImageProvider, serve_images
from arena.generation.providers.base import Request
from arena.generation.providers.registry import adapter_with
from arena.generation.samples.answer_steps import ANSWERS
from arena.generation.samples.call_samples import PROMPTS, SEED, CallSample, is_documented, write_samples
from tests.arena.generation.providers.ordering import source, work_off

KEY = "key-of-a-reader"
BOTH = ["text-to-image", "image-editing"]
SHIPPED: dict[str, dict[str, Any]] = read_folder(Path(BUILT_IN)).providers
# Providers of the catalogue by the wire that the fake speaks for them, and their name of a model there.
WIRES = {
    "openai": ("v1", "fake-model", BOTH),
    "xai": ("v1", "fake-model", BOTH),
    "fal": ("fal", "acme/app/edit", BOTH),
    "replicate": ("replicate/v1", "acme/app", BOTH),
    "bfl": ("bfl/v1", "fake-model", BOTH),
    "llm-stats": ("llmstats/v1", "fake-model", BOTH[:1]),
    "google": ("gemini/v1beta", "fake-model", BOTH),
    "stability": ("stability/v2beta", "stable-image/generate/sd3", BOTH),
    "hugging-face": ("hf", "acme/app", BOTH),
}


@pytest.fixture(scope="module")
def host() -> Iterator[ImageProvider]:
    with serve_images() as running:
        yield running


def sell(slug: str, host: ImageProvider) -> Offering:
    """Return a provider's offering as the catalogue describes it, at the fake's address; nothing is stored."""
    segment, model_id, modalities = WIRES[slug]
    entry = SHIPPED[slug]
    provider = Provider(
        slug=slug, name=entry["name"], website=entry["website"], family=entry["family"], options=entry["options"],
        base_url=host.address_of(segment), key_env=entry["key_env"],
    )  # fmt: skip
    return Offering(provider=provider, image_model=ImageModel(), model_id=model_id, modalities=modalities)


def sent(host: ImageProvider) -> dict[str, Any]:
    """Return the last order as far as a sample must equal it."""
    order = host.journal.orders[-1]
    path = next(call["path"] for call in reversed(host.journal.calls) if call["method"] == "POST")
    keys = {name: value for name, value in order["headers"].items() if KEY in value}
    return {"path": path, "keys": keys, **{name: order[name] for name in ("body", "prompt", "model", "sources")}}


def order_ourselves(offering: Offering, sample: CallSample, host: ImageProvider, picture: Any) -> dict[str, Any]:
    edits = sample.modality == "image-editing"
    request = Request(
        model=sample.model_id, prompt=PROMPTS[sample.modality], seed=SEED, settings={"quality": "low"},
        sources=(picture,) if edits else (),
    )  # fmt: skip
    work_off(adapter_with(offering.provider, key=KEY), request)
    return sent(host)


@pytest.mark.parametrize("slug", WIRES)
def test_samples_run_as_they_stand_and_send_what_the_adapter_sends(
    slug: str, host: ImageProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offering, picture = sell(slug, host), source("source")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(offering.provider.key_env, KEY)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    (tmp_path / "source.png").write_bytes(picture.data)
    samples = write_samples(offering, settings={"quality": "low"})
    assert [str(sample.modality) for sample in samples] == offering.modalities
    for sample in samples:
        ours = order_ourselves(offering, sample, host, picture)
        exec(compile(sample.python, "sample", "exec"), {})  # noqa: S102 - the sample is what is tested.
        assert sent(host) == ours
        assert (tmp_path / "picture.png").read_bytes()
        (tmp_path / "picture.png").unlink()
        order = sample.curl.partition("\n\n")[0]
        run = subprocess.run(["bash", "-c", order], capture_output=True, check=False, timeout=60)
        assert run.returncode == 0, run.stderr
        assert sent(host) == ours


def test_every_family_that_hosts_speak_has_a_sample() -> None:
    public = {slug: entry for slug, entry in SHIPPED.items() if entry["website"] and entry["family"]}
    assert {entry["family"] for entry in public.values()} == set(ANSWERS)
    for slug, entry in public.items():
        fields = {name: entry[name] for name in ("name", "website", "family", "base_url", "key_env", "options")}
        provider = Provider(slug=slug, **fields)
        assert is_documented(provider)
        samples = write_samples(
            Offering(provider=provider, image_model=ImageModel(), model_id="acme/app", modalities=BOTH[:1]), settings={}
        )
        assert [entry["key_env"] in text for text in (samples[0].curl, samples[0].python)] == [True, True]


def test_no_sample_names_a_server_of_an_operator() -> None:
    local = [slug for slug, entry in SHIPPED.items() if entry["options"].get("free")]
    assert len(local) == 5
    for slug in local:
        entry = SHIPPED[slug]
        fields = {name: entry[name] for name in ("name", "website", "family", "base_url", "options")}
        assert not is_documented(Provider(slug=slug, **fields))
    for address in ("http://api.example.org", "https://user:word@api.example.org", "https://api.example.org?key=1"):
        assert not is_documented(Provider(website="https://example.org", base_url=address, family="gemini"))
    named = Provider(
        website="https://example.org", base_url="https://api.example.org", family="gemini", key_env="A$(B)"
    )
    assert not is_documented(named)


def test_a_key_in_the_environment_or_in_a_header_of_the_operator_is_in_no_sample(
    host: ImageProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    offering = sell("hugging-face", host)
    monkeypatch.setenv(offering.provider.key_env, "a-real-secret")
    offering.provider.options = {"headers": {"x-hf-bill-to": "my-team"}}
    text = "".join(sample.curl + sample.python for sample in write_samples(offering, settings={}))
    assert not re.search("a-real-secret|my-team|idempotency", text, re.IGNORECASE)
    assert 'Authorization: Bearer $HF_TOKEN"' in text
