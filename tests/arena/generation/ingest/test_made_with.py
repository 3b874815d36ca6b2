"""What generators write of their settings is read into one vocabulary; nothing hostile raises."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.generation.ingest.generators.made_with import read_made_with
from tests.arena.generation.ingest.test_metadata import INFOTEXT, exif, graph, save, with_texts, xmp

SAMPLER = {"seed": 7, "steps": 20, "cfg": 8, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0}
NODES: dict[str, tuple[str, dict[str, Any]]] = {
    "n1": ("CheckpointLoaderSimple", {"ckpt_name": "models/foo.v2.safetensors"}),
    "n2": ("LoraLoader", {"lora_name": "glaze.safetensors", "strength_model": 0.8, "model": ["1", 0]}),
    "n3": ("KSampler", {**SAMPLER, "model": ["2", 0], "positive": ["4", 0], "negative": ["5", 0]}),
    "n4": ("CLIPTextEncode", {"text": "a cup"}), "n5": ("CLIPTextEncode", {"text": "blurry"}),
    "n6": ("SaveImage", {"images": ["3", 0]}),
}  # fmt: skip
CUSTOM: dict[str, tuple[str, dict[str, Any]]] = {
    "n1": ("UNETLoader", {"unet_name": "flux1-dev.sft"}),
    "n2": ("RandomNoise", {"noise_seed": 18446744073709551615}),
    "n3": ("BasicScheduler", {"scheduler": "simple", "steps": 4, "denoise": 1, "model": ["1", 0]}),
    "n4": ("KSamplerSelect", {"sampler_name": "euler"}),
    "n5": ("BasicGuider", {"model": ["1", 0], "conditioning": ["7", 0]}),
    "n6": ("SamplerCustomAdvanced", {"noise": ["2", 0], "guider": ["5", 0], "sampler": ["4", 0], "sigmas": ["3", 0]}),
    "n7": ("CLIPTextEncode", {"text": "a cup"}), "n8": ("SaveImage", {"images": ["6", 0]}),
}  # fmt: skip
CASES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "a1111": (
        with_texts(parameters=INFOTEXT),
        {"checkpoint": "foo", "loras": "glaze 0.8", "sampler": "Euler a", "steps": 20, "guidance": 7,
         "size": "512x512", "negative_prompt": "blurry", "seed": "7"},
    ),
    "a1111 in a jpeg": (
        save("JPEG", exif=exif(comment=b"UNICODE\0" + INFOTEXT.encode("utf-16-be"))),
        {"checkpoint": "foo", "loras": "glaze 0.8", "sampler": "Euler a", "steps": 20, "guidance": 7,
         "size": "512x512", "negative_prompt": "blurry", "seed": "7"},
    ),
    "forge": (
        with_texts(parameters="a cup\nSteps: 4, Sampler: Euler, Schedule type: Simple, Distilled CFG Scale: 3.5, "
                   "Seed: 99999999999999999999, Model: flux1-dev, Version: f2.0"),
        {"checkpoint": "flux1-dev", "sampler": "Euler", "scheduler": "Simple", "steps": 4, "distilled_guidance": 3.5,
         "seed": "99999999999999999999"},
    ),
    "comfyui": (
        with_texts(prompt=graph(**NODES)),
        {"checkpoint": "foo.v2", "loras": "glaze 0.8", "sampler": "euler", "scheduler": "normal", "steps": 20,
         "guidance": 8, "denoise": 1.0, "negative_prompt": "blurry", "seed": "7"},
    ),
    "comfyui custom": (
        with_texts(prompt=graph(**CUSTOM)),
        {"checkpoint": "flux1-dev", "sampler": "euler", "scheduler": "simple", "steps": 4, "denoise": 1,
         "seed": "18446744073709551615"},
    ),
    "fooocus": (
        with_texts(parameters=json.dumps({"prompt": "a cup", "full_prompt": [], "seed": "7", "steps": 30,
                   "base_model": "foo.safetensors", "loras": [["bar.safetensors", 0.5, "1a2b"]]})),
        {"checkpoint": "foo", "loras": "bar 0.5", "steps": 30, "seed": "7"},
    ),
    "swarmui": (
        with_texts(parameters=json.dumps({"sui_image_params": {"prompt": "a cup", "negativeprompt": "", "seed": 7,
                   "steps": "20", "cfgscale": 7, "model": "foo", "loras": ["ink"], "loraweights": ["0.6"]}})),
        {"checkpoint": "foo", "loras": "ink 0.6", "steps": 20, "guidance": 7, "seed": "7"},
    ),
    "invokeai": (
        with_texts(invokeai_metadata=json.dumps({"positive_prompt": "a cup", "seed": 7, "steps": 20, "cfg_scale": 7.5,
                   "scheduler": "euler", "model": {"name": "foo"},
                   "loras": [{"model": {"name": "ink"}, "weight": 0.8}]})),
        {"checkpoint": "foo", "loras": "ink 0.8", "scheduler": "euler", "steps": 20, "guidance": 7.5, "seed": "7"},
    ),
    "novelai": (
        with_texts(Comment=json.dumps({"prompt": "1cup", "uc": "blurry", "steps": 28, "scale": 5, "seed": 7,
                   "sampler": "k_euler"}), Source="NovelAI Diffusion V4"),
        {"checkpoint": "NovelAI Diffusion V4", "sampler": "k_euler", "steps": 28, "guidance": 5,
         "negative_prompt": "blurry", "seed": "7"},
    ),
    "draw things": (
        with_texts(**{"XML:com.adobe.xmp": xmp(
            '<exif:UserComment>{"c":"a cup","uc":"","seed":7,"steps":8,"sampler":"Euler A","scale":4,'
            '"model":"foo.ckpt"}'
            "</exif:UserComment>").decode()}),
        {"checkpoint": "foo", "sampler": "Euler A", "steps": 8, "guidance": 4, "seed": "7"},
    ),
    "nothing": (save("PNG"), {}),
    "prompt only": (with_texts(parameters="a cup on a table"), {}),
    "no pictures' worth": (with_texts(prompt=graph(n1=("KSampler", {"steps": [1], "cfg": None, "positive": "a"}))), {}),
    "numbers out of range": (with_texts(prompt=graph(n1=("KSampler", {"steps": 1e300, "positive": "a"}))), {}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_settings_of_each_tool_are_read(name: str) -> None:
    data, expected = CASES[name]
    assert read_made_with(data) == expected


@given(st.dictionaries(st.sampled_from(["parameters", "prompt", "Comment", "invokeai_metadata"]), st.text(max_size=60)))
def test_nothing_raises(texts: dict[str, str]) -> None:
    clean = {name: text.encode("utf-8", "ignore").decode() for name, text in texts.items()}
    assert isinstance(read_made_with(with_texts(**clean)), dict)
