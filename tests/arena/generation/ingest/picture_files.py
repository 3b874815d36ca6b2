"""Makes the files of the corpus: pictures in any format and state, also those that Pillow does not write."""

import base64
import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image, ImageChops, ImageCms
from PIL.Image import Transpose

Colour = tuple[int, int, int]
WHITE, GREY = (255, 255, 255), (128, 128, 128)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
# The quarters of the usual picture, from the upper left to the lower right.
QUARTERS: tuple[Colour, ...] = ((200, 30, 40), (30, 160, 60), (40, 60, 190), (220, 200, 40))
SIZE = (96, 64)
# What a file's orientation undoes.
LAID = {
    1: None,
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_90,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_270,
}
# Two quarters side by side, coded by libheif 1.23; the second one says by its own box that it lies on its side.
HEIC = {
    "plain": (
        "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAVZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
        "ACJpbG9jAAAAAERAAAEAAQAAAAABegABAAAAAAAAAFoAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRt"
        "AAAAAAABAAAA1mlwcnAAAAC3aXBjbwAAAHhodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA"
        "AAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoDCBBZbqSSmubgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHBcrAiQAAAABNjb2xy"
        "bmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABgAAAAQAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgQIDBAAAAGJt"
        "ZGF0AAAAVigBrwng40ecuq///n/v//2oXkP2lgqSCU//TFMd+6lv/91VK6kI8B4UpFeNyMbYPyfEWIgXT0ELf2Q/aisTZtzsOFxT"
        "hwvRm6vq7egFdY0K+fgK1XDg"
    ),
    "turned": (
        "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAZdtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
        "ADRpbG9jAAAAAERAAAIAAQAAAAABuwABAAAAAAAAAFoAAgAAAAACFQABAAAAAAAAACQAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAA"
        "AAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA1mlwcnAAAAC3aXBjbwAAAHhodmNDAQNwAAAA"
        "kAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoDCBBZbq"
        "SSmubgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHBcrAiQAAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABgAAAAQAAAABBw"
        "aXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgQIDBAAAABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAAhm1kYXQAAABWKAGv"
        "CeDjR5y6r//+f+///aheQ/aWCpIJT/9MUx37qW//3VUrqQjwHhSkV43Ixtg/J8RYiBdPQQt/ZD9qKxNm3Ow4XFOHC9Gbq+rt6AV1"
        "jQr5+ArVcOAAAAAGRXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAA="
    ),
}


def picture(mode: str = "RGB", *quarters: Colour, size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a picture of four quarters."""
    image = Image.new("RGB", size)
    width, height = size[0] // 2, size[1] // 2
    for index, colour in enumerate(quarters or QUARTERS):
        left, top = index % 2 * width, index // 2 * height
        image.paste(colour, (left, top, left + width, top + height))
    return image.convert(mode)


def see_through(mode: str = "RGBA") -> Image.Image:
    """Return a picture whose lower right quarter is transparent black."""
    image = picture("RGBA")
    image.paste((0, 0, 0, 0), (48, 32, 96, 64))
    return image.convert(mode)


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return the image as a file of this format."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def lying(kind: str, orientation: int, exif_orientation: int | None = None, **options: Any) -> bytes:
    """Return the usual picture laid down so that its orientation makes it upright."""
    image, exif = picture(), Image.Exif()
    turning = LAID[orientation]
    exif[0x0112] = orientation if exif_orientation is None else exif_orientation
    return encode(image if turning is None else image.transpose(turning), kind, exif=exif, **options)


def avif_with_exif(orientation: int, exif_orientation: int) -> bytes:
    """Return an AVIF that lies by its own boxes in one way and by its Exif in another, as converters leave it."""
    image, exif = picture(), Image.Exif()
    exif[0x010E] = "x"
    if orientation != 1:
        exif[0x0112] = orientation
    data = encode(image.transpose(Transpose.ROTATE_90), "AVIF", exif=exif, quality=90)
    entry = b"\x01\x0e\x00\x02\x00\x00\x00\x02x\x00\x00\x00"
    assert entry in data
    return data.replace(entry, b"\x01\x12\x00\x03\x00\x00\x00\x01" + struct.pack(">HH", exif_orientation, 0))


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a PNG chunk."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def zeros(megabytes: int) -> bytes:
    """Return this many megabytes of zeros, compressed: one compressed megabyte is repeated, since a bomb takes long."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    one = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    # The header, the megabytes, the end, and the check sum of zeros.
    return b"\x78\xda" + megabytes * one + b"\3\0" + struct.pack(">HH", megabytes * 2**20 % 65_521, 1)


def png(depth: int, colour: int, rows: list[bytes], *chunks: tuple[bytes, bytes], width: int, height: int = 0) -> bytes:
    """Return a PNG from rows of packed values, stored unpacked so that each row has its place in the file."""
    header = struct.pack(">IIBBBBB", width, height or len(rows), depth, colour, 0, 0, 0)
    raw = zlib.compress(b"".join(b"\0" + row for row in rows), 0)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", raw), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts)


def halves(depth: int, colour: int, one: list[int], other: list[int], *chunks: tuple[bytes, bytes]) -> bytes:
    """Return a PNG of 64 × 64 whose left half has one value in each channel and whose right half has the other."""
    bits = "".join(f"{value:0{depth}b}" for value in one * 32 + other * 32)
    row = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return png(depth, colour, [row] * 64, *chunks, width=64)


def key(*values: int) -> tuple[bytes, bytes]:
    """Return the chunk that makes one colour of a grey or RGB picture transparent."""
    return b"tRNS", struct.pack(f">{len(values)}H", *values)


def interlaced(image: Image.Image) -> bytes:
    """Return the picture as an interlaced PNG, its data stored unpacked."""
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    width, height = image.size
    raw = b"".join(
        b"\0" + b"".join(bytes(image.getpixel((x, y))) for x in range(left, width, across))  # type: ignore[arg-type]
        for left, top, across, down in passes
        for y in range(top, height, down)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 1)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(raw, 0)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts)


