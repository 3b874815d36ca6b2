"""Prompts that generators write into files are found in every container, and nothing hostile raises or hangs."""

import io
import json
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from arena.generation.ingest.metadata import MAX_PROMPT, FoundPrompt, read_prompt
from tests.arena.generation.ingest.picture_files import zeros

INFOTEXT = (
    "a cup: blue, <lora:glaze:0.8>\nsecond line\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, "
    'Seed: 7, Size: 512x512, Model: foo, Hires prompt: "a, b", Lora hashes: "glaze: 1a2b", Version: v1.10.1'
)
READ = FoundPrompt("a cup: blue\nsecond line", "A1111")


def with_texts(**texts: str) -> bytes:
    """Return a PNG with these texts."""
    info = PngInfo()
    for name, text in texts.items():
        info.add_itxt(name.replace("_", "-") if name == "sd_metadata" else name, text)
    return save("PNG", pnginfo=info)


def save(kind: str, **options: Any) -> bytes:
    """Return a small picture of this format."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64)).save(file, kind, **options)
    return file.getvalue()


def exif(**tags: bytes | str) -> bytes:
    """Return Exif data with a UserComment (in the directory where it belongs) and tags of the first directory."""
    data = Image.Exif()
    if "comment" in tags:
        data.get_ifd(0x8769)[0x9286] = tags.pop("comment")
    for tag, value in tags.items():
        data[{"description": 0x010E, "model": 0x0110, "make": 0x010F}[tag]] = value
    return data.tobytes()


def xmp(inside: str) -> bytes:
    """Return a packet of XMP."""
    return f'<x:xmpmeta><rdf:RDF><rdf:Description rdf:about="">{inside}</rdf:Description></x:xmpmeta>'.encode()


def graph(**nodes: tuple[str, dict[str, Any]]) -> str:
    """Return a ComfyUI graph."""
    return json.dumps(
        {key.removeprefix("n"): {"class_type": kind, "inputs": inputs} for key, (kind, inputs) in nodes.items()}
    )


def sampled(**nodes: tuple[str, dict[str, Any]]) -> str:
    """Return a graph of one sampler that saves; node 6 is its positive and 7 its negative text."""
    usual: dict[str, tuple[str, dict[str, Any]]] = {
        "n3": ("KSampler", {"seed": 7, "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0]}),
        "n4": ("CheckpointLoaderSimple", {"ckpt_name": "foo.safetensors"}),
        "n7": ("CLIPTextEncode", {"text": "blurry", "clip": ["4", 1]}),
        "n9": ("SaveImage", {"images": ["3", 0], "filename_prefix": "x"}),
    }
    return graph(**(usual | nodes))


TEXT = ("CLIPTextEncode", {"text": "a cup", "clip": ["4", 1]})
COMFY = FoundPrompt("a cup", "ComfyUI")
NOVEL = {"prompt": "1cup", "uc": "blurry", "seed": 7, "v4_prompt": {"caption": {"base_caption": "1cup"}}}
SWARM = {"sui_image_params": {"prompt": "a cup", "negativeprompt": "", "seed": "7", "model": "foo"}}
FOOOCUS = {"prompt": "a cup", "full_prompt": [], "seed": "7", "base_model": "foo", "resolution": "(1024, 1024)"}
DRAWN = json.dumps({"c": "a cup & saucer", "uc": "", "seed": 7, "model": "foo.ckpt"})

FOX = "红色的狐狸" * 40
FOUND = {
    "a1111 png": (with_texts(parameters=INFOTEXT), READ),
    **{
        f"a1111 {kind} {code}": (save(kind, exif=exif(comment=b"UNICODE\0" + INFOTEXT.encode(code))), READ)
        for kind in ("JPEG", "WEBP", "AVIF", "PNG")
        for code in ("utf-16-be", "utf-16-le", "utf-8")
    },
    "a1111 ascii": (save("JPEG", exif=exif(comment=b"ASCII\0\0\0" + INFOTEXT.encode())), READ),
    "a1111 no code": (save("JPEG", exif=exif(comment=bytes(8) + INFOTEXT.encode("utf-16-le"))), READ),
    "a1111 description": (save("JPEG", exif=exif(description=INFOTEXT)), READ),
    "a1111 gif": (save("GIF", comment=INFOTEXT.encode()), READ),
    "a1111 chinese": (
        save("JPEG", exif=exif(comment=b"UNICODE\0" + f"{FOX}\nSteps: 1, Seed: 2, Size: 1x1".encode("utf-16-be"))),
        FoundPrompt(FOX, "A1111"),
    ),
    "sdcpp injects": (
        with_texts(parameters='a cup\nSteps: 20, SDCPP: {"p": "x, Seed: 9, Model: bad"}, Seed: 7, Model: foo'),
        FoundPrompt("a cup", "A1111"),
    ),
    "civitai": (
        with_texts(parameters='a cup\nSteps: 2, Seed: 7, Civitai resources: [{"b":"Seed: 9"}], Model: foo, Seed: 8'),
        FoundPrompt("a cup", "A1111"),
    ),
    "line after settings": (
        with_texts(parameters="a cup\nSteps: 20, Seed: 7, Size: 1x1\nTemplate: a {cup|mug}"),
        FoundPrompt("a cup", "A1111"),
    ),
    "pairs in the prompt": (
        with_texts(parameters="style: dark, light: low, mood: calm"),
        FoundPrompt("style: dark, light: low, mood: calm", "A1111"),
    ),
    "comfyui": (with_texts(prompt=sampled(n6=TEXT), workflow='{"nodes":[{"text":"no"}]}'), COMFY),
    "comfyui webp": (save("WEBP", exif=exif(model=f"prompt:{sampled(n6=TEXT)}", make="workflow:{}")), COMFY),
    "comfyui links": (
        with_texts(
            prompt=sampled(
                n6=("ControlNetApplyAdvanced", {"positive": ["10", 0], "negative": ["7", 0]}),
                n10=("CLIPTextEncodeFlux", {"clip_l": "", "t5xxl": ["11", 0], "clip": ["4", 1]}),
                n11=("StringConcatenate", {"string_a": ["12", 0], "string_b": "cup", "delimiter": " "}),
                n12=("PrimitiveStringMultiline", {"value": "a"}),
                n13=("CLIPTextEncode", {"text": "unused", "clip": ["4", 1]}),
            )
        ),
        COMFY,
    ),
    "comfyui guider": (
        with_texts(
            prompt=graph(
                n1=("SaveImage", {"images": ["2", 0]}),
                n2=("VAEDecode", {"samples": ["3", 0]}),
                n3=("SamplerCustomAdvanced", {"noise": ["4", 0], "guider": ["5", 0], "latent_image": ["9", 0]}),
                n4=("RandomNoise", {"noise_seed": 2**63}),
                n5=("BasicGuider", {"model": ["8", 0], "conditioning": ["6", 0]}),
                n6=("FluxGuidance", {"guidance": 3.5, "conditioning": ["7", 0]}),
                n7=("CLIPTextEncode", {"text": "a cup", "clip": ["10", 0]}),
                n8=("UNETLoader", {"unet_name": "flux.safetensors"}),
            )
        ),
        FoundPrompt("a cup", "ComfyUI"),
    ),
    "comfyui refiner": (
        with_texts(
            prompt=sampled(
                n6=TEXT,
                n9=("SaveImage", {"images": ["20", 0]}),
                n20=("KSampler", {"seed": 1, "latent_image": ["3", 0], "positive": ["21", 0], "negative": ["7", 0]}),
                n21=("CLIPTextEncode", {"text": "sharp face", "clip": ["4", 1]}),
            )
        ),
        COMFY,
    ),
    "comfyui call": (
        with_texts(
            prompt=graph(n1=("SaveImage", {"images": ["2", 0]}), n2=("TextToImageNode", {"prompt": "a cup", "seed": 7}))
        ),
        FoundPrompt("a cup", "ComfyUI"),
    ),
    "infotext before graph": (with_texts(parameters=INFOTEXT, prompt=sampled(n6=TEXT)), READ),
    "invokeai": (
        with_texts(
            invokeai_metadata='{"positive_prompt":"a cup","negative_prompt":"b","seed":7,"model":{"name":"foo"}}'
        ),
        FoundPrompt("a cup", "InvokeAI"),
    ),
    "invokeai 2": (
        with_texts(sd_metadata='{"model_weights":"foo","image":{"prompt":[{"prompt":"a cup","weight":1}],"seed":7}}'),
        FoundPrompt("a cup", "InvokeAI"),
    ),
    "invokeai 1": (with_texts(Dream='"a \\"cup\\"" -s 50 -S 7 -W 512'), FoundPrompt('a "cup"', "InvokeAI")),
    "swarmui": (with_texts(parameters=json.dumps(SWARM)), FoundPrompt("a cup", "SwarmUI")),
    "swarmui jpeg": (
        save("JPEG", exif=exif(comment=b"UNICODE\0" + json.dumps(SWARM).encode("utf-16-le"))),
        FoundPrompt("a cup", "SwarmUI"),
    ),
    "fooocus": (
        with_texts(parameters=json.dumps(FOOOCUS), fooocus_scheme="fooocus"),
        FoundPrompt("a cup", "Fooocus"),
    ),
    "novelai": (
        with_texts(Software="NovelAI", Description="1cup", Comment=json.dumps(NOVEL)),
        FoundPrompt("1cup", "NovelAI"),
    ),
    "novelai webp": (
        save("WEBP", exif=exif(comment=b"ASCII\0\0\0" + json.dumps({"Comment": json.dumps(NOVEL)}).encode())),
        FoundPrompt("1cup", "NovelAI"),
    ),
    "draw things": (
        save(
            "JPEG",
            xmp=xmp(f"<exif:UserComment><rdf:Alt><rdf:li xml:lang='x-default'>{DRAWN.replace('&', '&amp;')}</rdf:li>"
            "</rdf:Alt></exif:UserComment>"),
        ),
        FoundPrompt("a cup & saucer", "Draw Things"),
    ),
    "midjourney": (
        with_texts(Description="a cup --ar 2:1 --no tea --seed 9 Job ID: 01234567-89ab-cdef-0123-456789abcdef"),
        FoundPrompt("a cup", "Midjourney"),
    ),
    "easy diffusion": (with_texts(prompt="a cup", seed="7"), FoundPrompt("a cup", "Easy Diffusion")),
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_prompt_of_each_generator_is_found(name: str) -> None:
    data, found = FOUND[name]
    assert read_prompt(data) == found


def chunk(kind: bytes, body: bytes) -> bytes:
    """Return one chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + bytes(4)


