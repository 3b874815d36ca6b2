"""Every wire family has a bad day while workers and database are killed: no picture is lost, and none paid twice."""

import contextlib
import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from psycopg import OperationalError
from psycopg.rows import dict_row

from arena.embedded.postgres import Cluster
from arena.fake_provider.server import ImageProvider, serve_images
from arena.fake_provider.trial_catalogue import HOSTS, write_trial_catalogue
from tests.system.easel import Easel, kill_all, wait_until
from tests.system.gates import connect

pytestmark = [pytest.mark.system, pytest.mark.long]

SEED = 20261130
# What orders meet by turns: refusals, rate limits, errors, lost and late answers, images that are none, broken polls.
FAULTS = (
    "busyzero", "overloaded", "moderated", "moderatedoutput", "broken", "badgateway", "reset", "truncated", "slow",
    "html", "empty", "notanimage", "goneurl", "shakyurl", "pollbroken", "pollreset",
)  # fmt: skip
# A refusal after the work, which one of the hosts charges.
BILLED_REFUSAL = "nsfw"
PAINTER = "harbour"


@dataclass(frozen=True)
class Size:
    """How many prompts each contender gets, which process is killed how often, and how often each fault is met."""

    prompts: int
    edits: int
    kills: dict[str, int]
    faults: int


FULL = Size(prompts=23, edits=5, kills={"generation@": 5, "easel@": 3, "server": 4}, faults=6)
TELLING = Size(prompts=3, edits=1, kills={"generation@": 1, "easel@": 1, "server": 1}, faults=1)


@pytest.fixture
def size(thorough: bool) -> Size:
    return FULL if thorough else TELLING


@pytest.fixture
def host(size: Size) -> Iterator[ImageProvider]:
    """A fake provider whose orders meet every fault of a shuffled pack."""
    with serve_images(delay=0.1) as server:
        orders = (size.prompts + size.edits) * len(HOSTS)
        pack = list(FAULTS) * size.faults
        pack += [""] * (orders - len(pack))
        Random(SEED).shuffle(pack)
        server.next_faults.extend(pack)
        yield server
        server.limit = None


@pytest.fixture
def running(easel: Callable[..., Easel], host: ImageProvider, tmp_path: Path) -> Easel:
    """An Easel whose catalogue has all wires of the fake provider, at a cent an image, and a prompt of our own."""
    catalogue = tmp_path / "catalogue"
    write_trial_catalogue(catalogue, host.origin)
    (catalogue / "prompts").mkdir()
    (catalogue / "prompts" / "refused.toml").write_text(
        '[[prompt]]\nslug = "a-refused-fox"\ntitle = "Fox"\nlanguage = "en"\ncategory = "animals"\nstate = "play"\n'
        f'text = "A fox [{BILLED_REFUSAL}]"\n'
    )
    started = easel(
        "--prompts", "0", CATALOG_DIR=str(catalogue), EASEL_DURABLE="1", WORKER_CONCURRENCY="4", SWEEP_SECONDS="3",
        CALL_SECONDS="6", LEASE_MARGIN_SECONDS="1", SEAL_SECONDS="3600", REFRESH_SECONDS="3600",
    )  # fmt: skip
    started.wait_for("Easel runs at")
    return started


def plan(easel: Easel, size: Size) -> int:
    """Start a run over all wires and one painter; return how many images it makes."""
    chosen = """
        SELECT p.slug FROM catalog_prompt p JOIN catalog_category c ON c.id = p.category_id
        WHERE c.modality = %s AND p.state = 'play' AND p.language = 'en' AND p.slug <> 'a-refused-fox'
        ORDER BY p.slug LIMIT %s
    """
    with easel.database() as connection:
        prompts = ["a-refused-fox"]
        for modality, count in (("text-to-image", size.prompts - 1), ("image-editing", size.edits)):
            prompts += [slug for (slug,) in connection.execute(chosen, [modality, count]).fetchall()]
    contenders = [*(each.slug for each in HOSTS), PAINTER]
    easel.manage(
        "generate", "--contenders", *contenders, "--prompts", *prompts, "--cap", "9", "--yes", "--detach",
        "--name", "Bad days",
    )  # fmt: skip
    return len(rows_of(easel, "SELECT id FROM generation_generation"))


def rows_of(easel: Easel, query: str) -> list[dict[str, Any]]:
    """Return rows as dictionaries; wait for a server that was just killed."""
    while True:
        with contextlib.suppress(OperationalError), contextlib.closing(connect(easel)) as connection:
            return connection.cursor(row_factory=dict_row).execute(query).fetchall()


def kill(easel: Easel, part: str) -> None:
    """Kill the database server, with the broker in it, or the worker of this name; it may be about to start."""

    def look() -> list[int]:
        if part != "server":
            return easel.pids(part)
        pid = Cluster(easel.folder).ready_pid()
        return [pid] if pid and pid in easel.processes() else []

    assert wait_until(look), f"no {part} to kill"
    assert kill_all(look())


def kill_at_random(easel: Easel, host: ImageProvider, size: Size, images: int) -> None:
    """Kill each part so often, spread over the run, while calls are charged and not answered."""
    rng = Random(SEED)
    parts = rng.sample(list(size.kills), k=len(size.kills), counts=list(size.kills.values()))
    for number, part in enumerate(parts, start=1):
        # Up to here calls are answered; those that are charged from here on hang until the kill.
        host.limit = number * images * 3 // 5 // (len(parts) + 1)
        assert wait_until(lambda: host.journal.bills.total() > (host.limit or 0)), f"nothing was ordered before {part}"
        time.sleep(rng.uniform(0, 0.3))
        kill(easel, part)
        host.limit = None


