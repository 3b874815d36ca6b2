"""The programs with which people read data, against a web server as `up` starts it."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import duckdb_extension_httpfs
import pandas as pd
import polars as pl
import pytest
from django.db import connection
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from arena.process.programs import web_command
from leaderboard.computing.refresh import refresh_ledger
from tests.emptying import empty_what_was_filled
from tests.factories import make_contender
from tests.leaderboard.ledgers import append_entries, draw_votes, make_categories, make_ledger
from tests.patience import HANGING
from tests.system.easel import ROOT, free_port, wait_until

# Without it, this file alone would get no test database, and write into the one that is configured.
pytestmark = pytest.mark.django_db
# More than a batch, so that the whole ledger goes through a file.
VOTES = 6_000
STRANGE = "=SUM(1)"


@pytest.fixture(scope="module")
def api(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of the API of a server on a database with votes."""
    with django_db_blocker.unblock():
        make_categories("animals", "food")
        slugs = [make_contender(slug=slug).slug for slug in (STRANGE, "beta", "gamma", "delta", "epsilon")]
        ledger = make_ledger()
        append_entries(ledger, draw_votes(slugs, VOTES, categories=["animals", "food"]))
        refresh_ledger(ledger=ledger)
        port = free_port()
        database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
        own = {"DATABASE_URL": database, "EASEL_DATA_DIR": str(tmp_path_factory.mktemp("data"))}
        server = subprocess.Popen(web_command("127.0.0.1", port), cwd=ROOT, env=os.environ | own)
        try:
            address = f"http://127.0.0.1:{port}"
            assert wait_until(lambda: _answers(f"{address}/healthz"))
            yield f"{address}/api/v1"
        finally:
            server.terminate()
            server.wait(HANGING)
            empty_what_was_filled(None)


def _answers(address: str) -> bool:
    try:
        return ask(address)[0] == 200
    except OSError:
        return False