def doubling() -> str:
    """Return a graph whose text would have 2^60 parts."""
    nodes = {
        f"n{n}": ("StringConcatenate", {"string_a": [str(n + 1), 0], "string_b": [str(n + 1), 0]})
        for n in range(60, 120)
    }
    return sampled(n6=("CLIPTextEncode", {"text": ["60", 0]}), **nodes)


LOOP = ("StringConcatenate", {"string_a": ["6", 0], "string_b": ["6", 0]})
BOMB = zeros(200)
PNG = b"\x89PNG\r\n\x1a\n"
NOTHING = {
    "plain": save("PNG"),
    "empty": b"",
    "description": save("JPEG", exif=exif(description="My holidays")),
    "workflow only": with_texts(workflow='{"nodes":[{"type":"CLIPTextEncode","widgets_values":["a cup"]}]}'),
    "two pictures of one graph": with_texts(
        prompt=sampled(
            n6=TEXT,
            n30=("SaveImage", {"images": ["31", 0]}),
            n31=("KSampler", {"seed": 1, "positive": ["32", 0]}),
            n32=("CLIPTextEncode", {"text": "a dog"}),
        )
    ),
    "text made while it ran": with_texts(
        prompt=sampled(n6=("CLIPTextEncode", {"text": ["8", 0]}), n8=("TextGenerateLLM", {"prompt": "describe a cup"}))
    ),
    "graph in a loop": with_texts(prompt=sampled(n6=LOOP)),
    "graph that doubles": with_texts(prompt=doubling()),
    "deep json": with_texts(prompt='{"a":' + "[" * 200_000, invokeai_metadata='{"a":' * 100_000),
    "long number": with_texts(parameters='{"sui_image_params":{"prompt":' + "9" * 10_000 + "}}"),
    "long prompt": with_texts(invokeai_metadata=json.dumps({"positive_prompt": "a" * (MAX_PROMPT + 1)})),
    "text bomb": PNG + chunk(b"zTXt", b"parameters\0\0" + BOMB) + chunk(b"iTXt", b"parameters\0\1\0\0\0" + BOMB),
    "chunk without end": PNG + struct.pack(">I4s", 2**32 - 1, b"tEXt") + b"parameters",
    "no text": with_texts(parameters="Negative prompt: x\nSteps: 1, Seed: 2, Size: 1x1"),
    "types": with_texts(invokeai_metadata='{"positive_prompt":[1],"model":7}', prompt='{"3":{"inputs":7}}'),
    "lists as names": with_texts(prompt=sampled(n6=("CLIPTextEncode", {"text": [["a"], {}]}))),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTHING)
def test_file_without_a_clear_prompt_yields_none(name: str) -> None:
    assert read_prompt(NOTHING[name]) is None


def test_text_that_no_database_takes_is_cleaned() -> None:
    found = read_prompt(with_texts(invokeai_metadata='{"positive_prompt":"a\\u0000 \\ud800cup\\r\\nb"}'))
    assert found is not None
    assert found.text == "a cup\nb"


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow's warnings about Exif that it skips.
@given(st.sampled_from(sorted(FOUND)), st.data())
def test_broken_file_never_raises(name: str, draw: st.DataObject) -> None:
    data = bytearray(FOUND[name][0])
    for _ in range(draw.draw(st.integers(1, 6))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    for broken in (data[: draw.draw(st.integers(0, len(data)))], data):
        found = read_prompt(bytes(broken))
        assert found is None or found.text
