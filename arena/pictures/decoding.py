"""Turns bytes from outside into a plain picture: bounded, decoded once, upright, in sRGB, opaque, without metadata."""

import importlib
import io
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageCms

from arena.pictures.bad_images import BadImage, Said
from arena.pictures.bad_images import gettext_noop as _
from arena.pictures.formats.file_kinds import describe_other, find_format
from arena.pictures.formats.frame_counts import count_frames
from arena.pictures.formats.shortfalls import describe_shortfall, find_silent_shortfall

FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "GIF", "TIFF", "BMP")
MAX_BYTES = 40 * 2**20
MAX_PIXELS = 4096 * 4096
MAX_SIDE = 8192
MIN_SIDE = 64
# What Pillow's decoders are known to raise on hostile input.
UNREADABLE = (
    OSError, SyntaxError, ValueError, EOFError, RuntimeError, KeyError, IndexError, TypeError, OverflowError,
    MemoryError, AssertionError, AttributeError, struct.error,
)  # fmt: skip
# Pillow's own limit is larger than ours and only warns, on standard error; the header is checked here instead.
Image.MAX_IMAGE_PIXELS = None
ORIENTATION = 0x0112
TURNINGS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
MAX_EXIF = 2**16
EXIF_START = re.compile(rb"MM\0\x2a\0\0\0\x08|II\x2a\0\x08\0\0\0")
TEXT_CHUNKS = {b"tEXt", b"zTXt", b"iTXt"}
BITS_PER_SAMPLE = 258


@dataclass(frozen=True)
class Decoded:
    """A picture, the format of its file, and a note (a sentence) where the picture is not all that the file holds.

    The picture is RGB, upright, in sRGB; its size is what people see.
    """

    picture: Image.Image
    format: str
    note: str = ""


def inspect_image(data: bytes, *, first_frame: bool = False) -> Decoded:
    """Decode one still of bounded size into new, metadata-free RGB pixels; the format is found by content.

    PNG, JPEG, WebP, AVIF, GIF, TIFF and BMP are read, HEIC with the extra `heic`. Transparent parts become white.
    A file of several frames or pages is refused unless `first_frame`; of a phone's MPO the first picture is taken.
    Raises BadImage with a reason. What the header shows as too big is never decoded.
    """
    if len(data) > MAX_BYTES:
        raise BadImage(too_large(len(data)))
    name = find_format(data)
    if not name:
        raise BadImage(describe_other(data))
    if name == "HEIF":
        _load_heic()
    try:
        with Image.open(io.BytesIO(_without_texts(data)), formats=_readers(name)) as opened:
            _check_header(opened)
            note = _check_frames(data, opened, first_frame)
            return Decoded(picture=_plain(data, opened), format=opened.format or name, note=note)
    except UNREADABLE as error:
        raise BadImage(describe_shortfall(data, name)) from error


def too_large(size: int) -> Said:
    """Say that a file has too many bytes."""
    return _("The file has {size} bytes; at most {most} are accepted.", size=size, most=MAX_BYTES)


def _readers(name: str) -> tuple[str, ...]:
    return ("JPEG", "MPO") if name == "JPEG" else (name,)


def _load_heic() -> None:
    try:
        heif = importlib.import_module("pillow_heif")
    except ImportError as error:
        raise BadImage(
            _(
                "The file is a HEIC picture. Reading it needs pillow-heif, which is missing: run "
                "`uv sync --extra heic` or install `easel[heic]`, or save the picture as PNG."
            )
        ) from error
    heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


def _without_texts(data: bytes) -> bytes:
    """Return a PNG without its texts: Pillow refuses a picture whose workflow is long, and nobody reads it here."""
    if not data.startswith(b"\x89PNG"):
        return data
    kept, start, position = [], 0, 8
    while position + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        if kind in TEXT_CHUNKS:
            kept.append(data[start:position])
            start = position + 12 + length
        position += 12 + length
    return b"".join([*kept, data[start:]]) if kept else data


def _check_header(opened: Image.Image) -> None:
    width, height = opened.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise BadImage(
            _(
                "The image is {size}; at most {pixels} pixels and sides of {side} are accepted.",
                size=f"{width} × {height}", pixels=MAX_PIXELS, side=MAX_SIDE,
            )
        )  # fmt: skip
    if min(width, height) < MIN_SIDE:
        raise BadImage(
            _(
                "The image is {size}; sides below {side} are too small to judge.",
                size=f"{width} × {height}", side=MIN_SIDE,
            )
        )  # fmt: skip


def _check_frames(data: bytes, opened: Image.Image, first_frame: bool) -> str:
    """Return the note for a file of several pictures of which one is taken. Raises BadImage."""
    frames = count_frames(data, opened)
    if frames == 1:
        return ""
    if first_frame or opened.format in {"MPO", "HEIF"}:
        return f"The first picture is shown; the file holds {frames:,}."
    if opened.format == "TIFF":
        raise BadImage(_("The file has several pages ({n}); only still images are accepted.", n=frames))
    raise BadImage(_("The file is an animation (frames: {n}); only still images are accepted.", n=frames))


def _plain(data: bytes, opened: Image.Image) -> Image.Image:
    _check_colours(opened)
    # Loading may change the notes of the file, so they are read before.
    profile = opened.info.get("icc_profile")
    opened.load()
    if missing := find_silent_shortfall(data, opened):
        raise BadImage(missing)
    turning = TURNINGS.get(_orientation(data, opened))
    upright = opened if turning is None else opened.transpose(turning)
    opaque = _flatten(_to_srgb(_to_eight_bits(upright, _bits(data, opened)), profile))
    # Copy pixels only: comments, profiles, EXIF and XMP belong to the old object and would survive a conversion.
    plain = Image.new("RGB", opaque.size)
    plain.paste(opaque)
    return plain


