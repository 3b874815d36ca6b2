"""Imported ledgers: other people's votes are sealed, ranked and shown like our own, and never mixed with them."""

import csv
import hashlib
import html
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from arena.catalog.models import Category, Contender, ImageModel, Organization
from arena.voting.ledger.removing import remove_ledger
from arena.voting.ledger.verifying import verify_ledger
from arena.voting.models import ImportedContender, Ledger, LedgerEntry, LedgerOrigin, PairSplit, Strength, Voter
from leaderboard.computing.refresh import refresh_ledgers
from leaderboard.models import Board, Snapshot, Standing
from leaderboard.queries.standings import read_board
from tests.factories import make_contender
from tests.leaderboard.ledgers import Cast, append_entries, draw_votes, make_ledger

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]

STRANGE = ["a/b c", "=SUM(1)", "<b>bold</b>", "模型 ünï", "x" * 300, "gpt-image-1", r"C:\new\N"]


def write_votes(path: Path, votes: list[Cast], *, leave: tuple[str, ...] = (), **more: Any) -> Path:
    """Write votes as LMArena does, with further columns that have one value each."""
    named = {"model_a": "left", "model_b": "right", "winner": "outcome", "voter": "voter", "prompt": "prompt"}
    named |= {"category": "category", "language": "language"}
    rows = [{name: getattr(vote, field) for name, field in named.items() if name not in leave} | more for vote in votes]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def strange_votes(count: int = 600) -> list[Cast]:
    return draw_votes(STRANGE, count, categories=["Text & signs", "food"], languages=["English", "de"])


def run(command: str, *arguments: object, **options: Any) -> str:
    call_command(command, *map(str, arguments), stdout=(said := io.StringIO()), **options)
    return said.getvalue()


def bring(path: Path, name: str = "Votes of others", **options: Any) -> Ledger:
    run("import_votes", path, name=name, **options)
    return Ledger.objects.get(origin__sha256=hashlib.sha256(path.read_bytes()).hexdigest())


def test_imported_votes_rank_as_the_file_does(tmp_path: Path) -> None:
    path = write_votes(tmp_path / "votes.csv", strange_votes())
    ledger = bring(path)
    ranked = json.loads(run("rank", path, "--board", "all", "--format", "json"))["boards"]
    assert len(ranked) == 5
    for board in ranked:
        kind, _, value = board["board"].partition(":")
        shown = read_board(ledger=ledger.slug, modality="text-to-image", **({kind: value} if value else {}))
        assert shown.votes == board["votes"]
        assert shown.voters == board["voters"]
        assert shown.output_hash == board["output_hash"]
        assert {row.contender_name for row in shown.rows} == {line["contender"] for line in board["contenders"]}


def test_every_board_of_an_import_has_its_history_over_rest(tmp_path: Path, client: Client) -> None:
    bring(write_votes(tmp_path / "votes.csv", strange_votes()))
    boards = client.get("/api/v1/boards/", {"ledger": "votes-of-others"}).json()["results"]
    assert {board["slice_value"] for board in boards} == {"", "Text & signs", "food", "English", "de"}
    for board in boards:
        lines = client.get(board["history"]).json()["results"]
        assert {line["snapshot"] for line in lines} == {board["snapshot"]}


@pytest.mark.parametrize("leave", [(), ("voter",), ("prompt",), ("voter", "prompt", "category", "language")])
@pytest.mark.parametrize("sends", ["csv", "jsonl"])
def test_export_of_an_import_verifies_and_recomputes(
    leave: tuple[str, ...], sends: str, tmp_path: Path, client: Client
) -> None:
    ledger = bring(write_votes(tmp_path / "votes.csv", strange_votes(300), leave=leave))
    assert verify_ledger(ledger).length == 300
    export = tmp_path / f"export.{sends}"
    response = client.get(f"/api/v1/ledgers/{ledger.slug}/entries/?format={sends}")
    export.write_bytes(response.content)
    assert f"{ledger.length} entries verified, head {ledger.head}" in run("verify", file=export)
    computed = json.loads(run("recompute", export, format="json"))
    assert computed["chain"]["head"] == ledger.head
    stored = {
        (each.board.slice, each.board.slice_value): (each.input_hash, each.output_hash)
        for each in Snapshot.objects.select_related("board")
    }
    found = {
        (board["board"].partition(":")[0], board["board"].partition(":")[2]): (
            board["input_hash"],
            board["output_hash"],
        )
        for board in computed["boards"]
    }
    assert found == stored
    assert b"voter-" not in response.content


