"""Says how much of a damaged picture came: rows where the format lets them be counted, else bytes."""

import io
import struct
import zlib

from PIL import Image

from arena.pictures.bad_images import Said
from arena.pictures.bad_images import gettext_noop as _

SIGNATURE = 8
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Where a PNG's header says how colours are written, and the value for a palette.
COLOUR_TYPE, PALETTE = 25, 3
# So many zero bytes at the end stand for what a download set aside and never filled.
ZEROS = 4096
JPEG_END = b"\xff\xd9"
# The highest rows of blocks that JPEG decodes as one.
BLOCK_ROWS = 16
# What a JPEG decoder paints where data are missing.
MISSING = 128


def describe_shortfall(data: bytes, name: str) -> Said:
    """Return what is wrong with a file that begins as a picture of this format."""
    describe = {"PNG": _describe_png, "JPEG": _describe_jpeg, "BMP": _describe_bmp}.get(name, _describe_bytes)
    shown = {"WEBP": "WebP", "HEIF": "HEIC"}.get(name, name)
    unknown = _("The file begins as {format}, but it is damaged or of a kind that cannot be decoded.", format=shown)
    return describe(data) or _describe_zeros(data) or unknown


def find_silent_shortfall(data: bytes, opened: Image.Image) -> Said | None:
    """Return what is missing in a picture that Pillow has loaded without complaint; None if all came."""
    last_row = opened.crop((0, opened.height - 1, opened.width, opened.height))
    if opened.format == "PNG":
        if data[COLOUR_TYPE] == PALETTE and b"PLTE" not in data[: data.find(b"IDAT")]:
            return _("The file is damaged: its palette is missing, so nobody knows its colours.")
        if data.endswith(bytes(512)) and b"IEND" not in data:
            # Zeros may unpack to rows of anything.
            return _describe_zeros(data)
        # What did not come is zero; where the last row is not, all rows came. Interlaced rows come in another order.
        if opened.info.get("interlace") or not last_row.getbbox(alpha_only=False):
            return _describe_png(data)
    elif opened.format in {"JPEG", "MPO"}:
        if not _rows_before_grey(last_row):
            return _describe_jpeg_end(data, opened)
        if not data.rstrip(b"\0").endswith(JPEG_END) and data.endswith(bytes(512)):
            return _describe_zeros(data)
    elif opened.format in {"WEBP", "AVIF"} and data.endswith(bytes(ZEROS)):
        return _describe_zeros(data)
    return None


def _describe_zeros(data: bytes) -> Said | None:
    """Tell of zero bytes at the end; in bitmaps and TIFF they may just be black."""
    filled = len(data.rstrip(b"\0"))
    if data[:2] in {b"BM", b"II", b"MM"} or len(data) - filled < 512:
        return None
    return _(
        "The file is damaged: only {filled} of its {all} bytes were written, the rest are zero.",
        filled=filled, all=len(data),
    )  # fmt: skip


def _rows(came: int, height: int) -> Said:
    return _("The file ends early: {came} of {all} rows came.", came=came, all=height)


def _bytes(came: int, length: int) -> Said:
    return _("The file ends early: {came} of {all} bytes came.", came=came, all=length)


def _only_its_head() -> Said:
    return _("The file ends early, before its picture begins.")


def _describe_png(data: bytes) -> Said | None:
    """Count the rows that the packed data hold; of an interlaced picture, its bytes when unpacked."""
    if len(data) < SIGNATURE + 25:
        return _only_its_head()
    width, height, depth, colour, _packing, _filter, interlaced = struct.unpack_from(">IIBBBBB", data, SIGNATURE + 8)
    if colour not in CHANNELS or not height:
        return None
    row = 1 + (width * depth * CHANNELS[colour] + 7) // 8
    came, whole = _count_unpacked(data, row * height)
    if interlaced:
        # The seven passes have a few more bytes of filter than the rows of a plain picture.
        cut = _(
            "The file ends early: {came} of the {all} bytes of its interlaced picture came.",
            came=came,
            all=row * height,
        )
        return cut if came < row * height else None
    if came >= row * height:
        return None
    if whole:
        return _("The file is damaged: {came} of {all} rows can be read.", came=came // row, all=height)
    return _rows(came // row, height)


def _count_unpacked(data: bytes, most: int) -> tuple[int, bool]:
    """Return how many bytes the picture's data unpack to, and whether the file has its end."""
    inflating, came, position = zlib.decompressobj(), 0, SIGNATURE
    while position + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        packed = data[position + 8 : position + 8 + length]
        position += 12 + length
        if kind == b"IEND":
            return came, True
        try:
            while kind == b"IDAT" and packed and came < most:
                came += len(inflating.decompress(packed, 2**16))
                packed = inflating.unconsumed_tail
        except zlib.error:
            return came, position <= len(data)
    return came, False


def _describe_jpeg(data: bytes) -> Said | None:
    """Decode as if the file ended where it breaks off: what is missing is painted grey."""
    if data.rstrip(b"\0").endswith(JPEG_END):
        return None
    try:
        with Image.open(io.BytesIO(data + JPEG_END), formats=("JPEG",)) as opened:
            opened.load()
            rows = _rows_before_grey(opened)
            if "progressive" in opened.info and rows == opened.height:
                return _("The file ends early: its rows came, but not their fine detail.")
            return _rows(rows if rows < opened.height else max(0, rows - BLOCK_ROWS), opened.height)
    except (OSError, SyntaxError, ValueError):
        return _only_its_head()


def _describe_jpeg_end(data: bytes, opened: Image.Image) -> Said | None:
    """Tell grey that is missing from grey that was painted: bytes put before the end change only the former."""
    end = data.rfind(JPEG_END)
    longer = data[:end] + b"\x55" * 2048 + data[end:]
    with Image.open(io.BytesIO(longer), formats=("JPEG",)) as other:
        other.load()
        same = other.tobytes() == opened.tobytes()
    return None if same else _rows(_rows_before_grey(opened), opened.height)


def _rows_before_grey(opened: Image.Image) -> int:
    """Return the row below which everything is the grey of missing data."""
    # Inverted inks are one off.
    box = opened.point(
        [255 * (abs(value % 256 - MISSING) > 1) for value in range(256 * len(opened.getbands()))]
    ).getbbox()
    return box[3] if box else 0


def _describe_bmp(data: bytes) -> Said | None:
    """Count the rows of an unpacked bitmap."""
    if len(data) < 34:
        return _only_its_head()
    start, header, width, height, _planes, depth, packing = struct.unpack_from("<IIiiHHI", data, 10)
    row = (abs(width) * depth + 31) // 32 * 4
    if header < 40 or packing not in {0, 3} or not row:
        return None
    came = max(0, len(data) - start) // row
    return _rows(came, abs(height)) if came < abs(height) else None


def _describe_bytes(data: bytes) -> Said | None:
    """Compare the file's length with what its outer boxes say."""
    length = 8 + int.from_bytes(data[4:8], "little") if data[:4] == b"RIFF" else _boxes_length(data)
    if len(data) < length:
        return _bytes(len(data), length)
    ended = data[:3] == b"GIF" and b"\x3b" not in data[-8:]
    return _("The file ends early.") if ended else None


def _boxes_length(data: bytes) -> int:
    """Return the length to which the boxes of an AVIF or HEIC file reach; 0 for other files."""
    position = 0
    while data[4:8] == b"ftyp" and position + 8 <= len(data):
        size = int.from_bytes(data[position : position + 4], "big")
        if size < 8:
            break
        position += size
    return position
