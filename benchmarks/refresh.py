"""Times a refresh of 1,000,000 entries end to end: `uv run python -m benchmarks.refresh [entries]`.

An embedded database in a temporary folder gets a ledger of random votes on 100 contenders in 20 categories and 5
languages; then `manage.py refresh` runs as its users run it, in a process of its own, whose peak memory is taken.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import psycopg

from arena.embedded.environment import enter_embedded_mode

ROOT = Path(__file__).resolve().parent.parent
CONTENDERS, VOTERS, PROMPTS, CATEGORIES, LANGUAGES = 100, 50_000, 500, 20, 5

_CATALOGUE = f"""
INSERT INTO catalog_contender (slug, name, image_model_id, settings, settings_hash)
SELECT 'c' || to_char(n, 'FM000'), 'Contender ' || n, (SELECT min(id) FROM catalog_imagemodel),
    jsonb_build_object('n', n), md5(n::text)
FROM generate_series(0, {CONTENDERS - 1}) AS n
"""
_LEDGER = """
INSERT INTO voting_ledger (slug, name, kind, length, head, created_at)
VALUES ('benchmark', 'Benchmark', 'imported', %(entries)s, repeat('0', 64), now()) RETURNING id
"""
# The chain is not read by a refresh, so that its links need not be right here. Voters' activity has a heavy tail.
_ENTRIES = f"""
INSERT INTO voting_ledgerentry (ledger_id, position, "left", "right", outcome, prompt, category, language, modality,
    propensity, voter, cast_on, salt, leaf, chain)
SELECT %(ledger)s, n, 'c' || to_char(one, 'FM000'), 'c' || to_char((one + step) %% {CONTENDERS}, 'FM000'),
    CASE WHEN kind < 0.07 THEN 'both_bad' WHEN kind < 0.3 THEN 'tie'
        WHEN random() < 1 / (1 + exp(((one + step) %% {CONTENDERS} - one) * -0.02)) THEN 'left' ELSE 'right' END,
    'p' || prompt, 'k' || prompt %% {CATEGORIES}, 'l' || prompt / {CATEGORIES} %% {LANGUAGES}, 'image', 0.1,
    md5('v' || floor(power(random(), 3) * {VOTERS})), current_date, repeat('0', 32), md5(n::text) || md5(n::text),
    md5(n::text) || md5(n::text)
FROM (
    SELECT n, floor(random() * {CONTENDERS})::int AS one, 1 + floor(random() * {CONTENDERS - 1})::int AS step,
        floor(random() * {PROMPTS})::int AS prompt, random() AS kind
    FROM generate_series(1, %(entries)s) AS n
) AS drawn
"""

# Where the time goes: the first two of the three parts again, each alone; the rest is storing and publishing.
_PARTS = """
from time import perf_counter
from arena.voting.models import Ledger
from leaderboard.entries import read_columns
from leaderboard.ratings.boards import compute_boards
start = perf_counter()
votes = read_columns(Ledger.objects.get(slug="benchmark")).votes["image"]
read = perf_counter()
boards = compute_boards(votes)
print(f"{'of it reading the entries':<40}{read - start:>8.1f} s")
print(f"{f'of it computing {len(boards)} boards':<40}{perf_counter() - read:>8.1f} s")
"""


def fill(entries: int) -> None:
    """Store contenders and a ledger of so many entries."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("SELECT setseed(0.5)")
        connection.execute(_CATALOGUE)
        row = connection.execute(_LEDGER, {"entries": entries}).fetchone()
        connection.execute(_ENTRIES, {"entries": entries, "ledger": row[0] if row else 0})
        connection.execute("VACUUM ANALYZE")


def manage(*arguments: str) -> tuple[str, resource.struct_rusage]:
    """Run a command of Easel's on the database of this process; what it printed, and what it used."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen([sys.executable, "manage.py", *arguments], cwd=ROOT, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().strip()
    if process.returncode:
        raise RuntimeError(text)
    return text, used


def main() -> None:
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="easel-benchmark-") as folder:
        os.environ |= {"EASEL_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "arena.settings"}
        os.environ.pop("DATABASE_URL", None)
        enter_embedded_mode()
        manage("prepare")
        fill(entries)
        start = perf_counter()
        said, used = manage("refresh")
        seconds = perf_counter() - start
        print(said)
        print(f"{'manage.py refresh, with its start':<40}{seconds:>8.1f} s    (aim: 25)")
        print(f"{'CPU of the refreshing process':<40}{used.ru_utime + used.ru_stime:>8.1f} s")
        print(f"{'its peak memory':<40}{used.ru_maxrss / 1024:>8.0f} MB   (aim: 400)")
        print(manage("shell", "--verbosity", "0", "--command", _PARTS)[0])


if __name__ == "__main__":
    main()
