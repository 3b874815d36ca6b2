"""What the tests of wire families share: an order for the fake provider, and the pictures of an edit."""

import io
import time
from collections.abc import Mapping
from typing import Any

import pytest
from PIL import Image

from arena.fake_provider.server import make_png
from arena.generation.providers.base import Done, Pending, Provider, ProviderError, Request, SourcePicture

KEY = "secret-of-the-tests"
NUMBER = "0b7e0b52-6a7e-4c3c-9d0e-2f3a4b5c6d7e"
SIDE = 128
# A workflow of ComfyUI, and settings that fill it.
WORKFLOW: dict[str, Any] = {
    "3": {"class_type": "KSampler", "inputs": {"seed": "{{seed}}", "steps": "{{steps}}", "model": ["4", 0]}},
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "fake.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": "{{width}}", "height": "{{height}}"}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "{{prompt}}", "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "{{negative_prompt}}", "clip": ["4", 1]}},
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "mine", "images": ["3", 0]}},
}
EDIT: dict[str, Any] = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "{{image}}"}},
    "2": {"class_type": "LoadImageMask", "inputs": {"image": "{{mask}}", "channel": "red"}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "{{prompt}}"}},
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "mine", "images": ["1", 0]}},
}
SETTINGS: dict[str, Any] = {"workflow": WORKFLOW, "steps": 12, "width": 640, "height": 384}


def soon() -> float:
    """Return a deadline that only what hangs reaches."""
    return time.monotonic() + 20


def source(text: str = "a source", *, width: int = SIDE, height: int = SIDE) -> SourcePicture:
    """Return a picture to edit."""
    return SourcePicture(make_png(text, width=width, height=height), "image/png", width, height)


def left_half(side: int = SIDE) -> bytes:
    """Return a mask in our form whose left half may change."""
    picture = Image.new("L", (side, side), 0)
    picture.paste(255, (0, 0, side // 2, side))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def order(prompt: str = "A cat", **more: Any) -> Request:
    """Return a request for the fake's model; what `more` names is replaced."""
    values: Mapping[str, Any] = {"model": "fake-model", "prompt": prompt, "seed": 7, **more}
    return Request(**values)


def submit(provider: Provider, request: Request) -> Done:
    """Return what a family that answers at once answers."""
    done = provider.submit(request, idempotency_key=NUMBER, deadline=soon())
    assert isinstance(done, Done)
    return done


def fails(provider: Provider, request: Request) -> ProviderError:
    """Return the error of an order, or of the polls after it."""
    with pytest.raises(ProviderError) as caught:
        work_off(provider, request)
    return caught.value


def work_off(provider: Provider, request: Request) -> Done:
    """Order, and poll until it is done."""
    answer = provider.submit(request, idempotency_key=NUMBER, deadline=soon())
    for _ in range(5):
        if isinstance(answer, Done):
            return answer
        answer = provider.poll(answer.handle, deadline=soon())
    assert not isinstance(answer, Pending)
    return answer


def channel(picture: bytes, name: str = "L") -> list[int]:
    """Return one row of a picture's channel: its leftmost and its rightmost value."""
    opened = Image.open(io.BytesIO(picture))
    values = opened.getchannel(name) if name in opened.getbands() else opened.convert("L")
    row = values.load()
    assert row is not None
    first, last = row[0, 0], row[opened.width - 1, 0]
    assert isinstance(first, int)
    assert isinstance(last, int)
    return [first, last]
