"""What a live worker logs and traces of a job names the request that sent it."""

from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from tests.patience import HANGING
from tests.system.easel import Easel, wait_until
from tests.trace_receiver import receive_traces

pytestmark = pytest.mark.system


def has_board(running: Easel) -> bool:
    """Tell whether the demonstration has a board."""
    boards = running.get_json("/api/v1/boards/")["results"]
    return any(each["ledger"] == "demonstration" and each["snapshot"] for each in boards)


def test_job_names_the_request_that_sent_it(easel: Callable[..., Easel], folder: Path) -> None:
    with receive_traces() as receiver:
        running = easel("--prompts", "3", "--demo", "40", OTEL_BSP_SCHEDULE_DELAY="200", **receiver.variables)
        running.wait_for("Easel runs at")
        assert wait_until(lambda: has_board(running))
        told = httpx2.get(f"{running.address}/leaderboard/text-to-image/", params={"days": "30"}, timeout=HANGING)
        assert told.status_code == 202, told.text
        ours = told.headers["X-Request-ID"]
        log = folder / "logs" / "worker.log"
        assert wait_until(lambda: ours in log.read_text()), log.read_text()
        (line,) = (each for each in log.read_text().splitlines() if ours in each)
        assert "boards computed on demand" in line
        assert "task=leaderboard.compute_asked" in line
        assert wait_until(lambda: "run/leaderboard.compute_asked" in receiver.spans)
        assert wait_until(lambda: "GET leaderboard" in receiver.spans)
    spans = receiver.spans
    asked, sent, job = (
        spans[name]
        for name in ("GET leaderboard", "apply_async/leaderboard.compute_asked", "run/leaderboard.compute_asked")
    )
    assert {each.value.string_value for each in asked.attributes if each.key == "easel.request_id"} == {ours}
    assert asked.trace_id == sent.trace_id == job.trace_id
    assert job.parent_span_id == sent.span_id
    assert [name for name in ("easel-web", "easel-worker") if name not in str(receiver.resources)] == []
