"""Turns bytes from outside into a plain picture: bounded, decoded once, upright, in sRGB, opaque, without metadata."""

import io
import struct
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from arena.errors import DomainError

FORMATS = ("PNG", "JPEG", "WEBP", "AVIF")
MAX_BYTES = 40 * 2**20
MAX_PIXELS = 4096 * 4096
MAX_SIDE = 8192
MIN_SIDE = 64
# What Pillow's decoders are known to raise on hostile input.
UNREADABLE = (
    OSError, SyntaxError, ValueError, EOFError, RuntimeError, KeyError, IndexError, TypeError, OverflowError,
    struct.error,
)  # fmt: skip
# Pillow's own limit is larger than ours and only warns, on standard error; the header is checked here instead.
Image.MAX_IMAGE_PIXELS = None


class BadImage(DomainError):
    """The bytes are not an image that Easel accepts; the message says why."""

    code = "bad_image"


@dataclass(frozen=True)
class Decoded:
    """A picture and the format of its file. The picture is RGB, upright, in sRGB; its size is what people see."""

    picture: Image.Image
    format: str


def inspect_image(data: bytes) -> Decoded:
    """Decode one PNG, JPEG, WebP or AVIF still of bounded size into new, metadata-free RGB pixels.

    Transparent parts become white. Raises BadImage with a reason. What the header shows as too big is never decoded.
    """
    if len(data) > MAX_BYTES:
        raise BadImage(f"The file has {len(data):,} bytes; at most {MAX_BYTES:,} are accepted.")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            _check_header(opened)
            return Decoded(picture=_plain(opened), format=opened.format or "")
    except UnidentifiedImageError as error:
        raise BadImage("The file is not a PNG, JPEG, WebP or AVIF image.") from error
    except UNREADABLE as error:
        raise BadImage(f"The image cannot be decoded ({type(error).__name__}).") from error


def _check_header(opened: Image.Image) -> None:
    width, height = opened.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise BadImage(f"The image is {width} × {height}; at most {MAX_PIXELS:,} pixels and sides of {MAX_SIDE}.")
    if min(width, height) < MIN_SIDE:
        raise BadImage(f"The image is {width} × {height}; sides below {MIN_SIDE} are too small to judge.")
    if getattr(opened, "n_frames", 1) != 1:
        raise BadImage("The file holds several frames; only still images are accepted.")


def _plain(opened: Image.Image) -> Image.Image:
    opened.load()
    profile = opened.info.get("icc_profile")
    upright = ImageOps.exif_transpose(opened)
    opaque = _flatten(_to_srgb(_to_eight_bits(upright), profile))
    # Copy raw pixels only: comments, profiles, EXIF and XMP belong to the old object and would survive a conversion.
    return Image.frombytes("RGB", opaque.size, opaque.tobytes())


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """Return the image as L, CMYK, RGB or RGBA; 16-bit grey is scaled, as Pillow's own conversion would clip it."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in {"LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        return image.convert("RGBA")
    return image if image.mode in {"L", "CMYK", "RGB", "RGBA"} else image.convert("RGB")


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile:
        return image
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError):
        # A broken profile, or one of another colour space, says nothing about the pixels: take them as sRGB.
        return image
    return image if converted is None else converted


def _flatten(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    white = Image.new("RGB", image.size, (255, 255, 255))
    white.paste(image, mask=image.getchannel("A"))
    return white
