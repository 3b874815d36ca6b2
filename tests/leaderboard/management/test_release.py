"""A dataset release: nothing in play, everything else, and rankings that are computed again from it alone."""

import csv
import hashlib
import json
import uuid
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client

from arena.catalog.curation import open_prompts
from arena.catalog.models import Axis, Prompt
from arena.generation.models import Generation, Image
from arena.voting.blindness.tokens import read_token
from arena.voting.casting.votes import cast_vote
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.ledger.opening import native_ledger
from arena.voting.ledger.sealing import seal_votes
from arena.voting.models import LedgerEntry
from leaderboard.computing.on_demand import compute_asked, open_board
from leaderboard.computing.refresh import refresh_ledger
from tests.factories import make_arena, make_axis
from tests.leaderboard.ledgers import exclude

pytestmark = pytest.mark.django_db


def run(name: str, *arguments: object) -> str:
    out = StringIO()
    call_command(name, *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A release of an arena whose first prompt is open and whose second is in play, with votes on both."""
    _, prompts = make_arena(samples=2)
    opened = prompts[0]
    make_axis("fine-detail", *prompts)
    ledger = native_ledger()
    for number in range(40):
        voter = uuid.uuid4()
        matchup = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
        assert matchup is not None
        answer = ("left", "right", "tie", "both_bad")[number % 4]
        cast_vote(matchup_id=read_token(matchup.id), voter_key=voter, answer=answer, languages=["en"])
    seal_votes()
    ledger.refresh_from_db()
    exclude(ledger, 1)
    refresh_ledger(ledger=ledger)
    open_board(ledger="native", modality="text-to-image", axis="fine-detail")
    compute_asked(ledger=ledger)
    open_prompts(prompts=[opened])
    run("release", tmp_path / "release", "--licence", "CC-BY-4.0", "--site", "https://arena.example.org")
    return tmp_path / "release"


def _paths(top: Path) -> set[str]:
    return {str(file.relative_to(top)) for file in top.rglob("*") if file.is_file()}


def test_release_shows_no_picture_in_play(folder: Path) -> None:
    in_play = Image.objects.filter(generation__prompt__state="play")
    names = {str(key) for key in in_play.values_list("public_id", flat=True)}
    pixels = {path.read_bytes() for path in folder.rglob("*.webp")}
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())

    assert len(pixels) == Generation.objects.filter(prompt__state="open").count() == 6
    assert len(names) == 6
    assert not [name for name in names if name.encode() in everything]


def test_preferences_are_the_votes_on_open_prompts(folder: Path) -> None:
    base = folder / "ledgers" / "native" / "preferences"
    counted = LedgerEntry.objects.filter(vote__matchup__prompt__state="open", exclusion=None).order_by("position")
    picks = [json.loads(line) for line in (base / "pick-a-pic.jsonl").read_text().splitlines()]
    pairs = [json.loads(line) for line in (base / "dpo.jsonl").read_text().splitlines()]
    hpd = json.loads((base / "hpd.json").read_text())

    assert [pick["ranking_id"] for pick in picks] == [entry.position for entry in counted]
    decided = [entry for entry in counted if entry.outcome in ("left", "right")]
    assert len(pairs) == len(hpd) == len(decided) > 0
    for pick, entry in zip(picks, counted, strict=True):
        assert (pick["model_0"], pick["model_1"]) == (entry.left, entry.right)
        assert pick["label_0"] == {"left": 1, "right": 0}.get(entry.outcome, 0.5)
    for pair, row, entry in zip(pairs, hpd, decided, strict=True):
        won = entry.left if entry.outcome == "left" else entry.right
        assert f"/{won}-" in pair["chosen"]
        assert row["image_path"][row["human_preference"].index(1)] == pair["chosen"]
        assert (folder / pair["chosen"]).is_file()
        assert (folder / pair["rejected"]).is_file()


def test_release_recomputes_and_its_metadata_are_of_its_files(folder: Path) -> None:
    base = folder / "ledgers" / "native"
    said = run("recompute", base / "entries.csv", "--against", base / "standings.csv", "--axes", base / "axes.json")
    standings = list(csv.DictReader(StringIO((base / "standings.csv").read_text())))
    metadata = json.loads((folder / "croissant.json").read_text())

    boards = {(row["slice"], row["slice_value"]) for row in standings}
    assert ("axis", "fine-detail") in boards
    assert said.strip() == f"{len(boards)} of {len(boards)} boards have the published hash."
    sums = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    assert set(sums) == set(files) - {"SHA256SUMS"}
    assert all(hashlib.sha256(files[path].read_bytes()).hexdigest() == digest for path, digest in sums.items())
    described = {one["contentUrl"]: one["sha256"] for one in metadata["distribution"]}
    assert described.items() <= sums.items()
    assert set(described) == set(sums) - {"croissant.json"}
    assert metadata["license"] == "CC-BY-4.0"
    fields = {table["name"]: [one["name"] for one in table["field"]] for table in metadata["recordSet"]}
    assert fields["ledgers-native-standings"] == list(standings[0])

    text = (base / "standings.csv").read_text().replace(standings[0]["output_hash"], "0" * 64)
    (base / "standings.csv").write_text(text)
    with pytest.raises(CommandError, match="boards differ"):
        run("recompute", base / "entries.csv", "--against", base / "standings.csv")


def test_picture_that_cannot_be_read_any_more_is_left_out_of_everything(folder: Path, tmp_path: Path) -> None:
    gone = Generation.objects.filter(prompt__state="open").select_related("prompt", "contender").first()
    assert gone is not None
    for key in gone.image.renditions.values_list("storage_key", flat=True):
        default_storage.delete(key)
    told = StringIO()
    call_command("release", str(tmp_path / "again"), stdout=StringIO(), stderr=told)

    path = f"images/{gone.prompt.slug}/{gone.contender.slug}-{gone.sample}.webp"
    assert told.getvalue().startswith(f"{path} is left out")
    assert _paths(folder) - _paths(tmp_path / "again") == {path}
    assert not _paths(tmp_path / "again") - _paths(folder)
    everything = b"".join(file.read_bytes() for file in (tmp_path / "again").rglob("*") if file.is_file())
    assert path.encode() not in everything


def test_axis_map_of_a_release_gives_boards_by_axis(folder: Path, client: Client) -> None:
    base = folder / "ledgers" / "native"
    axes = json.loads((base / "axes.json").read_text())
    assert axes == client.get("/api/v1/ledgers/native/axes/").json()
    assert set(map(tuple, axes["prompts"].values())) == {("fine-detail",)}
    said = run("recompute", base / "entries.csv", "--axes", base / "axes.json", "--board", "axis:fine-detail")
    counted = LedgerEntry.objects.filter(exclusion=None).values_list("left", flat=True).distinct()
    assert "axis:fine-detail" in said
    assert all(slug in said for slug in counted)


def test_boards_by_axis_are_left_out_of_the_comparison_without_their_axes(folder: Path) -> None:
    base = folder / "ledgers" / "native"
    said = run("recompute", base / "entries.csv", "--against", base / "standings.csv")
    assert said.endswith("boards have the published hash.\n1 by axis were not compared: they need --axes FILE.\n")


def test_board_by_axis_that_is_out_of_date_is_not_released(folder: Path, tmp_path: Path) -> None:
    Axis.objects.get().prompts.remove(Prompt.objects.get(state="play"))
    run("release", tmp_path / "again")
    files = [top / "ledgers/native/standings.csv" for top in (folder, tmp_path / "again")]
    released = [csv.DictReader(file.read_text().splitlines()) for file in files]
    assert ["axis" in {row["slice"] for row in rows} for rows in released] == [True, False]


def test_card_describes_every_column_of_its_files(folder: Path) -> None:
    base = folder / "ledgers" / "native"
    card = (base / "README.md").read_text()
    for name in ("entries", "standings", "pairs"):
        section = card.split(f"## Columns of {name}")[1].split("##")[0]
        told = [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]
        columns = (base / f"{name}.csv").read_text().splitlines()[0].split(",")
        assert set(columns) <= set(told)
        assert all(line.split("|")[4].strip() for line in section.splitlines() if line.startswith("| `"))
    assert "| `elo` | number | Elo points |" in card
    assert "[`axes.json`](https://arena.example.org/api/v1/ledgers/native/axes/)" in card


def test_release_does_not_overwrite(folder: Path) -> None:
    with pytest.raises(CommandError, match="not empty"):
        run("release", folder)