def test_file_of_one_vote_is_a_ledger_of_one(tmp_path: Path) -> None:
    (tmp_path / "votes.csv").write_text("model_a,model_b,winner\na,b,tie\n")
    ledger = bring(tmp_path / "votes.csv")
    entry = ledger.entries.get()
    assert (entry.left, entry.voter, entry.prompt, entry.propensity, entry.cast_on) == ("a", "", "", None, None)
    assert [row.line.level for row in read_board(ledger=ledger.slug, modality="text-to-image").rows] == ["thin", "thin"]


def test_votes_of_nobody_are_counted_and_told(tmp_path: Path) -> None:
    path = write_votes(
        tmp_path / "votes.csv", [vote._replace(voter="") for vote in strange_votes(5)] + strange_votes(40)
    )
    assert "note: 5 votes have an empty voter; they count as one voter's" in run("import_votes", path, name="Some")


def test_voters_are_pseudonyms_of_this_import_alone(tmp_path: Path) -> None:
    votes = strange_votes(100)
    ledger = bring(write_votes(tmp_path / "votes.csv", votes))
    stored = list(ledger.entries.order_by("position").values_list("voter", flat=True))
    assert len(set(zip(stored, (vote.voter for vote in votes), strict=True))) == len(set(stored)) > 10
    assert all(len(voter) == 32 for voter in stored)
    remove_ledger(slug=ledger.slug)
    again = bring(write_votes(tmp_path / "votes.csv", votes))
    assert not set(stored) & set(again.entries.values_list("voter", flat=True))
    assert not Voter.objects.exists()


def test_intervals_claim_no_more_than_the_file_supports(tmp_path: Path, client: Client) -> None:
    ledger = bring(write_votes(tmp_path / "votes.csv", strange_votes(), leave=("voter", "prompt")))
    board = read_board(ledger=ledger.slug, modality="text-to-image")
    assert (board.method["clusters"], board.method["thresholds"]["established_voters"]) == ([], 1)
    listed = client.get("/api/v1/snapshots/", {"ledger": ledger.slug}).json()["results"]
    assert {each["board_voters"] for each in listed} == {None}
    assert (board.voters, {row.line.voters for row in board.rows}, {row.line.prompts for row in board.rows}) == (
        None, {None}, {None},
    )  # fmt: skip
    page = client.get(f"/leaderboard/text-to-image/?ledger={ledger.slug}&sort=-voters").content.decode()
    assert "neither voters nor prompts" in page
    assert "voters not named" in page
    sent = client.get(f"/api/v1/standings/?ledger={ledger.slug}").json()
    assert (sent["board_voters"], sent["standings"][0]["voters"]) == (None, None)
    assert {row["board_voters"] for row in client.get(f"/api/v1/boards/?ledger={ledger.slug}").json()["results"]} == {
        None
    }


def test_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = write_votes(tmp_path / "votes.csv", strange_votes(50))
    ledger = bring(path)
    moved = path.rename(tmp_path / "moved.csv")
    assert "is already imported as “Votes of others” (votes-of-others)" in run(
        "import_votes", moved, name="Votes of others"
    )
    ledger.refresh_from_db()
    assert (Ledger.objects.count(), LedgerEntry.objects.count(), ledger.length) == (1, 50, 50)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Votes of others", "holds the votes of another file.*remove_ledger votes-of-others"),
        ("votes  of OTHERS!", "holds the votes of another file"),
        ("Native", "is the arena's own"),
        ("demonstration", "is the arena's own"),
        ("画像", "No slug can be made"),
        (" ", "--name is empty"),
        ("x" * 121, "may have 120 characters"),
    ],
)
def test_name_that_is_taken_or_unusable_is_refused(name: str, said: str, tmp_path: Path) -> None:
    bring(write_votes(tmp_path / "votes.csv", strange_votes(20)))
    other = write_votes(tmp_path / "other.csv", strange_votes(21))
    with pytest.raises(CommandError, match=said):
        run("import_votes", other, name=name)
    assert (Ledger.objects.count(), LedgerEntry.objects.count()) == (1, 20)


