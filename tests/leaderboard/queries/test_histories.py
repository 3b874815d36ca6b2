"""The past of boards: what has moved since when, and the ledger as a snapshot read it."""

import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from arena.voting.models import Exclusion, Ledger
from leaderboard.computing.refresh import refresh_ledger
from leaderboard.computing.thinning import thin_snapshots
from leaderboard.models import Snapshot, Standing
from leaderboard.queries.standings import read_board
from leaderboard.ratings.publishing import hash_positions
from tests.leaderboard.ledgers import Cast, append_entries, draw_votes, exclude, make_contenders, make_ledger

pytestmark = pytest.mark.django_db
T2I = "text-to-image"


def overall() -> Snapshot:
    """The overall board's latest snapshot."""
    return Snapshot.objects.filter(board__slice="overall").latest("pk")


def age(days: float) -> None:
    """Make everything that has happened this much older."""
    past = timedelta(days=days)
    for snapshot in Snapshot.objects.all():
        Snapshot.objects.filter(pk=snapshot.pk).update(computed_at=snapshot.computed_at - past)
    for exclusion in Exclusion.objects.all():
        Exclusion.objects.filter(pk=exclusion.pk).update(decided_at=exclusion.decided_at - past)


def turned(contenders: list[str], votes: int, seed: int) -> list[Cast]:
    """Votes in which the last contender is the best."""
    return draw_votes(contenders[::-1], votes, seed=seed)


def vote(ledger: Ledger, casts: list[Cast]) -> Snapshot:
    append_entries(ledger, casts)
    refresh_ledger(ledger=ledger)
    return overall()


def slug_of(standing: Standing) -> str:
    return standing.contender.slug if standing.contender else ""


def elos(snapshot: Snapshot) -> dict[str, float]:
    return {slug_of(standing): standing.elo for standing in snapshot.standings.all() if standing.elo is not None}


def test_first_snapshot_has_nothing_to_be_compared_with() -> None:
    ledger = make_ledger()
    snapshot = vote(ledger, draw_votes(make_contenders(3), 60))
    assert (snapshot.baseline, snapshot.baseline_at) == (None, None)
    assert set(Standing.objects.values_list("elo_change", "moved")) == {(None, None)}


def test_baseline_is_the_newest_that_is_old_enough_else_the_first() -> None:
    ledger, contenders = make_ledger(), make_contenders(3)
    first = vote(ledger, draw_votes(contenders, 60))
    young = vote(ledger, draw_votes(contenders, 10, seed=2))
    assert young.baseline == first
    age(6)
    assert vote(ledger, draw_votes(contenders, 10, seed=3)).baseline == first
    age(2)
    last = vote(ledger, draw_votes(contenders, 10, seed=4))
    assert last.baseline == young
    assert last.baseline_at == Snapshot.objects.get(pk=young.pk).computed_at


def test_changes_are_those_of_the_numbers_shown() -> None:
    ledger, contenders = make_ledger(), make_contenders(4)
    first = vote(ledger, draw_votes(contenders, 400))
    second = vote(ledger, turned(contenders, 400, seed=2))
    before, after = elos(first), elos(second)
    for standing in second.standings.all():
        slug = slug_of(standing)
        assert standing.elo_change == pytest.approx(after[slug] - before[slug], abs=2e-6)
        assert (standing.elo_change_low is None) == (not standing.moved)
    moved = {slug_of(standing) for standing in second.standings.filter(moved=True)}
    assert {contenders[0], contenders[-1]} <= moved


def test_votes_like_before_move_nobody() -> None:
    ledger, contenders = make_ledger(), make_contenders(4)
    vote(ledger, draw_votes(contenders, 400))
    second = vote(ledger, draw_votes(contenders, 400, seed=2))
    assert set(second.standings.values_list("moved", flat=True)) == {False}


def test_exclusion_since_then_belongs_to_the_earlier_log() -> None:
    ledger, contenders = make_ledger(), make_contenders(4)
    casts = draw_votes(contenders, 300)
    vote(ledger, [*casts, *turned(contenders, 300, seed=2)])
    exclude(ledger, *range(301, 601))
    refresh_ledger(ledger=ledger)

    second = overall()

    assert (second.excluded, second.exclusions_hash) == (300, hash_positions(range(301, 601)))
    first = second.baseline
    assert first is not None
    assert first.exclusions_hash == hash_positions([])
    before, after = elos(first), elos(second)
    for standing in second.standings.all():
        slug = slug_of(standing)
        assert standing.elo_change == pytest.approx(after[slug] - before[slug], abs=2e-6)


def test_nothing_is_said_since_a_time_whose_exclusions_cannot_be_told() -> None:
    ledger, contenders = make_ledger(), make_contenders(3)
    append_entries(ledger, draw_votes(contenders, 60))
    exclude(ledger, 5)
    refresh_ledger(ledger=ledger)
    Exclusion.objects.all().delete()

    snapshot = vote(ledger, draw_votes(contenders, 10, seed=2))

    assert snapshot.baseline is None
    assert set(snapshot.standings.values_list("elo_change", "moved")) == {(None, None)}


def test_another_method_begins_a_history_of_its_own(settings: Settings) -> None:
    ledger, contenders = make_ledger(), make_contenders(3)
    first = vote(ledger, draw_votes(contenders, 60))
    settings.THIN_VOTES = 4
    assert vote(ledger, draw_votes(contenders, 10, seed=2)).baseline is None
    settings.THIN_VOTES = 3
    assert vote(ledger, draw_votes(contenders, 10, seed=3)).baseline == first


