"""Times boards and matrices: `uv run python -m benchmarks.reading [--against REVISION] [--keep FOLDER]`.

An embedded database gets two boards of the native ledger: 60 contenders with 100,000 votes (text to image) and 250 with
50,000 (image editing), with prices. Read are the table and the matrix of each, in their usual form. With `--against`,
the same database is also read by the code of an earlier revision, and ratios to it are printed. A page that the
earlier code cannot read has no ratio: for older matrices, which do not know all that an audit states now, leave the
audits out by `--without-audits`. `--keep` leaves the database in a folder, and uses it again if it is there.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psycopg

from arena.embedded.environment import enter_embedded_mode
from benchmarks.earlier_code import ROOT, check_out

BOARDS = {"text-to-image": (60, 100_000), "image-editing": (250, 50_000)}
# What a page may take: of an earlier revision's time, in milliseconds if it is kept, and in nodes.
RATIO, MATRIX_RATIO, KEPT, NODES = 0.3, 0.25, 5.0, 6_000

_MODELS = """
WITH made AS (
    INSERT INTO catalog_imagemodel (slug, name, organization_id, modalities, summary, from_file)
    SELECT 'reading-' || %(modality)s || '-' || n,
        (ARRAY['Aurora', 'Brook', 'Cinder', 'Delta', 'Ember', 'Fjord', 'Grove'])[1 + n %% 7] || ' Image ' || 1 + n / 7,
        (SELECT id FROM catalog_organization ORDER BY slug OFFSET n %% 5 LIMIT 1),
        jsonb_build_array(%(modality)s::text), '', false
    FROM generate_series(0, %(contenders)s - 1) AS n RETURNING id, slug, name
), offered AS (
    INSERT INTO catalog_offering (provider_id, image_model_id, model_id, edit_model_id, modalities, capabilities)
    SELECT (SELECT min(id) FROM catalog_provider), id, slug, '', '[]', '{}' FROM made RETURNING id
), priced AS (
    INSERT INTO catalog_price (offering_id, item, unit, quality, size, amount, currency, note, source, seen_on)
    SELECT id, 'image', 'image', '', '', round((0.003 * exp(4 * random()))::numeric, 3), 'USD', '',
        'https://example.com/prices', date '2026-11-01' FROM offered
)
INSERT INTO catalog_contender (slug, name, image_model_id, settings, settings_hash, series, retired_because, from_file)
SELECT slug, name || ' (high)', id, '{}', md5(slug), '', '', false FROM made
"""
_LEDGER = """
INSERT INTO voting_ledger (slug, name, kind, length, head, created_at, is_main)
VALUES ('native', 'Votes of this arena', 'native', 0, repeat('0', 64), now(), false)
ON CONFLICT DO NOTHING
"""
# A page does not read the chain, so its links need not be right here. Voters' activity has a heavy tail, and the
# further down a contender stands, the worse it is.
_ENTRIES = """
INSERT INTO voting_ledgerentry (ledger_id, position, "left", "right", outcome, prompt, category, language, modality,
    propensity, voter, cast_on, reasons, version, salt, leaf, chain)
SELECT (SELECT id FROM voting_ledger WHERE slug = 'native'), %(start)s + n,
    'reading-' || %(modality)s || '-' || one, 'reading-' || %(modality)s || '-' || (one + step) %% %(contenders)s,
    CASE WHEN kind < 0.07 THEN 'both_bad' WHEN kind < 0.2 THEN 'tie'
        WHEN random() < 1 / (1 + exp(2.5 * (one - (one + step) %% %(contenders)s)::float / %(contenders)s)) THEN 'left'
        ELSE 'right' END,
    'p' || prompt, slugs[1 + prompt %% cardinality(slugs)],
    (ARRAY['en', 'en', 'en', 'de', 'es', 'zh'])[1 + prompt / 50], %(modality)s, 0.1,
    md5('v' || floor(power(random(), 3) * 4000)), date '2026-08-01' + (n * 110 / %(votes)s)::int, '', 1,
    repeat('0', 32), md5(n::text) || md5(n::text), md5(n::text) || md5(n::text)
