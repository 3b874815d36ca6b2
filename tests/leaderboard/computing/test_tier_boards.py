"""Official boards count votes of official tiers only; beside each stands the board of all votes, on demand."""

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from arena.voting.models import Ledger, LedgerEntry
from leaderboard.computing.on_demand import compute_asked
from leaderboard.computing.refresh import refresh_ledger
from leaderboard.models import Board, Snapshot
from leaderboard.queries.standings import BoardView, read_board
from tests.leaderboard.ledgers import Cast, append_entries, draw_votes, make_categories, make_contenders, make_ledger
from tests.leaderboard.pages import BOARD, text_of
from tests.writing_once import written_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
API = "/api/v1/standings/"
OFFICIAL = 200
OLD, OPEN = 60, 90


@pytest.fixture(autouse=True)
def public(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A public site, and no worker, so that there is nothing to wait for."""
    settings.OFFICIAL_TIERS = ["settled", "verified", "named"]
    monkeypatch.setattr("leaderboard.api.opening_boards.WAIT_SECONDS", 0.0)


def mixed_votes(slugs: list[str]) -> list[Cast]:
    """Votes from before tiers were recorded, then official ones, amid which newcomers vote for the last contender."""
    casts = draw_votes(slugs, OLD + OFFICIAL, categories=["animals", "food"])
    tiers = ["settled", "verified", "named"]
    official = [
        cast._replace(tier=tiers[row % 3], network="0a1b2c3d4e5f" if row % 3 == 0 else "", reasons="text")
        for row, cast in enumerate(casts[OLD:])
    ]
    rigged = [
        Cast(
            slugs[-1], slugs[row % (len(slugs) - 1)], "left", f"new-{row}", "animals", tier="open",
            network=f"{row:012x}", reasons="looks",
        )
        for row in range(OPEN)
    ]  # fmt: skip
    mixed = official[: OFFICIAL // 2] + rigged + official[OFFICIAL // 2 :]
    return casts[:OLD] + mixed


def make_arena() -> list[str]:
    """Return the slugs of four contenders, best first; store two categories."""
    make_categories("animals", "food")
    return make_contenders(4)


@pytest.fixture
@written_once
def ledger() -> Ledger:
    """A refreshed ledger of votes of all tiers."""
    made = make_ledger()
    append_entries(made, mixed_votes(make_arena()))
    refresh_ledger(ledger=made)
    return made


def read(**chosen: Any) -> BoardView:
    return read_board(ledger="native", modality="text-to-image", **chosen)


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out, stderr=out)
    return out.getvalue()


def test_official_board_counts_no_others_and_says_which(ledger: Ledger, client: Client) -> None:
    board = read()
    assert (board.votes, board.counts) == (OLD + OFFICIAL, "official")
    rule = board.method["influence"]
    assert (rule["official"], rule["only_official"]) == (["", "settled", "verified", "named"], True)
    told = client.get(API).json()
    assert (told["tiers"], told["method"]["influence"]) == ("official", rule)
    assert "Official: votes of settled and signed-in voters." in text_of(client.get(BOARD))
    assert read(category="animals").counts == "official"


def test_board_of_all_votes_is_computed_when_somebody_asks(ledger: Ledger, client: Client) -> None:
    assert client.get(API, {"tiers": "all"}).status_code == 503
    assert client.get(BOARD, {"tiers": "all"}).status_code == 202
    assert compute_asked(ledger=ledger) == 1
    told = client.get(API, {"tiers": "all"}).json()
    assert (told["tiers"], told["board_votes"]) == ("all", OLD + OFFICIAL + OPEN)
    assert told["method"]["influence"]["only_official"] is False
    assert "All votes. Those that are not official weigh less." in text_of(client.get(BOARD, {"tiers": "all"}))
    assert told["links"]["standings"].endswith("tiers=all")
    assert told["snapshot"] == client.get(f"/api/v1/snapshots/{told['snapshot']}/").json()["snapshot"]
    at = {"at": str(told["snapshot"]), "tiers": "all"}
    assert client.get(API, at).json()["output_hash"] == told["output_hash"]
    assert client.get(BOARD, at).status_code == 200
    # The official board stands as it was, and lists name it alone.
    assert read().votes == OLD + OFFICIAL
    boards = client.get("/api/v1/boards/").json()["results"]
    assert [each["board_votes"] for each in boards if each["slice"] == "overall"] == [OLD + OFFICIAL]


def test_board_of_all_votes_leads_to_others_of_all_votes_and_tells_their_size(ledger: Ledger, client: Client) -> None:
    client.get(BOARD, {"category": "animals", "tiers": "all"})
    client.get(BOARD, {"tiers": "all"})
    compute_asked(ledger=ledger)
    sizes = {slug: read(category=slug, tiers="all").votes for slug in ("animals", "food")}
    assert (sizes["animals"] > OPEN, sizes["food"]) == (True, 0)

    def told(**chosen: str) -> dict[str, int | None]:
        page = client.get(BOARD, chosen).content.decode()
        listed = page.partition('id="all-boards"')[2].partition("</nav>")[0]
        found = re.findall(r'<a href="([^"]+)".*?</a>', listed, re.DOTALL)
        counts = [re.search(r'class="count">\s*([\d,]+)', chip) for chip in listed.split("<li>")[1:]]
        return {
            url: int(count[1].replace(",", "")) if count else None for url, count in zip(found, counts, strict=True)
        }

    everybody = told(tiers="all")
    assert everybody[f"{BOARD}?tiers=all"] == OLD + OFFICIAL + OPEN
    assert everybody[f"{BOARD}?category=animals&amp;tiers=all"] == sizes["animals"]
    # Nobody has asked for this one, so nobody has counted.
    assert everybody[f"{BOARD}?category=food&amp;tiers=all"] is None
    assert told()[f"{BOARD}?category=animals"] == sizes["animals"] - OPEN


@pytest.mark.parametrize("view", ["", "intervals", "sensitivity"])
def test_board_of_all_votes_says_that_it_has_no_audit(ledger: Ledger, client: Client, view: str) -> None:
    chosen = ({"view": view} if view else {}) | {"tiers": "all"}
    client.get(BOARD, chosen)
    compute_asked(ledger=ledger)
    page = client.get(BOARD, chosen)
    assert "it has no audit and no comparison of weights" in text_of(page)
    official = f"{BOARD}?view={view}" if view else BOARD
    assert f'<a href="{official}">The official board has both, and moves</a>' in page.content.decode()
    assert "it has no audit" not in text_of(client.get(official))


def test_no_rank_rests_on_newcomers_votes(client: Client) -> None:
    made = make_ledger()
    append_entries(made, [cast._replace(tier="open") for cast in draw_votes(make_arena(), 200)])
    refresh_ledger(ledger=made)
    client.get(API, {"tiers": "all"})
    compute_asked(ledger=made)
    assert {(row.line.level, row.line.rank_low) for row in read(tiers="all").rows} == {("preliminary", None)}
    page = text_of(client.get(BOARD, {"tiers": "all"}))
    assert "Fewer than 30 official votes, or from fewer than 5 voters: no rank yet." in page


@pytest.mark.parametrize("chosen", [{"category": "animals"}, {"days": 30}, {"category": "food", "language": "en"}])
def test_every_board_stands_in_two_kinds(ledger: Ledger, client: Client, chosen: dict[str, Any]) -> None:
    for tiers in ("official", "all"):
        client.get(API, chosen | {"tiers": tiers})
    compute_asked(ledger=ledger)
    official, everybody = (client.get(API, chosen | {"tiers": tiers}).json() for tiers in ("official", "all"))
    assert (official["tiers"], everybody["tiers"]) == ("official", "all")
    more = everybody["board_votes"] - official["board_votes"]
    assert more == (0 if chosen.get("category") == "food" else OPEN)


def test_votes_of_newcomers_alone_renew_the_board_of_all_and_leave_the_official_numbers(
    ledger: Ledger, client: Client
) -> None:
    client.get(API, {"tiers": "all"})
    compute_asked(ledger=ledger)
    before, everybody = read(), read(tiers="all")
    one, two = [row.contender_slug for row in before.rows][:2]
    append_entries(ledger, [Cast(one, two, "left", "newer", tier="open")])
    assert refresh_ledger(ledger=ledger).snapshots == 1
    after = read()
    assert (after.position, after.output_hash) == (before.position + 1, before.output_hash)
    assert refresh_ledger(ledger=ledger).outcome == "unchanged"
    client.get(API, {"tiers": "all"})
    assert compute_asked(ledger=ledger) == 1
    assert read(tiers="all").votes == everybody.votes + 1


def test_other_official_tiers_make_the_boards_anew(ledger: Ledger, settings: Settings) -> None:
    before = read()
    settings.OFFICIAL_TIERS = ["verified", "named"]
    assert refresh_ledger(ledger=ledger).outcome == "refreshed"
    after = read()
    assert after.votes < before.votes
    assert after.method["influence"]["official"] == ["", "verified", "named"]
    assert read(at=before.snapshot_id).output_hash == before.output_hash
    settings.OFFICIAL_TIERS = ["open", "settled", "verified", "named"]
    refresh_ledger(ledger=ledger)
    assert (read().votes, read().counts) == (OLD + OFFICIAL + OPEN, "")
    assert read(at=before.snapshot_id).counts == "official"


def test_where_all_tiers_are_official_there_is_one_kind(ledger: Ledger, settings: Settings, client: Client) -> None:
    settings.OFFICIAL_TIERS = ["open", "settled", "verified", "named"]
    refresh_ledger(ledger=ledger)
    page = client.get(BOARD)
    assert "Official" not in text_of(page)
    assert 'name="tiers"' not in page.content.decode()
    assert client.get(BOARD, {"tiers": "all"})["Location"] == BOARD
    assert client.get(API, {"tiers": "all"}).json()["snapshot"] == client.get(API).json()["snapshot"]
    assert not Board.objects.filter(tiers="all").exists()


def test_demonstration_has_one_kind(client: Client) -> None:
    demonstration = make_ledger("demonstration")
    append_entries(demonstration, draw_votes(make_arena(), 100))
    refresh_ledger(ledger=demonstration)
    told = client.get(API, {"ledger": "demonstration", "tiers": "all"}).json()
    assert (told["tiers"], told["board_votes"]) == ("", 100)
    assert client.get(BOARD, {"ledger": "demonstration", "tiers": "all"}).status_code == 302


def test_board_with_too_few_official_votes_says_so_and_offers_all(client: Client) -> None:
    slugs, made = make_arena(), make_ledger()
    append_entries(made, [cast._replace(tier="open") for cast in draw_votes(slugs, 100)])
    refresh_ledger(ledger=made)
    assert (read().votes, read().position) == (0, 100)
    page = text_of(client.get(BOARD))
    assert "No official votes here yet" in page
    assert "See the board of all votes" in page
    append_entries(made, [Cast(slugs[0], slugs[1], "left", tier="settled")])
    refresh_ledger(ledger=made)
    assert "Too few votes are official yet to rank anybody here." in text_of(client.get(BOARD))


def test_reasons_on_an_official_board_are_those_of_its_votes(ledger: Ledger, client: Client) -> None:
    client.get(API, {"tiers": "all"})
    compute_asked(ledger=ledger)
    votes = {
        tiers: client.get("/api/v1/reasons/", {"tiers": tiers}).json()["reasoned_votes"]
        for tiers in ("official", "all")
    }
    assert votes == {"official": OFFICIAL, "all": OFFICIAL + OPEN}


def test_files_name_the_kind_of_board(ledger: Ledger, client: Client) -> None:
    client.get(API, {"tiers": "all"})
    compute_asked(ledger=ledger)
    sent = client.get("/api/v1/standings.csv", {"tiers": "all"})
    assert "all-votes" in sent["Content-Disposition"]
    header, first, *_ = b"".join(sent).decode().splitlines()
    assert dict(zip(header.split(","), first.split(","), strict=False))["tiers"] == "all"
    assert client.get("/api/v1/standings.csv", {"board": "all", "tiers": "all"}).status_code == 400


def test_board_of_all_votes_is_computed_once_until_the_ledger_grows(ledger: Ledger, client: Client) -> None:
    for _ in range(2):
        client.get(API, {"tiers": "all"})
        compute_asked(ledger=ledger)
    assert Snapshot.objects.filter(board__tiers="all").count() == 1


@pytest.mark.parametrize("sends", ["csv", "jsonl"])
def test_export_of_a_ledger_with_old_and_new_entries_recomputes_to_both_kinds_of_boards(
    ledger: Ledger, client: Client, tmp_path: Path, sends: str
) -> None:
    client.get(API, {"tiers": "all"})
    client.get(API, {"tiers": "all", "category": "animals"})
    compute_asked(ledger=ledger)
    export, standings = tmp_path / "export", tmp_path / "standings.csv"
    export.write_bytes(client.get("/api/v1/ledgers/native/entries/", {"format": sends}).getvalue())
    standings.write_bytes(client.get("/api/v1/standings.csv", {"board": "all"}).getvalue())
    assert "4 of 4 boards have the published hash" in run("recompute", str(export), "--against", str(standings))
    boards = json.loads(run("recompute", str(export), "--tiers", "all", "--format", "json"))["boards"]
    found = {each["board"]: each["output_hash"] for each in boards}
    assert found["overall"] == read(tiers="all").output_hash
    assert found["category:animals"] == read(tiers="all", category="animals").output_hash
    assert set(LedgerEntry.objects.values_list("version", flat=True)) == {1, 3}
    assert "entries verified" in run("verify")


def test_import_keeps_the_tiers_and_networks_of_an_export(ledger: Ledger, client: Client, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_bytes(client.get("/api/v1/ledgers/native/entries/", {"format": "csv"}).getvalue())
    run("import_votes", str(export), "--name", "Elsewhere")
    client.get(API, {"tiers": "all"})
    client.get(API, {"ledger": "elsewhere", "tiers": "all"})
    compute_asked(ledger=ledger)
    compute_asked(ledger=Ledger.objects.get(slug="elsewhere"))

    def lines(**chosen: str) -> tuple[str, int, list[tuple[str, float]]]:
        told = client.get(API, chosen).json()
        return told["tiers"], told["board_votes"], [(row["contender_slug"], row["elo"]) for row in told["standings"]]

    for tiers in ("official", "all"):
        assert lines(ledger="elsewhere", tiers=tiers) == lines(tiers=tiers)
    # Networks are told apart as before, under other labels.
    kept, own = (
        set(LedgerEntry.objects.filter(ledger__slug=slug, tier="open").values_list("network", flat=True))
        for slug in ("elsewhere", "native")
    )
    assert (len(kept), kept & own) == (OPEN, set())
    assert "entries verified" in run("verify")
    plain = tmp_path / "plain.csv"
    plain.write_text("left,right,outcome\n" + "a,b,left\n" * 40)
    run("import_votes", str(plain), "--name", "Plain")
    assert client.get(API, {"ledger": "plain"}).json()["tiers"] == ""