def test_thinned_baseline_leaves_its_day() -> None:
    ledger, contenders = make_ledger(), make_contenders(3)
    vote(ledger, draw_votes(contenders, 60))
    vote(ledger, draw_votes(contenders, 10, seed=2))
    noon = timezone.now().replace(hour=12) - timedelta(days=9)
    for minute, snapshot in enumerate(Snapshot.objects.filter(board__slice="overall").order_by("pk")):
        Snapshot.objects.filter(pk=snapshot.pk).update(computed_at=noon + timedelta(minutes=minute))
    middle = vote(ledger, draw_votes(contenders, 10, seed=3))
    Snapshot.objects.filter(pk=middle.pk).update(computed_at=noon + timedelta(minutes=3))
    last = vote(ledger, draw_votes(contenders, 10, seed=4))
    assert last.baseline == middle
    since: datetime | None = last.baseline_at
    Snapshot.objects.filter(pk=last.pk).update(computed_at=noon + timedelta(minutes=4))

    vote(ledger, draw_votes(contenders, 10, seed=5))
    thin_snapshots()

    assert list(Snapshot.objects.filter(pk=last.pk).values_list("baseline", "baseline_at")) == [(None, since)]


def recompute(file: Path) -> dict[str, Any]:
    call_command("recompute", str(file), "--format", "json", stdout=(said := io.StringIO()))
    answer: dict[str, Any] = json.loads(said.getvalue())
    return answer


@pytest.mark.parametrize("sends", ["csv", "jsonl"])
def test_export_of_a_snapshot_recomputes_to_its_hashes(client: Client, tmp_path: Path, sends: str) -> None:
    ledger, contenders = make_ledger(), make_contenders(4)
    append_entries(ledger, draw_votes(contenders, 200, categories=("animals", "food")))
    exclude(ledger, 10, 20)
    refresh_ledger(ledger=ledger)
    first = overall()
    append_entries(ledger, draw_votes(contenders, 100, seed=2))
    exclude(ledger, 30, 250)
    refresh_ledger(ledger=ledger)
    second = overall()

    for snapshot in (first, second):
        response = client.get("/api/v1/ledgers/native/entries/", {"at": str(snapshot.pk), "format": sends})
        file = tmp_path / "export"
        file.write_bytes(response.getvalue())
        answer = recompute(file)
        assert answer["chain"] == {"length": snapshot.position, "head": snapshot.head}
        assert (response["X-Ledger-Head"], response["X-Ledger-Length"]) == (snapshot.head, str(snapshot.position))
        assert answer["exclusions"]["hash"] == response["X-Exclusions-Hash"] == snapshot.exclusions_hash
        board = next(each for each in answer["boards"] if each["board"] == "overall")
        assert (board["input_hash"], board["output_hash"]) == (snapshot.input_hash, snapshot.output_hash)
    assert answer["exclusions"]["count"] == 4
    assert first.output_hash != second.output_hash


def test_export_at_a_moment_and_in_parts(client: Client) -> None:
    ledger, contenders = make_ledger(), make_contenders(3)
    first = vote(ledger, draw_votes(contenders, 60))
    age(2)
    vote(ledger, draw_votes(contenders, 10, seed=2))
    asked = {"at": (timezone.now() - timedelta(days=1)).date().isoformat(), "limit": "50"}

    part = client.get("/api/v1/ledgers/native/entries/", asked)

    assert part["X-Ledger-Length"] == str(first.position) == "60"
    following = part["Link"].removeprefix("<").partition(">")[0]
    rest = client.get(following)
    assert "Link" not in rest
    assert [json.loads(line)["position"] for line in rest.getvalue().splitlines()] == list(range(51, 61))


def test_export_at_what_is_not_there_says_so(client: Client) -> None:
    ledger, contenders = make_ledger(), make_contenders(3)
    append_entries(ledger, draw_votes(contenders, 60))
    exclude(ledger, 5)
    refresh_ledger(ledger=ledger)
    number = overall().pk

    def status(at: object) -> tuple[int, str]:
        answer = client.get("/api/v1/ledgers/native/entries/", {"at": str(at)})
        return answer.status_code, answer.json()["code"]

    assert status(number + 1000) == (404, "not_found")
    assert status("2020-01-01") == (404, "not_found")
    assert status("yesterday") == (400, "invalid")
    Exclusion.objects.all().delete()
    assert status(number) == (410, "gone")


def test_snapshot_tells_what_its_moves_are_relative_to(client: Client) -> None:
    ledger, contenders = make_ledger(), make_contenders(4)
    first = vote(ledger, draw_votes(contenders, 400))
    second = vote(ledger, turned(contenders, 400, seed=2))

    answer = client.get("/api/v1/standings/").json()

    assert (answer["snapshot"], answer["baseline"]) == (second.pk, first.pk)
    assert answer["exclusions_hash"] == second.exclusions_hash
    board = read_board(ledger="native", modality=T2I)
    assert datetime.fromisoformat(answer["baseline_at"]) == board.baseline_at
    assert {line["moved"] for line in answer["standings"]} >= {True}
    listed = client.get("/api/v1/snapshots/", {"slice": "overall"}).json()["results"]
    assert [each["exclusions_hash"] for each in listed] == [second.exclusions_hash, first.exclusions_hash]