def tiff(width: int, height: int, pixels: bytes, bits: list[int], photometric: int, **more: list[int]) -> bytes:
    """Return a little-endian TIFF of one strip; `more` are `samples` (their extra kinds) and `formats`."""
    entries = {
        256: [width], 257: [height], 258: bits, 259: [1], 262: [photometric], 277: [len(bits)], 278: [height],
        **{{"samples": 338, "formats": 339}[name]: values for name, values in more.items()},
    }  # fmt: skip
    start = 8 + 2 + 12 * (len(entries) + 2) + 4
    lists = b""
    directory = b""
    entries |= {273: [0], 279: [0]}
    for tag, values in sorted(entries.items()):
        if tag in {273, 279}:
            value = struct.pack("<I", len(pixels) if tag == 279 else 1024)
            directory += struct.pack("<HHI", tag, 4, 1) + value
            continue
        packed = struct.pack(f"<{len(values)}H", *values)
        if len(packed) > 4:
            place, lists = struct.pack("<I", start + len(lists)), lists + packed
        else:
            place = packed.ljust(4, b"\0")
        directory += struct.pack("<HHI", tag, 3, len(values)) + place
    head = b"II*\0" + struct.pack("<IH", 8, len(entries)) + directory + bytes(4) + lists
    return head.ljust(1024, b"\0") + pixels


def with_smaller_copy() -> bytes:
    """Return a TIFF whose second page is marked as a smaller copy of the first."""
    data = bytearray(encode(picture(), "TIFF", save_all=True, append_images=[Image.new("RGB", (8, 8))]))
    first = struct.unpack_from("<I", data, 4)[0]
    count = struct.unpack_from("<H", data, first)[0]
    second = struct.unpack_from("<I", data, first + 2 + 12 * count)[0]
    # Its first tag becomes NewSubfileType: the width, which nobody reads then, makes place.
    struct.pack_into("<HHII", data, second + 2, 254, 4, 1, 1)
    return bytes(data)


def ycck() -> bytes:
    """Return a JPEG of YCCK as Photoshop writes it: CMYK planes that hold YCbCr and black, and Adobe's marker."""
    luma, blue, red = ImageChops.invert(picture()).convert("YCbCr").split()
    # The planes hold ink; Pillow inverts what it saves as CMYK.
    planes = [plane.point(lambda value: 255 - value) for plane in (luma, blue, red)]
    data = bytearray(encode(Image.merge("CMYK", [*planes, Image.new("L", SIZE, 0)]), "JPEG", quality=95))
    place = data.index(b"Adobe")
    data[place + 11] = 2
    return bytes(data)


def grey_profile(gamma: float) -> bytes:
    """Return a colour profile for grey with this gamma."""
    tags = {
        b"wtpt": b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061),
        b"kTRC": b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(gamma * 256), 0),
    }
    table, body = struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += struct.pack(">4sII", name, 128 + 4 + 12 * len(tags) + len(body), len(data))
        body += data
    head = struct.pack(">I4sI4s4s4s", 0, bytes(4), 0x02400000, b"mntr", b"GRAY", b"XYZ ") + bytes(12) + b"acsp"
    head = head.ljust(68, b"\0") + struct.pack(">3i", 63190, 65536, 54061)
    whole = head.ljust(128, b"\0") + table + body
    return struct.pack(">I", len(whole)) + whole[4:]


def one_frame() -> bytes:
    """Return an animated PNG of a single frame, which is a still."""
    data = encode(picture(), "PNG")
    control = struct.pack(">IIIIIHHBB", 0, *SIZE, 0, 0, 1, 1, 0, 0)
    return data[:33] + chunk(b"acTL", struct.pack(">II", 1, 0)) + chunk(b"fcTL", control) + data[33:]


def noise(size: tuple[int, int] = (128, 128)) -> Image.Image:
    """Return a picture whose files are long and evenly filled."""
    return Image.effect_noise(size, 90).convert("RGB")


def heic(name: str) -> bytes:
    """Return one of the HEIC files, which nothing here can write."""
    return base64.b64decode(HEIC[name])


def array(values: Any) -> bytes:
    """Return a TIFF of two halves with these two NumPy values."""
    left, right = values
    return encode(Image.fromarray(np.repeat(np.full((64, 2), [left, right]), 32, axis=1).astype(type(left))), "TIFF")


def mpo(orientation: int = 1) -> bytes:
    """Return two pictures in one file, as phones write them."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    second = Image.new("RGB", SIZE, GREY)
    first = picture().transpose(Transpose.ROTATE_90) if orientation == 6 else picture()
    return encode(first, "MPO", save_all=True, append_images=[second], exif=exif, quality=95)


def animated(kind: str, frames: int = 3) -> bytes:
    """Return a file of several unlike frames."""
    others = [Image.new("RGB", SIZE, (0, 0, 80 * index)) for index in range(1, frames)]
    return encode(picture(), kind, save_all=True, append_images=others)
