"""Measures what an image costs before it can be voted on: `uv run python -m benchmarks.images`.

CPU time of this process: each painter's picture from prompt to renditions, then imported files of several sizes and
kinds. The second table shows the sizes of their renditions, and the length at which each would be served; the third how
near they are to the picture in its box before encoding.
"""

import io
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import django
from PIL import Image

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.settings")
os.environ.setdefault("DATABASE_URL", "postgresql:///unused")
os.environ.setdefault("SECRET_KEY", "unused")
django.setup()

from arena.generation.ingest.images import Prepared, prepare_image  # noqa: E402 - after Django is set up.
from arena.generation.ingest.renditions import fit_box, length_class  # noqa: E402
from arena.generation.providers.painters import QUALITY  # noqa: E402
from arena.painters.paint import PAINTERS, paint  # noqa: E402
from benchmarks.painters import load_scenes  # noqa: E402
from tests.arena.generation.ingest.test_rendition_quality import KINDS, compare, kind_of, make_picture  # noqa: E402

SCENES = 12
SIZES = (512, 1024, 2048, 4096)


@contextmanager
def timed(spent: list[float]) -> Iterator[None]:
    """Add the CPU time of the block."""
    start = time.process_time()
    yield
    spent.append(time.process_time() - start)


def encode(picture: Image.Image, kind: str) -> bytes:
    """Return the file that a provider or a folder would hold."""
    file = io.BytesIO()
    picture.save(file, kind, quality=QUALITY, subsampling=0)
    return file.getvalue()


def main() -> None:
    """Print the tables."""
    scenes = load_scenes(SCENES)
    print(f"{'picture':<24}{'made':>8}{'ingested':>10}{'in all':>8}   CPU seconds, median")
    for painter in PAINTERS:
        made: list[float] = []
        ingested: list[float] = []
        for seed, (text, scene) in enumerate(scenes):
            with timed(made):
                file = encode(paint(painter.slug, prompt=text, scene=scene, seed=seed), "JPEG")
            with timed(ingested):
                prepare_image(file)
        print(f"{painter.name:<24}{median(made):>8.3f}{median(ingested):>10.3f}{median(made) + median(ingested):>8.3f}")
    rows: list[tuple[str, Image.Image, Prepared]] = []
    for size in SIZES:
        for contender in range(len(KINDS)):
            name = f"{size} px, {kind_of(contender, size).__name__}"
            spent: list[float] = []
            picture = make_picture(contender, size)
            file = encode(picture, "PNG")
            with timed(spent):
                prepared = prepare_image(file)
            rows.append((name, picture, prepared))
            print(f"{name:<24}{'':>8}{spent[0]:>10.3f}")
    print(f"\n{'KiB of a file → served':<24}" + "".join(f"{width:>14}" for width in (512, 768, 1024, 2048)))
    for name, _picture, prepared in rows:
        sizes = {width: len(file) for width, file in prepared.renditions.items()}
        served = [(size, length_class(width, size)) for width, size in sorted(sizes.items())]
        shown = "".join(f"{size // 1024:>6} →{length // 1024:>5} " for size, length in served)
        print(f"{name:<24}{shown}")
    print(f"\n{'at 1024 px':<24}{'PSNR':>8}{'of brightness':>16}{'SSIM':>8}")
    for name, picture, prepared in rows:
        quality = compare(Image.open(io.BytesIO(prepared.renditions[1024])), fit_box(picture, 1024))
        print(f"{name:<24}{quality.colours:>8.1f}{quality.brightness:>16.1f}{quality.structure:>8.3f}")


if __name__ == "__main__":
    main()
