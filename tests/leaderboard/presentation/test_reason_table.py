"""Reasons of a board: shares among wins and losses, of the board's own counted entries only."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from arena.voting.ledger.exports import walk_export
from arena.voting.models import Ledger
from leaderboard.computing.on_demand import compute_asked
from leaderboard.computing.refresh import refresh_ledger
from tests.leaderboard.ledgers import (
    Cast,
    append_entries,
    exclude,
    known,
    make_categories,
    make_contenders,
    make_ledger,
)
from tests.leaderboard.pages import BOARD, text_of
from tests.writing_once import written_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
REASONS = "/api/v1/reasons/"


def share_of(answer: dict[str, object], slug: str) -> dict[str, tuple[object, ...]]:
    lines = answer["lines"]
    assert isinstance(lines, list)
    (line,) = [line for line in lines if line["contender_slug"] == slug]
    return {
        each["reason"]: (each["wins"], each["losses"], each["win_share"], each["loss_share"])
        for each in line["reasons"]
        if each["wins"] or each["losses"]
    }


@pytest.fixture
@written_once
def slugs() -> list[str]:
    """Three contenders; the first wins by its text and loses by its looks, and the third has few votes."""
    make_categories("animals", "food")
    one, two, three = make_contenders(3)
    ledger = make_ledger()
    casts = [
        *[Cast(one, two, "left", f"v{n}", reasons="text") for n in range(6)],
        *[Cast(two, one, "left", f"v{n}", reasons="looks prompt") for n in range(3)],
        *[Cast(two, one, "right", f"v{n}", "food", reasons="looks text") for n in range(2)],
        *[Cast(one, two, "tie", f"v{n}", reasons="anatomy") for n in range(2)],
        *[Cast(one, three, "left", f"v{n}", reasons="artefacts") for n in range(2)],
        *[Cast(two, three, "left", f"v{n}") for n in range(12)],
        *[Cast(one, two, "right", f"v{n}", reasons="composition") for n in range(2)],
    ]
    append_entries(ledger, casts)
    exclude(ledger, len(casts) - 1, len(casts))
    refresh_ledger(ledger=ledger)
    return [one, two, three]


def test_shares_are_of_wins_and_of_losses_without_excluded_votes(slugs: list[str], client: Client) -> None:
    one, two, _ = slugs
    answer = client.get(REASONS).json()
    assert (answer["reasoned_votes"], answer["least_votes"], answer["left_out"]) == (15, 10, 1)
    assert share_of(answer, one) == {
        "text": (8, 0, 0.8, None),
        "looks": (2, 3, 0.2, None), "prompt": (0, 3, 0.0, None), "artefacts": (2, 0, 0.2, None),
    }  # fmt: skip
    assert share_of(answer, two)["text"] == (0, 8, None, 1.0)
    food = client.get(REASONS, {"category": "food"}).json()
    assert (food["reasoned_votes"], food["lines"], food["left_out"]) == (2, [], 2)

    page = text_of(client.get(f"{BOARD}?view=reasons"))
    assert "15 votes on this board name reasons." in page
    assert f'<th scope="row">{known(one).name}</th><td class="number">10</td><td class="number">3</td>' in page
    assert "1 contender is left out" in page
    assert "No contender of this board has 10 votes with reasons yet." in text_of(
        client.get(BOARD, {"category": "food", "view": "reasons"})
    )


def test_earlier_snapshot_has_the_reasons_of_its_own_entries(slugs: list[str], client: Client) -> None:
    before = client.get(REASONS).json()
    native = Ledger.objects.get(slug="native")
    append_entries(native, [Cast(slugs[0], slugs[1], "left", "late", reasons="text")] * 20)
    refresh_ledger(ledger=native)
    assert client.get(REASONS).json()["reasoned_votes"] == 35
    assert client.get(REASONS, {"at": before["board"]["snapshot"]}).json() == before


def test_window_counts_the_reasons_of_its_days(
    slugs: list[str], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leaderboard.api.opening_boards.WAIT_SECONDS", 0.0)
    day = Cast._field_defaults["cast_on"]
    ledger = make_ledger("demonstration")
    old = [
        Cast(slugs[0], slugs[1], "left", f"v{n}", cast_on=day - timedelta(days=40), reasons="text") for n in range(5)
    ]
    new = [Cast(slugs[0], slugs[1], "left", f"v{n}", cast_on=day, reasons="looks") for n in range(7)]
    append_entries(ledger, [*old, *new])
    refresh_ledger(ledger=ledger)
    asked: dict[str, str | int] = {"ledger": "demonstration", "days": 30}
    assert client.get(REASONS, asked).status_code == 503
    compute_asked(ledger=ledger)
    assert client.get(REASONS, asked).json()["reasoned_votes"] == 7
    assert client.get(REASONS, {"ledger": "demonstration"}).json()["reasoned_votes"] == 12


@pytest.mark.parametrize("sends", ["csv", "jsonl"])
def test_export_with_reasons_recomputes_to_the_published_hash(
    slugs: list[str], client: Client, tmp_path: Path, sends: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"export.{sends}"
    path.write_bytes(client.get("/api/v1/ledgers/native/entries/", {"format": sends}).getvalue())
    assert "anatomy" in path.read_text()
    assert walk_export(path).length == 29
    call_command("recompute", path, format="json")
    published = client.get("/api/v1/standings/").json()["output_hash"]
    assert published in capsys.readouterr().out
    call_command("rank", path)
    assert slugs[0] in capsys.readouterr().out