def _check_colours(opened: Image.Image) -> None:
    """Refuse pixels whose white nobody knows."""
    if opened.mode == "I":
        raise BadImage(_("The picture has 32-bit or signed values, whose white is unknown; save it with 8 or 16 bits."))
    if opened.mode == "LAB":
        raise BadImage(_("The picture is in the colour space Lab; save it in RGB."))


def _orientation(data: bytes, opened: Image.Image) -> int:
    """Return how the loaded picture lies, 1 to 8 as in Exif; 1 where broken Exif does not tell.

    The own boxes of AVIF and HEIC count: Pillow gives an AVIF's as Exif and has turned a HEIC by them already. Only
    without such boxes their Exif counts, which Pillow leaves out.
    """
    try:
        exif = opened.getexif()
        meta = data.find(b"meta")
        boxes = data[meta : meta + int.from_bytes(data[meta - 4 : meta], "big")]
        if opened.format in {"AVIF", "HEIF"} and b"irot" not in boxes and b"imir" not in boxes:
            start = EXIF_START.search(data)
            exif = Image.Exif()
            exif.load(data[start.start() : start.start() + MAX_EXIF] if start else b"")
        return int(exif.get(ORIENTATION, 1))
    except UNREADABLE:
        return 1


def _bits(data: bytes, opened: Image.Image) -> int:
    """Return the bits of one value in the file, where Pillow's pixels do not tell; 8 elsewhere."""
    if opened.format == "PNG":
        return data[24]
    if opened.format == "TIFF":
        bits = getattr(opened, "tag_v2", {}).get(BITS_PER_SAMPLE, (8,))
        return int(bits[0])
    return 8


def _to_eight_bits(image: Image.Image, bits: int) -> Image.Image:
    """Return the image as L, LA, CMYK, RGB or RGBA; `bits` is the depth of a value in the file.

    Values are scaled, as Pillow's own conversion would clip them, and a transparent colour becomes alpha.
    """
    key = image.info.get("transparency")
    if image.mode.startswith("I;16"):
        values = np.asarray(image).astype(np.uint32)
        grey = Image.fromarray(((values * 255 + (1 << bits >> 1)) // ((1 << bits) - 1)).clip(0, 255).astype(np.uint8))
        return _with_alpha(grey, values != key) if isinstance(key, int) else grey
    if image.mode == "F":
        return _from_floats(image)
    if image.mode in {"1", "L"} and isinstance(key, int):
        grey = image.convert("L")
        # Pillow spreads fewer bits to eight, but leaves the key as it stands in the file, except for one bit.
        value = key if image.mode == "1" or bits > 8 else (key & (1 << bits) - 1) * 255 // ((1 << bits) - 1)
        return _with_alpha(grey, np.asarray(grey) != value)
    if image.mode == "RGB" and isinstance(key, tuple):
        # Of 16 bits Pillow keeps the upper eight: neighbours of the key within them count as it.
        colour = [value >> 8 if bits == 16 else value & 255 for value in key]
        return _with_alpha(image, (np.asarray(image) != colour).any(axis=2))
    if image.mode == "La":
        return image.convert("LA")
    if image.mode in {"PA", "RGBa"} or key is not None:
        return image.convert("RGBA")
    return image if image.mode in {"L", "LA", "CMYK", "RGB", "RGBA"} else image.convert("RGB")


def _with_alpha(image: Image.Image, opaque: np.ndarray) -> Image.Image:
    image = image.copy()
    image.info.pop("transparency", None)
    image.putalpha(Image.fromarray(opaque.astype(np.uint8) * 255))
    return image


def _from_floats(image: Image.Image) -> Image.Image:
    """Return grey floats as bytes: from 0 to 1, or from 0 to 255 where a value is above 1."""
    values = np.asarray(image)
    low, high = float(values.min()), float(values.max())
    if not (np.isfinite(values).all() and low >= -0.01 and high <= 255.5):
        raise BadImage(
            _(
                "The picture has values from {low} to {high}; only 0 to 1, or 0 to 255, can be shown.",
                low=low, high=high,
            )
        )  # fmt: skip
    scale = 255 if high <= 1.01 else 1
    return Image.fromarray((values * scale).round().clip(0, 255).astype(np.uint8))


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return _convert(image, source, source.profile.xcolor_space.strip())
    except (ImageCms.PyCMSError, OSError):
        # A broken profile, or one of another colour space, says nothing about the pixels: take them as sRGB.
        return image


def _convert(image: Image.Image, source: ImageCms.ImageCmsProfile, space: str) -> Image.Image:
    """Convert colours from the profile's space and keep alpha as it is; an image of another space stays."""
    alpha = image.getchannel("A") if image.mode in {"LA", "RGBA"} else None
    into: dict[str, Callable[[], Image.Image]] = {
        "GRAY": lambda: image.getchannel("L"),
        "RGB": lambda: image.convert("RGB"),
        "CMYK": lambda: image,
    }
    matches = {"GRAY": {"L", "LA"}, "RGB": {"L", "LA", "RGB", "RGBA"}, "CMYK": {"CMYK"}}
    if image.mode not in matches.get(space, ()):
        return image
    converted = ImageCms.profileToProfile(into[space](), source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    if converted is None:
        return image
    if alpha is not None:
        converted.putalpha(alpha)
    return converted


def _flatten(image: Image.Image) -> Image.Image:
    if image.mode not in {"LA", "RGBA"}:
        return image.convert("RGB")
    white = Image.new("RGB", image.size, (255, 255, 255))
    white.paste(image.convert("RGB"), mask=image.getchannel("A"))
    return white
