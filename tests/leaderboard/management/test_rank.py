"""Rank: any file of votes, in a process without a database."""

import csv
import io
import json
import os
import subprocess
import sys
from math import log10
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from arena.catalog.models import Modality
from leaderboard.computing.refresh import refresh_ledger
from leaderboard.models import Snapshot
from leaderboard.presentation.board_text import parse_board
from leaderboard.ratings.boards import slice_votes
from leaderboard.ratings.fits.sequential_trueskill import replay
from leaderboard.ratings.methods import METHOD
from leaderboard.votefiles.vote_files import read_votes
from tests.leaderboard.command_output import rank
from tests.leaderboard.ledgers import append_entries, draw_votes, exclude, make_categories, make_contenders, make_ledger


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """40 votes on two contenders in two categories, one both bad, without voters and prompts."""
    winners = ["model_a", "model_b", "tie", "model_a"] * 9 + ["tie (bothbad)", "model_a", "tie", "model_b"]
    rows = [f"=a,b\x1b[2J,{winner},{'food' if index % 2 else 'maps'}" for index, winner in enumerate(winners)]
    path = tmp_path / "votes.csv"
    path.write_text("\n".join(["model_a,model_b,winner,category", *rows, ""]))
    return path


def rank_alone(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does, with a database address where nothing answers."""
    environment = {name: value for name, value in os.environ.items() if name not in {"SECRET_KEY", "EASEL_EMBEDDED"}}
    environment |= {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing", "PYTHONWARNINGS": "error"}
    return subprocess.run(
        [sys.executable, "manage.py", "rank", *map(str, arguments)],
        cwd=site.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_file_is_ranked_without_a_database(file: Path) -> None:
    found = rank_alone(file)

    assert (found.returncode, found.stderr) == (0, "")
    assert "columns: left=model_a, right=model_b, winner=winner, category=category" in found.stdout
    assert "note: the file names neither voters nor prompts" in found.stdout
    assert "votes.csv overall: 40 votes\n" in found.stdout
    assert "b\\x1b[2J" in found.stdout
    assert "\x1b" not in found.stdout


def test_bad_row_ends_in_one_line_and_status_1(file: Path) -> None:
    file.write_text(file.read_text().replace("tie (bothbad)", "invalid"))

    found = rank_alone(file, "--format", "json")

    assert (found.returncode, found.stdout, found.stderr.count("\n")) == (1, "", 1)
    assert "row 37, column winner: 'invalid' is none of" in found.stderr
    assert "--skip-answer=invalid" in found.stderr


LOADED = "import sys; from arena.command_line import main; main(); print(*sys.modules, file=sys.stderr)"


def test_small_file_is_ranked_without_what_takes_long_to_import(file: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-c", LOADED, "rank", file], cwd=site.BASE_DIR, capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in found.stderr.split()}
    assert "numpy" in loaded
    assert loaded & {"django", "rest_framework", "celery", "psycopg", "numba", "pyarrow", "trueskill"} == set()


def test_json_leaves_out_what_the_file_does_not_know(file: Path) -> None:
    answer = json.loads(rank(file, "--format", "json", "--board", "all"))

    assert [each["board"] for each in answer["boards"]] == ["overall", "category:food", "category:maps"]
    overall = answer["boards"][0]
    assert overall["method"]["clusters"] == []
    assert (overall["votes"], overall["voters"]) == (40, None)
    line = overall["contenders"][0]
    assert (line["voters"], line["effective_voters"], line["prompts"]) == (None, None, None)
    assert (line["both_bad"], line["ties"]) == (1, 10)


def test_csv_has_a_line_per_contender_and_board(file: Path) -> None:
    answer = list(csv.DictReader(io.StringIO(rank(file, "--format", "csv", "--board", "category:food"))))

    assert {(row["board"], row["votes"], row["voters"]) for row in answer} == {("category:food", "20", "")}
    # A spreadsheet would execute a cell that begins with an equals sign.
    assert {row["contender"] for row in answer} == {"'=a", "b\x1b[2J"}


def test_options_change_the_method(file: Path) -> None:
    arguments = ["--both-bad", "tie", "--established-votes", "41", "--category-weights", "votes", "--format", "json"]
    (board,) = json.loads(rank(file, *arguments))["boards"]

    assert {(line["ties"], line["both_bad"], line["level"]) for line in board["contenders"]} == {(11, 0, "preliminary")}
    assert board["method"]["equal_category_weights"] is False


def test_wide_prior_leaves_the_odds_that_were_cast(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text("model_a,model_b,winner\n" + "a,b,model_a\n" * 30 + "b,a,model_a\n" * 10)

    def gap(*arguments: str) -> float:
        (board,) = json.loads(rank(path, "--format", "json", *arguments))["boards"]
        one, two = (float(line["elo"]) for line in board["contenders"])
        return abs(one - two)

    assert gap("--prior-sd", "100000") == pytest.approx(400 * log10(3), abs=1e-5)
    assert gap("--prior-sd", "0.5") < gap() < gap("--prior-sd", "100000")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--prior-sd", "nan"], "'nan' is not a number from 0.01 to 100000"),
        (["--board", "category:none"], "no votes on category:none. --board all prints every board that has some."),
        (["--board", "none"], "--board: 'none' is none of overall, .*, all"),
        (["--voter", "nobody"], "column nobody: there is no such column for the voter"),
        (["--winner", ""], "no column names the winner"),
        (["--answer", "A=won"], "--answer: 'A=won' is not LABEL=MEANING with one of left, right, tie, both_bad"),
        (["--answer", "left"], "--answer: 'left' is not LABEL=MEANING"),
        (["--graded", "5"], "--graded: '5' is not LEFT..RIGHT with two numbers"),
        (["--graded", "2..2"], "--graded: '2..2' is not LEFT..RIGHT with two different numbers"),
        (["--anchor", "a=first"], "--anchor: 'a=first' is not NAME or NAME=ELO"),
        (["--anchor", "nobody"], "--anchor: 'nobody' is no contender of the file"),
        (["--method", "elo"], "--method: invalid choice: 'elo' .*bradley-terry.*trueskill-package"),
        (["--method", "trueskill-package", "--prior-sd", "3"], "--prior-sd changes nothing with --method trueskill-pa"),
        (["--method", "trueskill-package", "--board", "category:none"], "no votes on category:none"),
    ],
)
def test_unfit_option_is_refused(file: Path, arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        rank(file, *arguments)


def test_package_ranks_vote_by_vote_in_every_form(file: Path) -> None:
    by_package = ["--method", "trueskill-package", "--board", "all"]
    answer = json.loads(rank(file, *by_package, "--format", "json"))
    rows = list(csv.DictReader(io.StringIO(rank(file, *by_package, "--format", "csv"))))
    table = rank(file, *by_package).splitlines()

    assert [(each["board"], each["votes"]) for each in answer["boards"]] == [
        ("overall", 40),
        ("category:food", 20),
        ("category:maps", 20),
    ]
    (note,) = answer["notes"]
    assert note.startswith("TrueSkill vote by vote in the order of the file, by the trueskill package")
    assert f"note: {note}" in table
    for board in answer["boards"]:
        votes = read_votes(file).votes[""]
        key = parse_board(board["board"])
        own = slice_votes(votes, key).compact()
        skills = replay(own, METHOD)
        found = {line["contender"]: (line["mu"], line["sigma"], line["conservative"]) for line in board["contenders"]}
        expected = zip(own.contenders, skills.mu, skills.sigma, skills.conservative, strict=True)
        assert found == {name: pytest.approx(figures, abs=1e-6) for name, *figures in expected}
        assert [line["rank_trueskill"] for line in board["contenders"]] == [1, 2]
    assert [float(row["conservative"]) for row in rows] == [
        line["conservative"] for board in answer["boards"] for line in board["contenders"]
    ]
    assert set(rows[0]) == {"modality", "board", "contender", "mu", "sigma", "conservative", "rank_trueskill"}
    assert "votes.csv category:food: 20 votes" in table
    assert "\x1b" not in "".join(table)


def test_package_is_imported_only_when_it_is_asked_for() -> None:
    code = (
        "import sys; import leaderboard.ratings.fits.trueskill_package as own; print('trueskill' in sys.modules); "
        "own.set_up_package(own.Method()); print('trueskill' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=site.BASE_DIR, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_answer_is_what_the_option_says(file: Path) -> None:
    (board,) = json.loads(rank(file, "--format", "json", "--answer", "tie (bothbad)=tie"))["boards"]

    assert {(line["ties"], line["both_bad"]) for line in board["contenders"]} == {(11, 0)}


def test_votes_of_one_judge_say_how_to_get_intervals(tmp_path: Path) -> None:
    rows = [f"a,b,{'left' if index % 3 else 'right'},pair-v2,{index % 7}" for index in range(60)]
    (tmp_path / "votes").write_text("\n".join(["left,right,winner,judge,question_id", *rows, ""]))

    alone = json.loads(rank(tmp_path / "votes", "--format", "json"))
    without = json.loads(rank(tmp_path / "votes", "--format", "json", "--voter", ""))

    assert alone["notes"] == [
        "all votes have the same voter, so there are no intervals and no order; --voter '' leaves it out"
    ]
    assert alone["boards"][0]["contenders"][0]["elo_low"] is None
    assert without["boards"][0]["contenders"][0]["elo_low"] is not None


def test_file_without_votes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "votes").write_text("model_a,model_b,winner\n")
    with pytest.raises(CommandError, match=r"votes: there are no votes in it$"):
        rank(tmp_path / "votes")


def test_category_in_a_language_is_ranked_when_asked_for(tmp_path: Path) -> None:
    (tmp_path / "votes").write_text("left,right,winner,category,language\na,b,left,food,de\na,b,left,food,en\n")
    both = "category_language:food/de"

    alone = json.loads(rank(tmp_path / "votes", "--format", "json", "--board", both))["boards"]
    beside = json.loads(rank(tmp_path / "votes", "--format", "json", "--board", "all", "--board", both))["boards"]

    assert [(board["board"], board["votes"]) for board in alone] == [(both, 1)]
    assert [board["board"] for board in beside][0::4] == ["overall", both]


@pytest.mark.django_db
@pytest.mark.parametrize("sends", ["csv", "jsonl"])
def test_own_export_gives_the_published_hashes(client: Client, tmp_path: Path, sends: str) -> None:
    make_categories("animals", "food")
    ledger = make_ledger()
    append_entries(ledger, draw_votes(make_contenders(4), 300, categories=["animals", "food"], languages=["en", "ja"]))
    exclude(ledger, 10, 20)
    refresh_ledger(ledger=ledger)
    file = tmp_path / "export"
    file.write_bytes(client.get("/api/v1/ledgers/native/entries/", {"format": sends}).getvalue())

    boards: list[dict[str, Any]] = json.loads(rank(file, "--format", "json", "--board", "all"))["boards"]

    published = {(each.input_hash, each.output_hash) for each in Snapshot.objects.all()}
    assert len(published) == 5
    assert {(each["input_hash"], each["output_hash"]) for each in boards} == published


def test_files_are_ranked_as_one(file: Path, tmp_path: Path) -> None:
    header, *rows = file.read_text().splitlines()
    parts = []
    for number, part in enumerate((rows[:15], rows[15:])):
        parts.append(tmp_path / f"{number}.csv")
        parts[-1].write_text("\n".join([header, *part, ""]))

    (board,) = json.loads(rank(file, "--format", "json"))["boards"]
    assert json.loads(rank(*parts, "--format", "json"))["boards"] == [board]
    assert "2 files overall: 40 votes\n" in rank(*parts)
    parts[1].write_text("nothing")
    with pytest.raises(CommandError, match=r"1\.csv: no column names the left"):
        rank(*parts)


def test_saved_votes_are_ranked_alike(file: Path, tmp_path: Path) -> None:
    saved = tmp_path / "votes.parquet"
    first = json.loads(rank(file, "--board", "all", "--save", saved, "--format", "json"))
    again = json.loads(rank(saved, "--board", "all", "--format", "json"))
    assert [board["input_hash"] for board in again["boards"]] == [board["input_hash"] for board in first["boards"]]
    assert [board["output_hash"] for board in again["boards"]] == [board["output_hash"] for board in first["boards"]]
    with pytest.raises(CommandError, match="No such file or directory"):
        rank(file, "--save", tmp_path / "nowhere" / "votes.parquet")
    before = file.read_bytes()
    with pytest.raises(CommandError, match="is a file that is read"):
        rank(file, "--save", tmp_path / "elsewhere" / ".." / file.name)
    assert file.read_bytes() == before


def test_saved_votes_of_two_modalities_in_turns_are_ranked_alike(tmp_path: Path) -> None:
    parts, saved = [tmp_path / "0.csv", tmp_path / "1.csv"], tmp_path / "votes.parquet"
    for part in parts:
        rows = [f"{row},{Modality.values[row % 2]},a,b,{('left', 'right', 'tie')[row % 3]}" for row in range(1, 25)]
        part.write_text("\n".join(["position,modality,left,right,outcome", *rows, ""]))
    for files in (parts[:1], parts):
        first = json.loads(rank(*files, "--save", saved, "--format", "json"))["boards"]
        assert {board["modality"]: board["votes"] for board in first} == dict.fromkeys(Modality.values, 12 * len(files))
        assert json.loads(rank(saved, "--format", "json"))["boards"] == first


@pytest.fixture
def tiered(tmp_path: Path) -> Path:
    """An export of 240 votes: b wins by those of settled voters, a by as many of open ones in one network."""
    columns = "position,modality,prompt,category,language,left,right,outcome,voter,tier,network"
    rows = [f"{row},text-to-image,p{row},food,en,a,b,right,s{row % 30},settled,{row}" for row in range(1, 121)]
    rows += [f"{row},text-to-image,p{row},food,en,a,b,left,x{row},open,farm" for row in range(121, 241)]
    path = tmp_path / "export.csv"
    path.write_text("\n".join([columns, *rows, ""]))
    return path


def test_tiers_of_an_export_say_whose_votes_count(tiered: Path, tmp_path: Path, settings: Settings) -> None:
    settings.OFFICIAL_TIERS = ["settled", "verified", "named"]
    saved = tmp_path / "votes.parquet"
    (official,) = json.loads(rank(tiered, "--format", "json", "--save", saved))["boards"]
    (every,) = json.loads(rank(tiered, "--format", "json", "--tiers", "all"))["boards"]
    (before,) = json.loads(rank(tiered, "--format", "json", "--method-version", "3"))["boards"]

    assert (official["votes"], every["votes"], before["votes"]) == (120, 240, 240)
    assert "tiers: 120 of 240 votes are of an official tier; --tiers all counts the others, too" in official["notes"]
    first = [board["contenders"][0] for board in (official, every, before)]
    assert [line["contender"] for line in first[:2]] == ["b", "b"]
    assert first[0]["elo"] > first[1]["elo"] > first[2]["elo"] == 1000.0
    for tiers, board in (("official", official), ("all", every)):
        (again,) = json.loads(rank(saved, "--format", "json", "--tiers", tiers))["boards"]
        assert (again["input_hash"], again["output_hash"]) == (board["input_hash"], board["output_hash"])
        call_command("recompute", str(tiered), "--tiers", tiers, "--board", "overall", stdout=(said := io.StringIO()))
        assert f"output {board['output_hash']}" in said.getvalue()


def test_official_tiers_are_those_of_the_option_or_the_setting(tiered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def votes(*options: str) -> int:
        return int(json.loads(rank(tiered, "--format", "json", *options))["boards"][0]["votes"])

    assert votes("--official-tiers", "open") == 120
    assert votes("--official-tiers", "open, settled") == 240
    monkeypatch.setenv("OFFICIAL_TIERS", "open settled verified named")
    assert (votes(), votes("--official-tiers", "settled")) == (240, 120)
    with pytest.raises(CommandError, match="is not some of open, settled, verified, named"):
        votes("--official-tiers", "golden")


def test_tiers_of_another_file_are_read_where_their_column_is_named(tiered: Path) -> None:
    text = (
        tiered.read_text()
        .replace("position,modality", "row,kind")
        .replace("left,right,outcome", "model_a,model_b,winner")
    )
    tiered.write_text(text.replace(",a,b,right,", ",a,b,model_b,").replace(",a,b,left,", ",a,b,model_a,"))
    counted = [
        json.loads(rank(tiered, "--format", "json", *options))["boards"][0]["votes"]
        for options in ([], ["--tier", "tier"], ["--tier", "tier", "--network", "network", "--tiers", "all"])
    ]
    assert counted == [240, 120, 240]
    with pytest.raises(CommandError, match="'model_b' is no tier: open, settled, verified, named, or empty"):
        rank(tiered, "--tier", "winner")
