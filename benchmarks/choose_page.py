"""Times `/choose/` and what it costs a refresh: `uv run python -m benchmarks.choose_page [--against REVISION]`.

An embedded database gets the ledger of `benchmarks.reading`: 60 contenders with 100,000 votes in all categories. Then
`/choose/` is made anew with ten categories weighed, in its own process, as are refreshes of the whole ledger, which
store nothing new but compute all boards. With `--against`, refreshes are also timed by the code of an earlier revision,
in turns with today's.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.earlier_code import ROOT, check_out
from benchmarks.reading import prepare

# What a page may take, in milliseconds of CPU time, and a refresh compared with one before.
MOST, RATIO = 150.0, 1.05
TURNS = 3

_SET_UP = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "arena.settings"
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.ALLOWED_HOSTS = ["*"]
import django
django.setup()
from statistics import median
from time import process_time
"""
_ASK = (
    _SET_UP
    + """
from django.test import Client
from arena.catalog.models import Category
from leaderboard.ratings.uncertainty.seeded_draws import draw_normals
slugs = list(Category.objects.filter(modality="text-to-image").order_by("slug").values_list("slug", flat=True))
weights = ",".join(f"{slug}:{1 + place % 3}" for place, slug in enumerate(slugs[:10]))
client, taken = Client(), []
path = f"/choose/?modality=text-to-image&weights={weights}"
# An address that is not canonical would be answered twice.
path = client.get(path).headers.get("Location", path)
client.get(path)
for _ in range(9):
    # What a process keeps of earlier questions is forgotten.
    draw_normals.cache_clear()
    start = process_time()
    answer = client.get(path)
    taken.append(1000 * (process_time() - start))
page = answer.content
print("FOUND" + json.dumps([median(taken), page.count(b'<th scope="row">'), page.count(b", weight ")]))
"""
)
_REFRESH = (
    _SET_UP
    + """
from arena.voting.models import Ledger
from leaderboard.computing import refresh
ledger = Ledger.objects.get(slug="native")
refresh._is_up_to_date = lambda *_: False
refresh.refresh_ledger(ledger=ledger)
start = sum(os.times()[:4])
refresh.refresh_ledger(ledger=ledger)
print("FOUND" + json.dumps([sum(os.times()[:4]) - start]))
"""
)


def run(code: str, folder: Path) -> list[float]:
    """Run code in a process of its own, in a folder; return the figures that it prints."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, check=True, capture_output=True, text=True, env=environment
    )
    found: list[float] = json.loads(said.stdout.rpartition("FOUND")[2])
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--against", metavar="REVISION")
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="easel-benchmark-") as own:
        prepare(options.keep or Path(own), audited=False)
        milliseconds, picks, boards = run(_ASK, ROOT)
        print(f"/choose/, {picks:.0f} contenders × {boards:.0f} categories: {milliseconds:.0f} ms (at most {MOST:.0f})")
        if not options.against:
            print(f"a refresh: {run(_REFRESH, ROOT)[0]:.2f} s")
            return
        with check_out(options.against) as earlier:
            turns = [(run(_REFRESH, ROOT)[0], run(_REFRESH, earlier)[0]) for _ in range(TURNS)]
    today, before = (median(each) for each in zip(*turns, strict=True))
    print(f"a refresh: {today:.2f} s, before {before:.2f} s: ratio {today / before:.3f} (at most {RATIO})")


if __name__ == "__main__":
    main()
