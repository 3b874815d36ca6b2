"""Excluding in bulk: boards before and after, old snapshots stay recomputable, and the doors to it."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from arena.voting.excluding.bulk_exclusions import decide_exclusion, lift_exclusion
from arena.voting.excluding.entry_filter import EntryFilter
from arena.voting.models import Exclusion, ExclusionDecision, Ledger
from leaderboard.computing.refresh import refresh_ledger
from leaderboard.computing.trust.exclusion_preview import preview_exclusion
from leaderboard.models import Snapshot
from leaderboard.queries.past import read_past
from tests.leaderboard.ledgers import (
    append_entries,
    draw_votes,
    exclude,
    make_ledger,
)
from tests.leaderboard.pages import text_of
from tests.leaderboard.trust.conftest import board, newcomer, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
HONEST, RIGGED = 300, 200
PAGE = "/staff/exclusions/"
RIG = EntryFilter(tiers=("open",), new_since=date(2026, 11, 25))


@pytest.fixture
def ledger(slugs: list[str]) -> Ledger:
    """Honest votes, then newcomers who all vote for the last contender."""
    made = make_ledger()
    append_entries(made, (cast._replace(tier="settled") for cast in draw_votes(slugs, HONEST)))
    append_entries(made, (newcomer(slugs, row, f"new-{row}", cast_on=date(2026, 11, 26)) for row in range(RIGGED)))
    return made


def run(*words: str) -> str:
    out = StringIO()
    call_command("exclude", *words, stdout=out)
    return out.getvalue()


def test_preview_is_what_the_boards_become(ledger: Ledger, slugs: list[str]) -> None:
    refresh_ledger(ledger=ledger)
    preview = preview_exclusion(ledger=ledger, chosen=RIG)
    assert (preview.chosen.entries, preview.chosen.voters, preview.chosen.networks) == (RIGGED, RIGGED, 1)
    (shown,) = preview.boards
    assert any(line.change for line in shown.lines)
    assert board().votes == HONEST + RIGGED
    decide_exclusion(ledger=ledger, chosen=RIG, upto=preview.upto, reason="A script", proposed_by=None)
    refresh_ledger(ledger=ledger)
    after = {row.contender_name: row.line for row in board().rows}
    assert board().votes == HONEST
    for line in shown.lines:
        assert line.place_after == after[line.name].rank_elo
        assert line.elo_after == pytest.approx(after[line.name].elo, abs=1e-5)
        assert line.votes_after == after[line.name].votes


def test_preview_shows_official_and_all_where_they_differ(ledger: Ledger, settings: Settings) -> None:
    settings.OFFICIAL_TIERS = ["settled", "verified", "named"]
    official, everybody = preview_exclusion(ledger=ledger, chosen=RIG).boards
    assert (official.kind, everybody.kind) == ("official", "all")
    assert not any(line.change for line in official.lines)
    assert any(line.change for line in everybody.lines)


def test_every_snapshot_stays_recomputable_after_lifting(ledger: Ledger, tmp_path: Path, client: Client) -> None:
    exclude(ledger, 1)
    refresh_ledger(ledger=ledger)
    decision = decide_exclusion(ledger=ledger, chosen=RIG, upto=ledger.length, reason="A script", proposed_by=None)
    refresh_ledger(ledger=ledger)
    lift_exclusion(decision_id=decision.pk, because="It was a class", lifted_by=None)
    refresh_ledger(ledger=ledger)
    rig = frozenset(range(HONEST + 1, HONEST + RIGGED + 1))
    taken = list(Snapshot.objects.filter(board__slice="overall").order_by("pk"))
    assert [read_past(ledger, str(each.pk)).excluded for each in taken] == [{1}, {1} | rig, {1}]
    assert [each.votes for each in taken] == [499, 299, 499]
    assert taken[0].output_hash == taken[2].output_hash
    for snapshot in taken:
        answer = client.get("/api/v1/ledgers/native/entries/", {"at": str(snapshot.pk), "format": "csv"})
        file = tmp_path / f"{snapshot.pk}.csv"
        file.write_bytes(answer.getvalue())
        out = StringIO()
        call_command("recompute", str(file), stdout=out)
        assert snapshot.output_hash in out.getvalue()


def test_moves_since_a_baseline_with_votes_that_count_again(ledger: Ledger, settings: Settings) -> None:
    decision = decide_exclusion(ledger=ledger, chosen=RIG, upto=ledger.length, reason="A script", proposed_by=None)
    refresh_ledger(ledger=ledger)
    before: dict[str, Any] = {row.contender_slug: row.line.elo for row in board().rows}
    lift_exclusion(decision_id=decision.pk, because="It was a class", lifted_by=None)
    refresh_ledger(ledger=ledger)
    for standing in Snapshot.objects.filter(board__slice="overall").latest("pk").standings.select_related("contender"):
        assert standing.contender is not None
        assert standing.elo is not None
        change = standing.elo - before[standing.contender.slug]
        assert standing.elo_change == pytest.approx(change, abs=1e-4)


def test_log_tells_exclusions_and_that_they_were_lifted(ledger: Ledger, client: Client) -> None:
    decision = decide_exclusion(ledger=ledger, chosen=RIG, upto=ledger.length, reason="A script", proposed_by=None)
    assert "200 votes excluded" in text_of(client.get("/log/"))
    lift_exclusion(decision_id=decision.pk, because="It was a class", lifted_by=None)
    page = text_of(client.get("/log/"))
    assert "200 votes excluded" in page
    assert "200 votes count again" in page
    assert "It was a class" in page
    details = [each["details"] for each in client.get("/api/v1/log/", {"kind": "exclusion"}).json()["results"]]
    assert sorted(details, key=str) == [{"entries": 200}, {"lifted": 200}]


def test_votes_that_another_decision_names_are_not_said_to_count_again(ledger: Ledger, client: Client) -> None:
    chief = staff("chief", "add_exclusion")
    some = EntryFilter(voters=tuple(f"new-{row}" for row in range(50)))
    first, second = (
        decide_exclusion(ledger=ledger, chosen=chosen, upto=ledger.length, reason=reason, proposed_by=None)
        for chosen, reason in ((some, "A class"), (RIG, "A script"))
    )

    def lift(decision: ExclusionDecision) -> str:
        return text_of(chief.post(f"{PAGE}{decision.pk}/lift/", {"because": "Known to us"}, follow=True))

    def told() -> list[dict[str, int]]:
        results = client.get("/api/v1/log/", {"kind": "exclusion"}).json()["results"]
        return sorted((each["details"] for each in results), key=str)

    assert "Votes that count again: 0. Other decisions name 50 of them, too; these stay excluded." in lift(first)
    assert told() == [{"entries": 150}, {"entries": 50}, {"lifted": 0}]
    assert "200 votes count again" in lift(second)
    assert told() == [{"entries": 150}, {"entries": 50}, {"lifted": 0}, {"lifted": 200}]
    assert not Exclusion.objects.exists()


def test_command_previews_excludes_and_lifts(ledger: Ledger) -> None:
    asked = ("--tier", "open", "--new-since", "2026-11-25")
    told = run(*asked, "--dry-run")
    assert "200 votes of 200 voters and 1 networks would be excluded; 0 are already." in told
    assert "text-to-image" in told
    assert not Exclusion.objects.exists()
    assert "in force; native, 200 votes; A script" in run(*asked, "--reason", "A script")
    number = str(ExclusionDecision.objects.get().pk)
    assert "200 votes count again; other decisions name 0." in run("--lift", number, "--reason", "A mistake")
    assert "A script" in run("--list")
    assert not Exclusion.objects.exists()


def test_command_says_what_counts_again_and_what_does_not(ledger: Ledger, settings: Settings) -> None:
    run("--voter", "new-0", "--voter", "new-1", "--reason", "A class")
    run("--tier", "open", "--until", "2026-11-27", "--reason", "A script")
    first = ExclusionDecision.objects.earliest("pk")
    said = run("--lift", str(first.pk), "--reason", "Known to us")
    assert "lifted; native, 2 votes; A class\n0 votes count again; other decisions name 2." in said
    settings.EXCLUSIONS_NEED_TWO = True
    run("--voter", "voter-1", "--reason", "A guess")
    said = run("--lift", str(ExclusionDecision.objects.latest("pk").pk), "--reason", "A mistake")
    assert "withdrawn" in said
    assert "count again" not in said


@pytest.mark.parametrize(
    "words",
    [
        ("--reason", "Everything"),
        ("--tier", "open"),
        ("--tier", "golden", "--reason", "x"),
        ("--ledger", "none", "--tier", "open", "--reason", "x"),
        ("--tier", "open", "--reason", "x", "--by", "nobody"),
        ("--lift", "7", "--reason", "x"),
        ("--confirm", "7"),
    ],
)
def test_command_says_what_is_wrong(ledger: Ledger, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(*words)
    assert not Exclusion.objects.exists()


def test_staff_preview_decide_and_lift_on_the_page(ledger: Ledger, client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    chief = staff("chief", "add_exclusion")
    assert "No votes were excluded yet." in text_of(chief.get(PAGE))
    asked: dict[str, Any] = {"tiers": ["open"], "new_since": "2026-11-25"}
    # A link fills the form in, and a filter that is too long for an address is posted.
    for page in (text_of(chief.get(PAGE, asked)), text_of(chief.post(PAGE, asked))):
        assert "200 votes would no longer count (voters: 200, networks: 1)." in page
        assert "Exclude them" in page
    assert not Exclusion.objects.exists()
    sent = asked | {"upto": str(ledger.length), "reason": "A script"}
    assert "200 votes excluded" in text_of(chief.post(f"{PAGE}decide/", sent, follow=True))
    decision = ExclusionDecision.objects.get()
    assert (decision.decided_by_id, decision.entries) == (User.objects.get().pk, 200)
    said = text_of(chief.post(f"{PAGE}{decision.pk}/lift/", {"because": ""}, follow=True))
    assert "Say why" in said
    assert Exclusion.objects.count() == 200
    page = text_of(chief.post(f"{PAGE}{decision.pk}/lift/", {"because": "It was a class"}, follow=True))
    assert "200 votes count again" in page
    assert "It was a class" in page
    assert not Exclusion.objects.exists()


def test_page_refuses_everything_at_once_and_a_missing_reason(ledger: Ledger) -> None:
    chief = staff("chief", "add_exclusion")
    assert "Say which votes" in text_of(chief.post(PAGE, {"voters": " "}))
    sent = {"tiers": ["open"], "upto": "500", "reason": " "}
    assert "Say why: the reason is published." in text_of(chief.post(f"{PAGE}decide/", sent))
    assert "200 votes would no longer count" in text_of(chief.post(f"{PAGE}decide/", sent | {"upto": "much"}))
    assert "Enter a valid date." in text_of(chief.get(PAGE, {"since": "yesterday"}))
    assert not ExclusionDecision.objects.exists()


def test_second_person_confirms_on_the_page(ledger: Ledger, settings: Settings) -> None:
    settings.EXCLUSIONS_NEED_TWO = True
    one, two = staff("one", "add_exclusion"), staff("two", "add_exclusion")
    sent = {"tiers": ["open"], "upto": "500", "reason": "A script"}
    assert "Somebody else must confirm it." in text_of(one.post(f"{PAGE}decide/", sent, follow=True))
    number = ExclusionDecision.objects.get().pk
    confirm = f"{PAGE}{number}/confirm/"
    assert confirm not in text_of(one.get(PAGE))
    assert confirm in text_of(two.get(PAGE))
    assert "Somebody else must confirm" in text_of(one.post(confirm, follow=True))
    assert not Exclusion.objects.exists()
    assert "200 votes excluded" in text_of(two.post(confirm, follow=True))


def test_staff_without_the_right_look_and_change_nothing(ledger: Ledger) -> None:
    onlooker = staff("onlooker")
    page = text_of(onlooker.get(PAGE, {"tiers": ["open"]}))
    assert "200 votes would no longer count" in page
    assert "Exclude them" not in page
    decision = decide_exclusion(ledger=ledger, chosen=RIG, upto=ledger.length, reason="A script", proposed_by=None)
    for url in (f"{PAGE}decide/", f"{PAGE}{decision.pk}/confirm/", f"{PAGE}{decision.pk}/lift/"):
        assert onlooker.post(url, {"tiers": ["open"], "upto": "500", "reason": "x", "because": "x"}).status_code == 302
    decision.refresh_from_db()
    assert (ExclusionDecision.objects.count(), decision.lifted_at) == (1, None)
