"""Recompute: a streamed export gives the published standings and hashes, in a process without a database."""

import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from arena.voting.ledger.chain import GENESIS
from arena.voting.models import Ledger
from leaderboard.computing.on_demand import compute_asked
from leaderboard.computing.refresh import refresh_ledger
from leaderboard.models import Snapshot
from leaderboard.queries.current_method import current_method
from leaderboard.ratings.boards import OVERALL, compute_boards
from leaderboard.votefiles.export_reader import read_export
from tests.factories import make_category
from tests.leaderboard.ledgers import append_entries, draw_votes, exclude, make_categories, make_contenders, make_ledger
from tests.writing_once import written_once

pytestmark = pytest.mark.django_db


def recompute(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does, with a database address where nothing answers."""
    environment = {name: value for name, value in os.environ.items() if name not in {"SECRET_KEY", "EASEL_EMBEDDED"}}
    environment |= {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing", "PYTHONWARNINGS": "error"}
    return subprocess.run(
        [sys.executable, "manage.py", "recompute", *map(str, arguments)],
        cwd=django_settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def recompute_here(*arguments: object) -> str:
    """Run the command in this process, which takes a tenth of the time; return what it printed."""
    call_command("recompute", *map(str, arguments), stdout=(said := io.StringIO()))
    return said.getvalue()


@pytest.fixture
@written_once
def ledger() -> Ledger:
    """A refreshed ledger with two categories, two languages and two exclusions."""
    make_categories("animals", "food")
    made = make_ledger()
    votes = draw_votes(make_contenders(4), 300, categories=["animals", "food"], languages=["en", "ja"])
    append_entries(made, votes)
    exclude(made, 10, 20)
    refresh_ledger(ledger=made)
    return made


def export(client: Client, path: Path, sends: str) -> Path:
    response = client.get("/api/v1/ledgers/native/entries/", {"format": sends})
    path.write_bytes(response.getvalue())
    return path


@pytest.mark.parametrize("sends", ["csv", "jsonl", "jsonl.gz"])
def test_recomputed_export_equals_what_is_published(ledger: Ledger, client: Client, tmp_path: Path, sends: str) -> None:
    file = export(client, tmp_path / "export", sends.removesuffix(".gz"))
    if sends.endswith(".gz"):
        file.write_bytes(gzip.compress(file.read_bytes()))

    if sends == "jsonl":
        found = recompute(file, "--format", "json")
        assert found.returncode == 0, found.stderr
        answer = json.loads(found.stdout)
    else:
        answer = json.loads(recompute_here(file, "--format", "json"))

    assert answer["chain"] == {"length": 300, "head": ledger.head}
    published = {
        (f"{each.board.slice}:{each.board.slice_value}".rstrip(":"), each.input_hash, each.output_hash)
        for each in Snapshot.objects.select_related("board")
    }
    assert len(published) == 5
    assert {(each["board"], each["input_hash"], each["output_hash"]) for each in answer["boards"]} == published
    compare_lines(client, answer)


def compare_lines(client: Client, answer: dict[str, Any]) -> None:
    (overall,) = [each for each in answer["boards"] if each["board"] == "overall"]
    standings = client.get("/api/v1/standings/").json()["standings"]
    for line, standing in zip(overall["contenders"], standings, strict=True):
        for name in (
            "elo",
            "elo_low",
            "elo_high",
            "mu",
            "sigma",
            "rank_low",
            "rank_high",
            "rank_trueskill",
            "win_rate",
        ):
            assert line[name] == standing[name]


def test_votes_on_edits_are_recomputed_and_ranked_like_those_on_new_images(client: Client, tmp_path: Path) -> None:
    make_categories("animals")
    make_category(slug="restyle", modality="image-editing")
    made, contenders = make_ledger(), make_contenders(4)
    edits = [
        cast._replace(modality="image-editing") for cast in draw_votes(contenders, 150, categories=["restyle"], seed=2)
    ]
    append_entries(made, [cast for pair in zip(draw_votes(contenders, 150), edits, strict=True) for cast in pair])
    exclude(made, 10, 11)
    refresh_ledger(ledger=made)
    file = export(client, tmp_path / "export", "jsonl")

    published = {
        (each.board.modality, ":".join(filter(None, [each.board.slice, each.board.slice_value]))): (
            each.input_hash, each.output_hash,
        )
        for each in Snapshot.objects.select_related("board")
    }  # fmt: skip
    assert {modality for modality, board in published if board == "overall"} == {"text-to-image", "image-editing"}
    call_command("rank", str(file), "--format", "json", "--board", "all", stdout=(ranked := io.StringIO()))
    for answer in (recompute_here(file, "--format", "json"), ranked.getvalue()):
        boards = {(each["modality"], each["board"]): each for each in json.loads(answer)["boards"]}
        assert {key: (each["input_hash"], each["output_hash"]) for key, each in boards.items()} == published
    for modality in ("text-to-image", "image-editing"):
        standings = client.get("/api/v1/standings/", {"modality": modality}).json()["standings"]
        ours = [(line["contender"], line["elo"]) for line in boards[modality, "overall"]["contenders"]]
        assert ours == [(line["contender_slug"], line["elo"]) for line in standings]


def test_table_shows_only_the_boards_asked_for(ledger: Ledger, client: Client, tmp_path: Path) -> None:
    file = export(client, tmp_path / "export", "csv")

    said = recompute_here(file, "--board", "category:food", "--board", "language:ja")

    hashes = {f"{each.board.slice}:{each.board.slice_value}": each.output_hash for each in Snapshot.objects.all()}
    assert "text-to-image category:food: " in said
    assert f"output {hashes['category:food']}\n" in said
    assert f"output {hashes['language:ja']}\n" in said
    assert "overall" not in said
    assert f"chain: 300 entries hold, head {ledger.head}" in said


def test_board_on_demand_is_recomputed_with_its_window(client: Client, tmp_path: Path) -> None:
    make_categories("animals", "food")
    made = make_ledger()
    votes = draw_votes(make_contenders(4), 300, categories=["animals", "food"], languages=["en", "ja"])
    days = [date(2026, 7, 1) + timedelta(days=row // 2) for row in range(300)]
    append_entries(made, [cast._replace(cast_on=day) for cast, day in zip(votes, days, strict=True)])
    exclude(made, 10, 290, 299, 300)
    refresh_ledger(ledger=made)
    client.get("/api/v1/standings/?category=food&language=ja&days=30")
    assert compute_asked(ledger=made) == 1
    (published,) = Snapshot.objects.filter(board__days=30)
    file = export(client, tmp_path / "export", "jsonl")

    said = recompute_here(file, "--board", "category_language:food/ja", "--days", "30")

    assert f"category_language:food/ja, last 30 days: {published.votes} votes" in said
    assert f"input  {published.input_hash}\noutput {published.output_hash}\n" in said
    assert 0 < published.votes < 30


def test_thresholds_of_another_arena_are_printed_and_give_its_hashes(
    ledger: Ledger, client: Client, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PRELIMINARY_VOTES = 500
    refresh_ledger(ledger=ledger)
    theirs = Snapshot.objects.filter(board__slice="overall").latest("pk").output_hash
    file = export(client, tmp_path / "export", "csv")
    thresholds = "thresholds: THIN_VOTES=3 PRELIMINARY_VOTES={} PRELIMINARY_VOTERS=5"

    settings.PRELIMINARY_VOTES = 30
    ours = recompute_here(file, "--board", "overall")
    assert thresholds.format(30) in ours
    assert theirs not in ours

    monkeypatch.setenv("PRELIMINARY_VOTES", "500")
    found = recompute(file, "--board", "overall").stdout
    assert thresholds.format(500) in found
    assert f"output {theirs}\n" in found


def test_older_version_of_the_method_is_recomputed_if_asked_for(ledger: Ledger, client: Client, tmp_path: Path) -> None:
    file = export(client, tmp_path / "export", "csv")
    older = replace(current_method(), version="2")
    (votes,) = read_export(file).votes.values()
    expected = compute_boards(votes, older, keys=[OVERALL])[OVERALL].output_hash
    assert f"output {expected}\n" in recompute_here(file, "--board", "overall", "--method-version", "2")
    assert expected not in recompute_here(file, "--board", "overall")
    assert "pooled over the board" not in recompute_here(file, "--audit", "--method-version", "2")
    assert "pooled over the board" in recompute_here(file, "--audit")


def test_audit_prints_each_board(ledger: Ledger, client: Client, tmp_path: Path) -> None:
    file = export(client, tmp_path / "export", "csv")

    table = recompute_here(file, "--audit", "--board", "overall")
    call_command("recompute", str(file), "--audit", "--format", "json", stdout=(said_as_json := io.StringIO()))

    audits = {each["board"]: each for each in json.loads(said_as_json.getvalue())["audits"]}
    assert set(audits) == {"overall", "category:animals", "category:food", "language:en", "language:ja"}
    first = audits["overall"]["first"][0]
    assert first["leader"] == client.get("/api/v1/standings/").json()["standings"][0]["contender_slug"]
    for said in (
        "text-to-image overall: 298 votes\n",
        f"first place of {first['leader']} is lost without\n    {len(first['removed'])} vote",
        "Krippendorff's alpha",
        "calibration on",
        "if both bad counted as a tie",
    ):
        assert said in table
    assert "category" not in table


def test_sequential_skills_are_those_of_the_package_in_ledger_order(
    ledger: Ledger, client: Client, tmp_path: Path
) -> None:
    file = export(client, tmp_path / "export", "csv")

    def say(*arguments: str) -> list[str]:
        call_command("recompute", str(file), "--sequential", *arguments, stdout=(said := io.StringIO()))
        return said.getvalue().splitlines()

    own = say()
    assert own == say("--package")
    boards = [line for line in own if line.endswith("votes in ledger order")]
    assert boards[0] == "text-to-image overall: 298 votes in ledger order"
    assert len(boards) == 5
    lines = [line.split() for line in own[3:7]]
    assert [float(line[0]) for line in lines] == sorted((float(line[0]) for line in lines), reverse=True)
    assert float(lines[0][0]) == pytest.approx(float(lines[0][1]) - 3 * float(lines[0][2]), abs=2e-4)
    call_command("rank", str(file), "--method", "trueskill-package", stdout=(ranked := io.StringIO()))
    assert ranked.getvalue().splitlines()[-4:] == own[3:7]


def test_options_of_the_sequential_form_do_not_go_alone(ledger: Ledger, client: Client, tmp_path: Path) -> None:
    file = export(client, tmp_path / "export", "csv")
    with pytest.raises(CommandError, match="table only"):
        call_command("recompute", str(file), "--sequential", "--format", "json")
    with pytest.raises(CommandError, match="--package goes with --sequential only"):
        call_command("recompute", str(file), "--package")


def test_part_of_a_ledger_is_computed_without_its_chain(ledger: Ledger, client: Client, tmp_path: Path) -> None:
    response = client.get(f"/api/v1/ledgers/{ledger.slug}/entries/", {"after": 100})
    file = tmp_path / "export.jsonl"
    file.write_bytes(response.getvalue())

    said = recompute_here(file)

    assert "chain: not checked" in said
    assert "overall: 200 votes" in said


@pytest.mark.parametrize("sends", ["csv", "jsonl"])
def test_export_of_an_empty_ledger_has_no_boards(client: Client, tmp_path: Path, sends: str) -> None:
    call_command(
        "recompute", str(export(client, tmp_path / "export", sends)), "--format", "json", stdout=(said := io.StringIO())
    )

    nothing = {"count": 0, "hash": hashlib.sha256().hexdigest()}
    assert json.loads(said.getvalue()) == {
        "chain": {"length": 0, "head": GENESIS}, "exclusions": nothing, "boards": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda lines: [*lines[:5], lines[5].replace('"language":"', '"language":"x'), *lines[6:]],
            "position 6",
        ),
        (lambda lines: [*lines[:5], *lines[6:]], "position 6"),
        (lambda lines: [*lines[:5], lines[6], lines[5], *lines[7:]], "position 6"),
        (lambda lines: [*lines[:5], lines[5][:40], *lines[6:]], "line 6: not JSON"),
        (lambda lines: [*lines[:5], lines[5].replace('"propensity":0.25', '"propensity":"x"')], "line 6"),
        (lambda lines: [*lines[:5], lines[5].replace('"outcome"', '"result"')], "line 6: missing outcome"),
    ],
)
def test_altered_export_is_refused_with_its_place(
    ledger: Ledger, client: Client, tmp_path: Path, change: Any, reason: str
) -> None:
    lines = export(client, tmp_path / "export", "jsonl").read_text().splitlines()
    file = tmp_path / "altered"
    file.write_text("\n".join(change(lines)))

    with pytest.raises(CommandError, match=reason) as refused:
        call_command("recompute", str(file), stdout=(said := io.StringIO()))

    assert (said.getvalue(), "\n" in str(refused.value)) == ("", False)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["/nowhere/export"], 1), (["pyproject.toml"], 1), (["pyproject.toml", "--board", "colour:red"], 2)],
)
def test_unusable_argument_is_an_error_without_traceback(arguments: list[str], code: int) -> None:
    found = recompute(*arguments)

    assert (found.returncode, found.stdout) == (code, "")
    assert "Traceback" not in found.stderr
