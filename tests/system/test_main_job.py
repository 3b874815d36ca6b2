"""The main job, end to end: one command, votes by keyboard, names, boards, export, recomputation."""

import csv
import io
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.system.easel import Easel, kill_all, wait_until

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.long]

KEYS = {"ArrowLeft": "left", "ArrowRight": "right", "3": "tie", "4": "both_bad"}
PLAN = "ArrowLeft 2 ArrowRight 3 4 1 ArrowLeft ArrowRight".split()
DOWN_AT = 5


def outcome_of(key: str) -> str:
    return {"1": "left", "2": "right"}.get(key) or KEYS[key]


def names_of(easel: Easel, token: str) -> tuple[str, str]:
    """Return the true names of the left and right contender of the matchup that the page shows."""
    with easel.database() as connection:
        row = connection.execute(
            """
            SELECT l.name, r.name FROM voting_matchup m
            JOIN generation_generation gl ON gl.id = m.left_id JOIN catalog_contender l ON l.id = gl.contender_id
            JOIN generation_generation gr ON gr.id = m.right_id JOIN catalog_contender r ON r.id = gr.contender_id
            WHERE rtrim(translate(encode(decode(replace(m.id::text, '-', ''), 'hex'), 'base64'), '+/', '-_'), '=') = %s
            """,
            [token],
        ).fetchone()
    assert row is not None
    return row[0], row[1]


def ready(page: Page) -> str:
    """Wait until the pair on screen can be voted on; return its token."""
    expect(page.locator(".choice").first).to_be_enabled()
    token = page.locator("[data-matchup]").get_attribute("data-matchup")
    assert token is not None
    return token


def revealed(page: Page) -> tuple[str, str]:
    """Return the names that the reveal shows."""
    sides = [page.locator(f".placard[data-side={side}] a") for side in ("left", "right")]
    expect(sides[0]).to_be_visible()
    return sides[0].inner_text(), sides[1].inner_text()


def vote_while_down(easel: Easel, page: Page, key: str) -> None:
    """Suspend the web server for six seconds and vote meanwhile."""
    os.kill(easel.process.pid, signal.SIGSTOP)
    kill_all(easel.pids("granian"))
    assert wait_until(lambda: not easel.is_served())
    page.keyboard.press(key)
    time.sleep(6)
    assert not easel.is_served()
    os.kill(easel.process.pid, signal.SIGCONT)


def entries_of(easel: Easel) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(easel.get("/api/v1/ledgers/native/entries/?format=csv").decode())))


@pytest.fixture
def start(request: pytest.FixtureRequest, thorough: bool) -> Callable[..., Easel]:
    """Start `up` on a prepared folder, or on an empty one if `thorough`; the wheel's test always starts empty."""
    started: Callable[..., Easel] = request.getfixturevalue("new_easel" if thorough else "easel")
    return started


def test_newcomer_votes_and_reads_what_was_counted(
    start: Callable[..., Easel], thorough: bool, chromium: Browser, tmp_path: Path
) -> None:
    prompts = "12" if thorough else "5"
    running = start("--prompts", prompts, "--demo", "30", SEAL_SECONDS="1", REFRESH_SECONDS="5")
    running.wait_for("30 simulated votes fill")
    running.wait_for("Easel runs at")
    assert not any("[info" in line for line in running.said)
    assert counted(running, "demonstration") > 40
    page = chromium.new_page(viewport={"width": 1366, "height": 768})
    page.goto(f"{running.address}/vote/")
    skipped = ready(page)
    page.keyboard.press("s")
    cast = []
    expect(page.locator(f"[data-matchup='{skipped}']")).to_have_count(0)
    for number, key in enumerate(PLAN):
        token = ready(page)
        true_names = names_of(running, token)
        if number == DOWN_AT:
            vote_while_down(running, page, key)
            assert wait_until(lambda: votes_in(running) == DOWN_AT + 1)
        else:
            page.keyboard.press(key)
            assert revealed(page) == true_names
        cast.append((*true_names, outcome_of(key)))
        page.keyboard.press("Space")
    page.close()

    assert wait_until(lambda: len(entries_of(running)) == len(PLAN))
    names = {row["slug"]: row["name"] for row in running.get_json("/api/v1/contenders/?limit=100")["results"]}
    entries = entries_of(running)
    assert [int(entry["position"]) for entry in entries] == list(range(1, len(PLAN) + 1))
    assert [(names[e["left"]], names[e["right"]], e["outcome"]) for e in entries] == cast
    assert wait_until(lambda: counted(running) == 2 * len(PLAN))

    export = tmp_path / "votes.csv"
    export.write_bytes(running.get("/api/v1/ledgers/native/entries/?format=csv"))
    assert f"{len(PLAN)} entries" in running.manage("verify", "--ledger", "native").stdout
    running.manage("verify", "--file", str(export))
    # The board's script is among the collected static files.
    assert b"/static/django_htmx/htmx-2.min." in running.get("/leaderboard/text-to-image/?ledger=native")
    published = running.get_json("/api/v1/standings/?ledger=native&modality=text-to-image")
    running.stop()
    assert published["output_hash"] in running.manage("recompute", str(export)).stdout


def votes_in(easel: Easel) -> int:
    """Return how many votes people have cast."""
    with easel.database() as connection:
        row = connection.execute(
            """
            SELECT count(*) FROM voting_vote v JOIN voting_matchup m ON m.id = v.matchup_id
            JOIN voting_ledger l ON l.id = m.ledger_id WHERE l.kind = 'native'
            """
        ).fetchone()
    return int(row[0]) if row else 0


def counted(easel: Easel, ledger: str = "native") -> int:
    """Return how many appearances of contenders the ledger's overall boards of both modalities count."""
    boards = [
        easel.get_json(f"/api/v1/standings/?ledger={ledger}&modality={modality}")
        for modality in ("text-to-image", "image-editing")
    ]
    return sum(row["votes"] for board in boards for row in board["standings"])
