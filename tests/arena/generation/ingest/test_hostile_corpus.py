"""A corpus of hostile files: none is taken, and refusing them costs the process hardly any memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from arena.generation.ingest.generators.made_with import read_made_with
from arena.generation.ingest.images import keep_files
from arena.generation.ingest.metadata import read_prompt
from arena.pictures.bad_images import BadImage
from arena.pictures.credentials import read_credentials
from tests.arena.generation.ingest.hostile_files import HOSTILE

# What a process may grow by while it refuses all of them.
MOST_GROWTH = 50 * 2**20
MEASURE = """
import gc, pathlib, sys, warnings
warnings.simplefilter("ignore")
from arena.generation.ingest.metadata import read_prompt
from arena.pictures.decoding import inspect_image
from arena.pictures.bad_images import BadImage
from tests.arena.generation.ingest.hostile_files import HOSTILE
from tests.arena.generation.ingest.picture_files import encode, picture
files = sys.argv[1]
def refuse(data):
    read_prompt(data)
    try:
        inspect_image(data)
    except BadImage:
        return
    sys.exit("taken")
for kind in ("PNG", "JPEG", "WEBP", "AVIF", "GIF", "TIFF"):
    inspect_image(encode(picture(), kind))
# Not ru_maxrss: a process inherits the one of its parent.
peak = lambda: int(pathlib.Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
before = peak()
largest = 0
for path in sorted(pathlib.Path(files).iterdir()):
    data = path.read_bytes()
    largest = max(largest, len(data))
    refuse(data)
    del data
    gc.collect()
print(peak() - before, largest)
"""


def test_corpus_has_forty_files() -> None:
    assert len(HOSTILE) >= 40


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_with_a_reason(name: str) -> None:
    data = HOSTILE[name]()
    with pytest.raises(BadImage) as refused, keep_files(data):
        pass
    assert refused.value.message.startswith(("The file ", "The image ", "The picture "))
    assert refused.value.message.endswith(".")
    assert "Error" not in refused.value.message
    read_prompt(data)
    read_made_with(data)
    assert not read_credentials(data).c2pa


def test_refusing_them_all_takes_little_memory(tmp_path: Path) -> None:
    for number, name in enumerate(HOSTILE):
        (tmp_path / f"{number:02}").write_bytes(HOSTILE[name]())
    done = subprocess.run([sys.executable, "-c", MEASURE, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    grown, largest = map(int, done.stdout.split())
    # The largest file itself is in memory, whatever becomes of it.
    assert grown * 1024 - largest < MOST_GROWTH, (grown, largest)