def ask(address: str, method: str = "GET", **headers: str) -> tuple[int, Any, bytes]:
    """Return status, headers and body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(address, method=method, headers=named)  # noqa: S310 - our own
    try:
        with urllib.request.urlopen(request, timeout=HANGING) as response:  # noqa: S310 - our own
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers, refusal.read()


def test_pandas_reads_every_board_at_once(api: str) -> None:
    text, parquet = (
        pd.read_csv(f"{api}/standings.csv?board=all"),
        pd.read_parquet(f"{api}/standings.parquet?board=all"),
    )
    lines = pd.read_json(f"{api}/standings.jsonl?board=all", lines=True)

    assert len(text) == len(parquet) == len(lines) == 4 * 5
    assert {str(text[name].dtype) for name in ("elo", "elo_low", "win_rate", "mu")} == {"float64"}
    assert list(text.columns) == list(parquet.columns) == list(lines.columns)
    assert text["elo"].tolist() == parquet["elo"].tolist() == lines["elo"].tolist()
    assert text.groupby(["slice", "slice_value"], dropna=False)["snapshot"].nunique().tolist() == [1] * 4

    votes = pd.read_csv(f"{api}/ledgers/native/entries.csv?columns=votes")
    joined = votes.merge(text[text["slice"] == "overall"], left_on="left", right_on="contender_slug")
    assert len(joined) == len(votes) == VOTES


def test_pandas_reads_the_matrix_both_ways(api: str) -> None:
    matrix = pd.read_csv(f"{api}/pairs.csv").pivot(index="contender_slug", columns="opponent_slug", values="share")

    assert matrix.shape == (5, 5)
    assert (matrix + matrix.T).stack().dropna().round(6).unique().tolist() == [1.0]


def test_pandas_does_not_take_a_board_in_the_making_for_a_table(api: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        pd.read_csv(f"{api}/standings.csv?days=30")
    with refused.value as answer:
        assert (answer.code, answer.headers["Retry-After"]) == (503, "5")
        assert answer.headers["Content-Type"].startswith("text/plain")
    status, headers, body = ask(f"{api}/standings/?days=30")
    assert (status, headers["Retry-After"], json.loads(body)["code"]) == (503, "5", "being_computed")


def test_polars_reads_and_scans_by_address(api: str) -> None:
    entries = f"{api}/ledgers/native/entries"
    read, scanned = pl.read_csv(f"{entries}.csv"), pl.scan_csv(f"{entries}.csv")
    stored = pl.scan_parquet(f"{entries}.parquet")

    assert read["position"].to_list() == list(range(1, VOTES + 1))
    assert scanned.select(pl.col("leaf")).collect()["leaf"].to_list() == read["leaf"].to_list()
    counts = stored.filter(pl.col("category") == "food").select(pl.len()).collect().item()
    assert counts == read.filter(pl.col("category") == "food").height > 0
    assert stored.collect_schema()["cast_on"] == pl.Date


def _httpfs() -> Path:
    (extension,) = Path(duckdb_extension_httpfs.__file__).parent.rglob("httpfs.duckdb_extension")
    return extension


def test_duckdb_reads_by_address(api: str) -> None:
    with duckdb.connect() as database:
        database.load_extension(str(_httpfs()))
        by_text = f"SELECT count(*), sum(position) FROM read_csv('{api}/ledgers/native/entries.csv')"
        by_parquet = f"SELECT count(*), sum(position) FROM read_parquet('{api}/ledgers/native/entries.parquet')"
        expected = [(VOTES, VOTES * (VOTES + 1) // 2)]
        assert database.sql(by_text).fetchall() == database.sql(by_parquet).fetchall() == expected
        best = f"SELECT contender_slug FROM read_parquet('{api}/standings.parquet') LIMIT 1"
        assert len(database.sql(best).fetchall()) == 1


@pytest.mark.parametrize(
    "address",
    [
        "standings.csv", "standings.parquet?board=all", "pairs.jsonl", "history.csv", "ledgers/native/entries.csv",
        "ledgers/native/entries.parquet", "ledgers/native/entries/?limit=100&format=csv", "snapshots/",
    ],
)  # fmt: skip
def test_length_parts_and_validators_are_true(api: str, address: str) -> None:
    _, whole, body = ask(f"{api}/{address}")
    _, head, nothing = ask(f"{api}/{address}", "HEAD")
    etag = whole["ETag"]

    assert (head["Content-Length"], nothing, head["ETag"]) == (str(len(body)), b"", etag)
    assert etag.startswith('"')
    assert head["Accept-Ranges"] == "bytes"
    part = ask(f"{api}/{address}", Range="bytes=10-19", Accept_Encoding="gzip", If_Range=etag)
    assert (part[0], part[1]["Content-Range"], part[2]) == (206, f"bytes 10-19/{len(body)}", body[10:20])
    assert ask(f"{api}/{address}", Range="bytes=-7")[2] == body[-7:]
    assert ask(f"{api}/{address}", Range="bytes=5-", If_Range='"other"')[::2] == (200, body)
    assert ask(f"{api}/{address}", Range="bytes=99999999-")[0] == 416
    status, headers, _ = ask(f"{api}/{address}", If_None_Match=etag)
    assert status == 304
    assert {name: headers[name] for name in ("ETag", "Cache-Control", "Vary")} == {
        name: whole[name] for name in ("ETag", "Cache-Control", "Vary")
    }


def test_answers_are_compressed_and_snapshots_kept_for_ever(api: str) -> None:
    entries = f"{api}/ledgers/native/entries.csv"
    _, plain, body = ask(entries)
    for coding in ("gzip", "br"):
        status, headers, packed = ask(f"{api}/standings/", Accept_Encoding=coding)
        assert (status, headers["Content-Encoding"]) == (200, coding)
        assert headers["ETag"] != ask(f"{api}/standings/")[1]["ETag"]
        assert len(packed) * 3 < len(ask(f"{api}/standings/")[2])
    _, headers, packed = ask(entries, Accept_Encoding="gzip, br")
    assert (headers["Content-Encoding"], len(packed) * 2 < len(body)) == ("gzip", True)
    assert "Content-Encoding" not in plain
    newest = json.loads(ask(f"{api}/standings/")[2])["snapshot"]
    frozen = (f"ledgers/native/entries.csv?at={newest}", f"standings.parquet?columns=published&at={newest}")
    for address in (*frozen, "ledgers/native/entries.jsonl?columns=sealed&limit=50"):
        assert "immutable" in ask(f"{api}/{address}")[1]["Cache-Control"]


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<p>Another site</p>")

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def test_page_of_another_site_reads(api: str, chromium: Browser) -> None:
    script = """async address => {
        const whole = await fetch(`${address}/standings/`);
        const part = await fetch(`${address}/ledgers/native/entries.csv`, {headers: {Range: 'bytes=0-7'}});
        return [(await whole.json()).standings.length, await part.text(), part.headers.get('Content-Range') !== null];
    }"""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as site:
        threading.Thread(target=site.serve_forever).start()
        page = chromium.new_page()
        page.goto(f"http://127.0.0.1:{site.server_port}/")
        assert page.evaluate(script, api) == [5, "position", True]
        page.close()
        site.shutdown()


USE = """
from client import Client
from client.api.standings import read_standings
from client.models import Standings


