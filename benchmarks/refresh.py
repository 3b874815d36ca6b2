"""Times a refresh of 1,000,000 entries end to end: `uv run python -m benchmarks.refresh [entries]`.

An embedded database in a temporary folder gets a ledger of random votes on 100 contenders in 20 categories and 5
languages. Then `manage.py refresh` runs in a process of its own, as in use, and its peak memory is measured. Nine
tenths of the votes were rated before, so each board is compared with its first snapshot. The aim is lower with the
`compiled` extra; EASEL_COMPILED=0 turns that off.
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
from leaderboard.ratings.speed.acceleration import kernels

ROOT = Path(__file__).resolve().parent.parent
CONTENDERS, VOTERS, PROMPTS, CATEGORIES, LANGUAGES = 100, 50_000, 500, 20, 5

_CATALOGUE = f"""
INSERT INTO catalog_contender (slug, name, image_model_id, settings, settings_hash, series, retired_because, from_file)
SELECT 'c' || to_char(n, 'FM000'), 'Contender ' || n, (SELECT min(id) FROM catalog_imagemodel),
    jsonb_build_object('n', n), md5(n::text), '', '', false
FROM generate_series(0, {CONTENDERS - 1}) AS n
"""
_LEDGER = """
INSERT INTO voting_ledger (slug, name, kind, length, head, created_at, is_main)
VALUES ('benchmark', 'Benchmark', 'imported', 0, repeat('0', 64), now(), false) RETURNING id
"""
# A refresh does not read the chain, so its links need not be right here. Voters' activity has a heavy tail.
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
    FROM generate_series(%(first)s, %(last)s) AS n
) AS drawn
"""

# Where the time goes: the parts are run again, alone and warm. The rest of the time is start, storing and publishing.
_PARTS = """
from dataclasses import replace
from time import perf_counter
from arena.voting.models import Ledger
from leaderboard.computing.baselines import compare, find_baselines
from leaderboard.queries.current_method import method_of
from leaderboard.computing.entry_columns import read_columns
from leaderboard.ratings.boards import board_method, compute_boards, slice_votes
start = perf_counter()
ledger = Ledger.objects.get(slug="benchmark")
columns = read_columns(ledger)
read = perf_counter()
votes, method = columns.votes["image"], method_of(ledger)
boards = compute_boards(votes, method)
computed = perf_counter()
keys = [replace(key, modality="image") for key in boards]
baselines = find_baselines(ledger=ledger, columns=columns, keys=keys, method=method)
for key, baseline in baselines.items():
    own = slice_votes(votes, key)
    compare(columns, key, own, board_method(key, method), baseline)
print(f"{'reading the entries':<40}{read - start:>8.1f} s")
print(f"{f'computing {len(boards)} boards':<40}{computed - read:>8.1f} s")
print(f"{'comparing them, one after the other':<40}{perf_counter() - computed:>8.1f} s")
"""


def open_ledger() -> int:
    """Store contenders and an empty ledger; return its key."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(_CATALOGUE)
        row = connection.execute(_LEDGER).fetchone()
        return int(row[0]) if row else 0


def fill(ledger: int, *, first: int, last: int) -> None:
    """Store entries at these positions, at the ledger's end."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("SELECT setseed(0.5)")
        connection.execute(_ENTRIES, {"first": first, "last": last, "ledger": ledger})
        connection.execute("UPDATE voting_ledger SET length = %s WHERE id = %s", [last, ledger])
        connection.execute("VACUUM ANALYZE")


def manage(*arguments: str) -> tuple[str, resource.struct_rusage]:
    """Run one of Easel's commands on the database of this process; return its output and its resource usage."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, stdout=said, stderr=said, env=_environment()
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().strip()
    if process.returncode:
        raise RuntimeError(text)
    return text, used


def _environment() -> dict[str, str]:
    """This process's environment, but with Python's bytecode cache, which a server has too."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def main() -> None:
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="easel-benchmark-") as folder:
        os.environ |= {"EASEL_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "arena.settings"}
        os.environ.pop("DATABASE_URL", None)
        enter_embedded_mode()
        manage("prepare")
        ledger, before = open_ledger(), entries * 9 // 10
        fill(ledger, first=1, last=before)
        manage("refresh")
        fill(ledger, first=before + 1, last=entries)
        start = perf_counter()
        said, used = manage("refresh")
        seconds = perf_counter() - start
        print(said)
        aim = 25 if kernels() is None else 6
        print(f"{'manage.py refresh, with its start':<40}{seconds:>8.1f} s    (aim: {aim})")
        print(f"{'CPU of the refreshing process':<40}{used.ru_utime + used.ru_stime:>8.1f} s")
        print(f"{'its peak memory':<40}{used.ru_maxrss / 1024:>8.0f} MB   (aim: 400)")
        print(manage("shell", "--verbosity", "0", "--command", _PARTS)[0])


if __name__ == "__main__":
    main()
