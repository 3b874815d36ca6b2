"""The fake provider's pictures: plain ones that depend on the order, and hostile ones."""

import io
import random
import struct
import zlib
from collections.abc import Callable

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from arena.fake_provider.speech import Order


def make_png(text: str, *, width: int = 256, height: int = 256) -> bytes:
    """Return a PNG that depends on the text, and names its maker in its metadata as real ones do."""
    return _save(_draw(text, width, height), text)


def make_edit(source: bytes, text: str, *, side: int = 256) -> bytes:
    """Return a PNG of a source with a change that depends on the text, its longer side `side` pixels."""
    picture = Image.open(io.BytesIO(source)).convert("RGB")
    picture.thumbnail((side, side))
    width, height = picture.size
    patch = _draw(text, max(1, width // 3), max(1, height // 3))
    picture.paste(patch, (width // 3, height // 3))
    return _save(picture, text)


def draw_order(order: Order, *, side: int) -> bytes:
    """Return the picture that an order deserves: an edit of its first source, else a new one in its aspect ratio."""
    text = order.prompt + order.model
    if order.sources:
        return make_edit(order.sources[0], text, side=side)
    longer = max(order.width, order.height, 1)
    return make_png(text, width=max(1, order.width * side // longer), height=max(1, order.height * side // longer))


def make_bomb(side: int = 30_000) -> bytes:
    """Return a small PNG whose header promises `side` × `side` pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _draw(text: str, width: int, height: int) -> Image.Image:
    generator = random.Random(text)  # noqa: S311 - it draws test pictures, and hides nothing.
    picture = Image.new("RGB", (width, height), tuple(generator.randrange(256) for _ in range(3)))
    for _ in range(6):
        left, top = generator.randrange(width), generator.randrange(height)
        colour = tuple(generator.randrange(256) for _ in range(3))
        picture.paste(colour, (left, top, left + width // 4, top + height // 4))
    return picture


def _save(picture: Image.Image, text: str) -> bytes:
    info = PngInfo()
    info.add_text("Software", f"fake-provider {text}")
    file = io.BytesIO()
    picture.save(file, "PNG", pnginfo=info)
    return file.getvalue()


def _as(form: str, mode: str, text: str) -> bytes:
    file = io.BytesIO()
    _draw(text, 256, 256).convert(mode).save(file, form)
    return file.getvalue()


def _animated(text: str) -> bytes:
    file = io.BytesIO()
    _draw(text, 64, 64).save(file, "PNG", save_all=True, append_images=[_draw(text + "2", 64, 64)])
    return file.getvalue()


# What a fault does to an order's pictures: a list, as some hosts send fewer or more than one.
HOSTILE: dict[str, Callable[[str], list[bytes]]] = {
    "wrongsize": lambda text: [make_png(text, width=640, height=200)],
    "jpegaspng": lambda text: [_as("JPEG", "RGB", text)],
    "sixteenbit": lambda text: [_as("PNG", "I;16", text)],
    "cmyk": lambda text: [_as("JPEG", "CMYK", text)],
    "palette": lambda text: [_as("PNG", "P", text)],
    "onepixel": lambda text: [make_png(text, width=1, height=1)],
    "animated": lambda text: [_animated(text)],
    "bomb": lambda text: [make_bomb()],
    "cutimage": lambda text: [make_png(text)[:200]],
    "notanimage": lambda text: [b"<svg xmlns='http://www.w3.org/2000/svg'/>"],
    "htmlimage": lambda text: [b"<!doctype html><html><body>Not found</body></html>"],
    "fewer": lambda text: [],
    "more": lambda text: [make_png(text), make_png(text + " again")],
}