FROM (
    SELECT n, floor(random() * %(contenders)s)::int AS one, 1 + floor(random() * (%(contenders)s - 1))::int AS step,
        floor(random() * 300)::int AS prompt, random() AS kind
    FROM generate_series(1, %(votes)s) AS n
) AS drawn,
(SELECT array_agg(slug::text ORDER BY slug) AS slugs FROM catalog_category WHERE modality = %(modality)s) AS named
"""
# Runs in a folder of its own, on the code that lies there. What is kept is forgotten before each page is made anew;
# a page sorted otherwise is new, but its board is kept.
_READ = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "arena.settings"
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.ALLOWED_HOSTS = ["*"]
import django
django.setup()
from html.parser import HTMLParser
from statistics import median
from time import process_time
from django.core.cache import caches
from django.test import Client

class Nodes(HTMLParser):
    count = 0
    def handle_starttag(self, tag, attributes):
        self.count += 1

if "pages" in settings.CACHES:
    from leaderboard.views import kept_boards
client, found = Client(headers={"Accept-Encoding": "gzip"}), {}
plain = Client(raise_request_exception=False)
def ask(path, **headers):
    start = process_time()
    answer = client.get(path, headers=headers)
    return 1000 * (process_time() - start), answer

for name in json.loads(sys.argv[1]):
    # What is a tab of its board now was once a page by itself: its address leads to the tab.
    answer = plain.get(name, follow=True)
    if answer.status_code != 200:
        continue
    path = answer.redirect_chain[-1][0] if answer.redirect_chain else name
    html = answer.content.decode()
    nodes = Nodes()
    nodes.feed(html)
    fresh, sorted_ = [], []
    for _ in range(9):
        if "pages" in settings.CACHES:
            caches["pages"].clear()
            kept_boards._open.cache_clear()
            kept_boards._list.cache_clear()
        fresh.append(ask(path)[0])
    is_table = not name.endswith("/matrix/")
    for order in ("-votes", "votes", "name", "-name", "-price", "price", "elo", "-elo", "-success") if is_table else ():
        sorted_.append(ask(f"{path}?sort={order}")[0])
    kept = [ask(path)[0] for _ in range(9)]
    answer = ask(path)[1]
    same = [ask(path, **{"If-None-Match": answer.headers.get("ETag", '"none"')}) for _ in range(9)]
    found[name] = {
        "fresh": median(fresh), "sorted": median(sorted_) if sorted_ else None, "kept": median(kept),
        "unchanged": median(each[0] for each in same),
        "status": same[-1][1].status_code, "bytes": len(html.encode()), "sent": len(answer.content),
        "nodes": nodes.count,
    }
print("FOUND" + json.dumps(found))
"""
PAGES = [f"/leaderboard/{modality}/{tab}" for tab in ("", "matrix/") for modality in BOARDS]


def fill() -> None:
    """Store contenders with prices and a ledger of votes for each board."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("SELECT setseed(0.5)")
        connection.execute(_LEDGER)
        start = 0
        for modality, (contenders, votes) in BOARDS.items():
            row = {"modality": modality, "contenders": contenders, "votes": votes, "start": start}
            connection.execute(_MODELS, row)
            connection.execute(_ENTRIES, row)
            start += votes
        connection.execute("UPDATE voting_ledger SET length = %s WHERE slug = 'native'", [start])
        connection.execute("VACUUM ANALYZE")


def prepare(folder: Path, *, audited: bool = True) -> None:
    """Open the database in a folder; fill it if it is new, and audit its boards unless told not to."""
    is_new = not (folder / "secret_key").exists()
    os.environ |= {"EASEL_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "arena.settings"}
    os.environ.pop("DATABASE_URL", None)
    enter_embedded_mode()
    if not is_new:
        return
    filling = ["shell", "--command", "from benchmarks.reading import fill; fill()"]
    for command in (["prepare"], filling, ["refresh"], *([["audit"]] if audited else [])):
        print(f"manage.py {command[0]}", flush=True)
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True)


def read_pages(folder: Path) -> dict[str, dict[str, Any]]:
    """Read every page by the code in a folder; return its figures by address."""
    said = subprocess.run(
        [sys.executable, "-c", _READ, json.dumps(PAGES)], cwd=folder, check=True, capture_output=True, text=True
    )
    found: dict[str, dict[str, Any]] = json.loads(said.stdout.rpartition("FOUND")[2])
    return found


def read_revision(revision: str) -> dict[str, dict[str, Any]]:
    """Read every page by the code of a revision of this repository."""
    with check_out(revision) as tree:
        return read_pages(tree)


def print_page(path: str, now: dict[str, Any], old: dict[str, Any] | None, revision: str) -> None:
    """Print a page's figures, and how they compare with those of the earlier revision if it was read."""
    print(f"{path}: {now['bytes'] / 1000:.0f} kB, {now['sent'] / 1000:.0f} kB sent")
    aim = MATRIX_RATIO if path.endswith("/matrix/") else RATIO
    for measure, label in (("fresh", "computed anew, CPU ms"), ("sorted", "sorted otherwise")):
        if now[measure] is None:
            continue
        print(f"{'  ' + label:<40}{now[measure]:>10.1f}")
        if old:
            print(f"{'  ratio to ' + revision:<40}{now[measure] / old[measure]:>10.2f}   (aim: {aim})")
    print(f"{'  kept':<40}{now['kept']:>10.1f}   (aim: {KEPT})")
    print(f"{'  unchanged, status ' + str(now['status']):<40}{now['unchanged']:>10.1f}   (aim: {KEPT})")
    print(f"{'  nodes':<40}{now['nodes']:>10,}   (aim: {NODES:,})")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--against", metavar="REVISION", default="")
    parser.add_argument("--without-audits", action="store_true")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="easel-benchmark-") as folder:
        prepare(options.keep or Path(folder), audited=not options.without_audits)
        before = read_revision(options.against) if options.against else {}
        for path, now in read_pages(ROOT).items():
            print_page(path, now, before.get(path), options.against)


if __name__ == "__main__":
    main()