def open_generations(easel: Easel) -> int:
    return len(rows_of(easel, "SELECT id FROM generation_generation WHERE state IN ('queued', 'pending', 'running')"))


def test_bad_days_and_kills_lose_no_picture_and_pay_none_twice(running: Easel, host: ImageProvider, size: Size) -> None:
    images = plan(running, size)
    kill_at_random(running, host, size, images)
    finish(running)

    check_bills(running, host, size)
    check_pictures(running)
    check_sums(running)


def finish(easel: Easel) -> None:
    """Wait until nothing is open, as long as it goes on."""
    while left := open_generations(easel):
        assert wait_until(lambda left=left: open_generations(easel) < left), worker_log(easel)


def worker_log(easel: Easel) -> str:
    return (easel.folder / "logs" / "worker.log").read_text()[-4000:]


def check_bills(easel: Easel, host: ImageProvider, size: Size) -> None:
    """The bills are those of images, of charged refusals, and of calls that are recorded as unknown."""
    attempts = rows_of(
        easel,
        """
        SELECT a.idempotency_key::text AS key, a.billed, a.outcome, a.ended_at, g.state, p.family, g.id AS generation
        FROM generation_attempt a JOIN generation_generation g ON g.id = a.generation_id
        JOIN catalog_provider p ON p.id = a.provider_id WHERE p.family <> 'painters'
        """,
    )
    bills = host.journal.bills
    assert set(bills.values()) == {1}
    by_key = {each["key"]: each for each in attempts}
    assert set(bills) <= set(by_key)
    certain = {key for key, each in by_key.items() if each["billed"] == "yes"}
    unknown = {key for key, each in by_key.items() if each["billed"] == "unknown"}
    assert certain <= set(bills) <= certain | unknown
    assert bills.total() == len(certain) + len(unknown & set(bills))
    # Each worker that was killed while it called has left a call whose end nobody knows.
    cut_off = [key for key in unknown & set(bills) if by_key[key]["ended_at"] is None]
    assert len(cut_off) >= size.kills["generation@"]
    # What may have been charged and left no image was not ordered again: a person decides.
    for each in attempts:
        if each["billed"] != "no" and each["outcome"] not in {"done", "refused"}:
            assert each["state"] == "needs_decision", each
    charged = Counter(each["generation"] for each in attempts if each["billed"] != "no")
    assert set(charged.values()) == {1}
    refused = [each for each in attempts if each["outcome"] == "refused" and each["billed"] == "yes"]
    assert {each["family"] for each in refused} == {"fal_queue"}
    done = Counter(each["family"] for each in attempts if each["outcome"] == "done")
    assert set(done) == {each.family for each in HOSTS}


def check_pictures(easel: Easel) -> None:
    """Each image that is done has one attempt, one row and its files; nothing else has."""
    rows = rows_of(
        easel,
        """
        SELECT g.id, g.state, c.slug, i.sha256, i.storage_key,
            (SELECT count(*) FROM generation_attempt a WHERE a.generation_id = g.id AND a.outcome = 'done') AS done,
            ARRAY(SELECT storage_key FROM generation_rendition r WHERE r.image_id = i.id) AS renditions
        FROM generation_generation g JOIN catalog_contender c ON c.id = g.contender_id
        LEFT JOIN generation_image i ON i.generation_id = g.id
        """,
    )
    media = easel.folder / "media"
    for row in rows:
        assert (row["state"] == "done") == (row["sha256"] is not None) == (row["done"] == 1), row
        if row["state"] == "done":
            assert hashlib.sha256((media / row["storage_key"]).read_bytes()).hexdigest() == row["sha256"]
            assert row["renditions"]
            assert all((media / key).stat().st_size for key in row["renditions"])
    # What costs nothing is made again until it is there.
    assert {row["state"] for row in rows if row["slug"] == PAINTER} == {"done"}


def check_sums(easel: Easel) -> None:
    """What is noted as spent, by run, day and provider, is the sum over the calls."""
    charge = "CASE WHEN a.billed = 'no' THEN 0 ELSE coalesce(a.cost, a.cost_reserved) END"
    days = f"SELECT provider_id, (started_at AT TIME ZONE 'UTC')::date AS day, {charge} AS amount"
    calls = f"""
        SELECT g.run_id, NULL::bigint AS provider_id, NULL::date AS day, sum({charge}) AS amount
        FROM generation_attempt a JOIN generation_generation g ON g.id = a.generation_id GROUP BY g.run_id
        UNION ALL SELECT NULL, NULL, day, sum(amount) FROM ({days} FROM generation_attempt a) AS each GROUP BY day
        UNION ALL SELECT NULL, provider_id, day, sum(amount)
        FROM ({days} FROM generation_attempt a) AS each GROUP BY provider_id, day
    """
    noted = "SELECT run_id, provider_id, day, amount FROM generation_spending"
    assert nonzero(rows_of(easel, noted)) == nonzero(rows_of(easel, calls))


def nonzero(rows: list[dict[str, Any]]) -> dict[tuple[Any, Any, Any], Decimal]:
    """Return amounts by run, provider and day; a sum of nothing may be noted or not."""
    return {(row["run_id"], row["provider_id"], row["day"]): row["amount"] for row in rows if row["amount"]}