def best(address: str) -> tuple[str, float]:
    answer = read_standings.sync(client=Client(base_url=address))
    assert isinstance(answer, Standings)
    line = answer.standings[0]
    assert line.elo is not None
    return line.contender_slug, line.elo


if __name__ == "__main__":
    import sys

    print(*best(sys.argv[1]))
"""


def test_typed_python_client_is_generated_checked_and_reads(api: str, tmp_path: Path) -> None:
    (tmp_path / "options.yml").write_text(
        "project_name_override: client\npackage_name_override: client\npost_hooks: []\n"
    )
    (tmp_path / "schema.json").write_bytes(ask(f"{api}/schema/?format=json")[2])
    (tmp_path / "use.py").write_text(USE)
    programs = Path(sys.executable).parent
    made = [
        programs / "openapi-python-client", "generate", "--path", "schema.json", "--config", "options.yml", "--meta",
        "none", "--output-path", "client",
    ]  # fmt: skip
    _run(made, tmp_path)
    _run([programs / "mypy", "--strict", "--follow-imports", "silent", "use.py"], tmp_path)
    said = _run([sys.executable, "use.py", api.removesuffix("/api/v1")], tmp_path)

    best = json.loads(ask(f"{api}/standings/")[2])["standings"][0]
    assert said.split() == [best["contender_slug"], str(best["elo"])]


def _run(command: list[Any], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def test_typescript_client_is_generated(api: str, tmp_path: Path) -> None:
    program = shutil.which("openapi-typescript")
    if program is None:
        pytest.skip("There is no openapi-typescript: `npm install --global openapi-typescript typescript`.")
    (tmp_path / "schema.json").write_bytes(ask(f"{api}/schema/?format=json")[2])
    _run([program, "schema.json", "--output", "schema.ts"], tmp_path)
    assert "read_standings: {" in (tmp_path / "schema.ts").read_text()


def test_snippets_of_the_card_run(api: str, tmp_path: Path) -> None:
    card = ask(f"{api.removesuffix('/api/v1')}/data/native/card.md")[2].decode()
    snippets = re.findall(r"```python\n(.*?)```", card, flags=re.DOTALL)
    assert len(snippets) == 3
    for snippet in snippets:
        # The network of tests ends here, so duckdb takes its extension from a package.
        code = snippet.replace("INSTALL httpfs; LOAD httpfs", f"LOAD '{_httpfs()}'")
        assert _run([sys.executable, "-c", code], tmp_path)
