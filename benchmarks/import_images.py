"""Images per second, CPU per image and memory of `import_images`, for pictures with the grain of photographs.

Run `python -m benchmarks.import_images [--images 48] [--side 1024]`: it starts an embedded database of its own, imports
so many pictures, then four times as many, and prints a line for each. Memory that is flat is the same in both.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from arena.installation import BASE_DIR


def write_pictures(folder: Path, *, images: int, side: int, seed: int) -> None:
    """Write pictures of four contenders, as PNG and JPEG by turns."""
    rng = np.random.default_rng(seed)
    for number in range(images):
        coarse = Image.fromarray(rng.integers(0, 256, (12, 12, 3), dtype=np.uint8)).resize((side, side))
        pixels = np.asarray(coarse).astype(np.int16) + rng.integers(-12, 13, (side, side, 3), dtype=np.int16)
        ending = "png" if number % 8 < 4 else "jpg"
        path = folder / f"model-{number % 4}" / f"prompt {seed} of number {number // 4}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path, compress_level=1, quality=92)


def run(*arguments: str) -> tuple[float, float]:
    """Run a command of Easel; return its seconds and its CPU seconds, those of its processes included."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, str(BASE_DIR / "manage.py"), *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - started, spent


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=48)
    parser.add_argument("--side", type=int, default=1024)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="easel-import-") as place:
        os.environ.pop("DATABASE_URL", None)
        os.environ["EASEL_DATA_DIR"] = f"{place}/data"
        run("prepare")
        print(f"{'images':>8}{'seconds':>10}{'images/s':>10}{'CPU s/image':>13}{'largest process, MB':>21}")
        for seed, images in enumerate((options.images, 4 * options.images)):
            folder = Path(place) / f"pictures-{seed}"
            write_pictures(folder, images=images, side=options.side, seed=seed)
            seconds, spent = run("import_images", str(folder), "--yes")
            largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(f"{images:>8}{seconds:>10.1f}{images / seconds:>10.1f}{spent / images:>13.2f}{largest:>21.0f}")


if __name__ == "__main__":
    main()