def test_file_under_a_second_name_is_refused(tmp_path: Path) -> None:
    path = write_votes(tmp_path / "votes.csv", strange_votes(20))
    bring(path)
    with pytest.raises(CommandError, match="already imported, as “Votes of others”"):
        run("import_votes", path, name="Another")


def test_answers_mean_what_the_option_says(tmp_path: Path) -> None:
    (tmp_path / "votes.csv").write_text("model_a,model_b,winner\na,b,\na,b,A\n")
    ledger = bring(tmp_path / "votes.csv", answer=[("", "tie"), ("A", "left")])
    assert [entry.outcome for entry in ledger.entries.order_by("position")] == ["tie", "left"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("model_a,model_b,winner\na,b,model_a\na,a,model_a\n", "row 2, column model_b: 'a' cannot meet itself"),
        ("model_a,model_b,winner\na,b,maybe\n", "row 1, column winner: 'maybe' is none of"),
        ("model_a,model_b,winner,weight\na,b,tie,1\na,b,tie,0.5\n", "row 2, column weight: the weight is 0.5"),
        ("model_a,model_b,winner\n", "there are no votes in it"),
        ("model_a,model_b,winner,tstamp\na,b,tie,\na,b,tie,soon\n", "row 2, column tstamp: 'soon' is no date"),
        ("model_a,model_b,winner,propensity\na,b,tie,2\n", "row 1, column propensity: a propensity lies above 0"),
        (
            "position,modality,left,right,outcome\n1,text,a,b,tie\n",
            "row 1, column modality: 'text' is not text-to-image or image-editing",
        ),
        ("model_a,model_b\na,b\n", "no column names the winner"),
        ("model_a,model_b,winner\n" + "a,b,tie\n" * 3 + "a,b\n", "row 4: 2 values for 3 columns"),
        (
            "model_a,model_b,winner,category\n" + "".join(f"a,b,tie,c{n}\n" for n in range(501)),
            "column category: 501 different values",
        ),
    ],
)
def test_unusable_file_imports_nothing(content: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text(content)
    with pytest.raises(CommandError, match=said):
        run("import_votes", path, name="Bad")
    assert not Ledger.objects.exists()


def test_unknown_file_and_options_are_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run("import_votes", tmp_path / "none", name="None")
    path = write_votes(tmp_path / "votes.csv", strange_votes(20))
    with pytest.raises(CommandError, match="--source is not a web address"):
        run("import_votes", path, name="A", source="javascript:alert(1)")
    with pytest.raises(CommandError, match="the catalogue has no such contender"):
        run("import_votes", path, "--contender", "a/b c=nobody", name="A")
    slug = make_contender().slug
    with pytest.raises(CommandError, match="'nobody' is no contender of this file"):
        run("import_votes", path, "--contender", f"nobody={slug}", name="A")
    with pytest.raises(CommandError, match="Two names of the file"):
        run("import_votes", path, "--contender", f"a/b c={slug}", "--contender", f"=SUM(1)={slug}", name="A")


def test_imported_contenders_stay_out_of_the_catalogue(tmp_path: Path, client: Client) -> None:
    own = make_contender(slug="gpt-image-1")
    before = (Contender.objects.count(), ImageModel.objects.count(), Organization.objects.count())
    ledger = bring(write_votes(tmp_path / "votes.csv", strange_votes()))
    assert (Contender.objects.count(), ImageModel.objects.count(), Organization.objects.count()) == before
    assert not Category.objects.filter(slug="food").exists()
    assert not Strength.objects.exists()
    assert not PairSplit.objects.exists()
    row = next(
        row for row in read_board(ledger=ledger.slug, modality="text-to-image").rows if "gpt" in row.contender_name
    )
    assert (row.contender_slug, row.model_slug, row.organization_slug, row.price) == ("gpt-image-1", "", "", None)
    assert not own.standings.exists()
    assert "a/b c" not in client.get("/models/").content.decode()
    assert client.get(f"/api/v1/contenders/{own.slug}/").json().get("standings") in (None, [])


@pytest.mark.parametrize("linked", [False, True])
def test_board_of_an_import_has_columns_for_what_is_known(linked: bool, tmp_path: Path, client: Client) -> None:
    own = make_contender()
    votes = [Cast("a", "b", "left"), Cast("b", "c", "tie")] * 9
    file = write_votes(tmp_path / "votes.csv", votes, leave=("category",))
    ledger = bring(file, contender=[("a", own.slug)] if linked else [])

    page = client.get(f"/leaderboard/text-to-image/?ledger={ledger.slug}").content.decode()

    assert (">Price</a>" in page, "<dt>Price</dt>" in page) == (linked, linked)
    # The file has no categories, and one language to choose.
    assert "All categories count equally" not in page
    assert ('id="category"' in page, 'id="language"' in page) == (False, True)


def test_named_contender_links_to_its_model(tmp_path: Path, client: Client) -> None:
    own = make_contender(slug="own")
    path = write_votes(tmp_path / "votes.csv", strange_votes())
    run("import_votes", path, "--contender", "a/b c=own", name="Linked")
    row = next(row for row in read_board(ledger="linked", modality="text-to-image").rows if row.model_slug)
    assert (row.contender_name, row.model_slug) == ("a/b c", own.image_model.slug)
    assert (
        f"/models/{own.image_model.slug}/" in client.get("/leaderboard/text-to-image/?ledger=linked").content.decode()
    )
    assert not own.standings.exists()


def test_pages_and_api_show_labels_and_provenance(tmp_path: Path, client: Client) -> None:
    path = write_votes(tmp_path / "votes.csv", strange_votes(), tstamp="1700000000.5")
    bring(path, source="https://example.org/votes", licence="CC BY 4.0", note="A <test> & more.")
    assert {entry.cast_on.isoformat() for entry in LedgerEntry.objects.all() if entry.cast_on} == {"2023-11-14"}
    page = client.get("/leaderboard/text-to-image/?ledger=votes-of-others").content.decode()
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    for shown in (
        "&lt;b&gt;bold&lt;/b&gt;", "Imported: Votes of others.",
        "模型 ünï", "600 votes from votes.csv. They were not cast here", "A &lt;test&gt; &amp; more.",
        'href="https://example.org/votes"', "CC BY 4.0", sha256, "category=Text+%26+signs",
    ):  # fmt: skip
        assert shown in page
    assert "<b>bold" not in page
    category = client.get("/leaderboard/text-to-image/?category=Text+%26+signs&ledger=votes-of-others")
    assert category.status_code == 200
    assert "<h1>Text &amp; signs</h1>" in category.content.decode()
    board = client.get("/api/v1/standings.csv", {"ledger": "votes-of-others", "category": "Text & signs"})
    assert 'filename="standings-votes-of-others-text-to-image-category-text-signs-' in board["Content-Disposition"]
    assert "'=SUM(1)" in board.content.decode()
    origin = client.get("/api/v1/ledgers/votes-of-others/").json()["origin"]
    assert (origin["sha256"], origin["rows"], origin["licence"]) == (sha256, 600, "CC BY 4.0")
    assert "imported_by" not in origin
    sent = client.get("/api/v1/standings/?ledger=votes-of-others&language=English").json()
    assert (sent["ledger_origin"], sent["board_votes"] > 0) == (origin, True)
    boards = client.get("/api/v1/boards/?ledger=votes-of-others").json()["results"]
    assert [(each["slice"], each["title"]) for each in boards] == [
        ("overall", "Overall"), ("category", "Text & signs"), ("category", "food"), ("language", "English"),
        ("language", "German"),
    ]  # fmt: skip


def test_every_link_of_an_imported_board_leads_somewhere(tmp_path: Path, client: Client) -> None:
    bring(write_votes(tmp_path / "votes.csv", strange_votes(), leave=("voter",)))
    page = client.get("/leaderboard/text-to-image/?ledger=votes-of-others").content.decode()
    links = {html.unescape(link) for link in re.findall(r'href="(/(?!static)[^"#]*)"', page)}
    opened = [link for link in links if "open=" in link]
    assert len(opened) == len(STRANGE)
    row = client.get(opened[0]).content.decode()
    (link, *_) = re.findall(r'href="([^"]*view=history[^"]*contender=[^"]*)"', row)
    history = html.unescape(link)
    assert "600 votes from votes.csv. They were not cast here" in client.get(history).content.decode()
    assert {link: status for link in links if (status := client.get(link, follow=True).status_code) != 200} == {}


def test_long_and_broken_labels_stay_apart(tmp_path: Path) -> None:
    names = ["y" * 299 + "é1", "y" * 299 + "é2", "a\tb", "a b", "a\u202eb"]
    votes = [Cast(one, two, "left", prompt=f"talk\n{'z' * 500}{two}") for one in names for two in names if one != two]
    ledger = bring(write_votes(tmp_path / "votes.csv", votes))
    labels = set(ledger.imported_contenders.values_list("label", flat=True))
    assert (len(labels), max(map(len, labels))) == (5, 300)
    assert all(label.isprintable() for label in labels)
    assert len(set(ledger.entries.values_list("prompt", flat=True))) == 5
    assert {entry.left for entry in ledger.entries.all()} == labels


def test_export_of_this_arena_comes_back_without_what_it_excludes(tmp_path: Path, client: Client) -> None:
    native = make_ledger()
    slugs = [make_contender().slug for _ in range(3)]
    append_entries(native, draw_votes(slugs, 120))
    path = tmp_path / "export.csv"
    text = client.get("/api/v1/ledgers/native/entries/?format=csv").content.decode()
    path.write_text(text.replace(",2026-11-20,,", ",2026-11-20,true,", 5))
    ledger = bring(path, name="Copy")
    assert (ledger.length, ledger.origin.rows, ledger.origin.left_out) == (115, 120, 5)
    entry = ledger.entries.get(position=1)
    assert (entry.propensity, str(entry.cast_on)) == (0.25, "2026-11-20")
    assert not ledger.entries.filter(voter__startswith="voter").exists()
    assert [done.outcome for done in refresh_ledgers()[0]] == ["refreshed", "unchanged"]


def test_imported_ledger_is_removed_whole_and_native_never(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    native = make_ledger()
    slugs = [make_contender().slug for _ in range(2)]
    append_entries(native, draw_votes(slugs, 40))
    bring(write_votes(tmp_path / "votes.csv", strange_votes(50)))
    monkeypatch.setattr("builtins.input", lambda prompt: "n")
    with pytest.raises(CommandError, match="Nothing was removed"):
        run("remove_ledger", "votes-of-others")
    assert "Removed “Votes of others” with 50 votes" in run("remove_ledger", "votes-of-others", yes=True)
    for model in (LedgerOrigin, ImportedContender, Board, Snapshot, Standing):
        assert not model.objects.exists()
    with pytest.raises(CommandError, match="not removed"):
        run("remove_ledger", "native", yes=True)
    with pytest.raises(CommandError, match="There is no ledger 'votes-of-others'"):
        run("remove_ledger", "votes-of-others", yes=True)
    assert LedgerEntry.objects.count() == 40


def test_staff_see_who_imported_and_nothing_more_can_be_changed(tmp_path: Path, admin_client: Client) -> None:
    ledger = bring(write_votes(tmp_path / "votes.csv", strange_votes(20)))
    page = admin_client.get("/admin/voting/ledgerorigin/").content.decode()
    assert ledger.origin.imported_by in page
    assert "votes.csv" in page
    assert admin_client.post(f"/admin/voting/ledgerorigin/{ledger.pk}/delete/", {"post": "yes"}).status_code == 403
