"""Boards by axis: computed together, kept up to date, and out of date once prompts test something else."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from arena.catalog.curation import retag_prompt
from arena.catalog.models import Prompt
from arena.voting.models import Ledger, Strength
from leaderboard.computing.on_demand import compute_asked, open_board
from leaderboard.computing.refresh import refresh_ledger
from leaderboard.models import AxisMap, Board, Snapshot
from leaderboard.queries.standings import BoardView, list_boards, read_board, read_snapshot
from tests.factories import make_axis, make_category, make_prompt
from tests.leaderboard.computing.test_vote_import import bring, write_votes
from tests.leaderboard.ledgers import append_entries, draw_votes, exclude, make_categories, make_contenders, make_ledger
from tests.leaderboard.management.test_recompute import export, recompute_here
from tests.leaderboard.pages import BOARD, text_of
from tests.writing_once import written_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
API = "/api/v1/standings/"


@pytest.fixture
@written_once
def ledger() -> Ledger:
    """A refreshed ledger of two categories with twelve prompts each; one axis has all even ones, the other has two."""
    prompts = [
        make_prompt(slug=f"{category.slug}-{number}", category=category)
        for category in make_categories("animals", "food")
        for number in range(12)
    ]
    make_axis("fine-detail", *prompts[::2], position=1)
    make_axis("storytelling", *prompts[:2], position=2)
    make_axis("unused", position=3)
    make_axis("food", *prompts[:3], position=4)
    made = make_ledger()
    append_entries(made, draw_votes(make_contenders(4), 400, categories=["animals", "food"]))
    exclude(made, 10, 20, 390)
    refresh_ledger(ledger=made)
    return made


def read(axis: str, **chosen: Any) -> BoardView:
    return read_board(ledger="native", modality="text-to-image", axis=axis, **chosen)


def ask(axis: str) -> BoardView:
    return open_board(ledger="native", modality="text-to-image", axis=axis)


def compute(ledger: Ledger, axis: str) -> BoardView:
    assert ask(axis).awaited
    compute_asked(ledger=ledger)
    return read(axis)


def test_asking_for_one_axis_computes_all_of_the_modality(
    ledger: Ledger, client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    assert client.get(f"{API}?axis=fine-detail").status_code == 503
    assert client.get(f"{BOARD}?axis=fine-detail").status_code == 202
    assert compute_asked(ledger=ledger) == 3
    page = text_of(client.get(f"{BOARD}?axis=fine-detail"))
    assert "Votes on prompts of any category that test this: Name of fine-detail." in page
    for axis, tested in (("fine-detail", range(0, 12, 2)), ("storytelling", range(2))):
        board = client.get(f"{API}?axis={axis}").json()
        own = {f"animals-{number}" for number in tested}
        own |= {f"food-{number}" for number in tested} if axis == "fine-detail" else set()
        entries = ledger.entries.filter(prompt__in=own)
        assert board["board_votes"] == entries.exclude(position__in=[10, 20, 390]).count() > 0
        assert board["excluded"] == entries.filter(position__in=[10, 20, 390]).count()
        assert (board["slice"], board["slice_value"]) == ("axis", axis)
        for path in ("pairs/", "history/", "reasons/"):
            assert client.get(f"/api/v1/{path}?axis={axis}").status_code == 200
    titles = {one.title: one.votes for one in list_boards(ledger="native", modality="text-to-image")}
    assert titles["Name of fine-detail"] == read("fine-detail").votes
    assert "Name of unused" not in titles


def test_unknown_axis_and_axis_within_a_category_are_refused(ledger: Ledger, client: Client) -> None:
    for axis in ("unused", "smell"):
        answer = client.get(f"{API}?axis={axis}")
        assert (answer.status_code, answer.json()["message"]) == (404, f"There is no axis “{axis}” here.")
        assert client.get(f"{BOARD}?axis={axis}").status_code == 404
    assert client.get(f"{API}?axis=fine-detail&category=food").status_code == 404
    assert client.get(f"{API}?axis={'x' * 81}").status_code == 400
    # A page's form has one list for both, so the newer choice stands.
    assert (
        client.get(f"{BOARD}?category=axis:fine-detail&language=en").headers["Location"] == f"{BOARD}?axis=fine-detail"
    )
    assert not Board.objects.filter(slice="axis").exists()


def test_export_recomputes_a_published_board_even_after_the_prompts_were_tagged_anew(
    ledger: Ledger, client: Client, tmp_path: Path
) -> None:
    before = compute(ledger, "storytelling")
    prompt = Prompt.objects.get(slug="food-11")
    assert retag_prompt(prompt=prompt, axes=[prompt.axes.model.objects.get(slug="storytelling")])
    assert ask("storytelling").awaited
    after = compute(ledger, "storytelling")
    assert after.votes > before.votes
    assert after.axes_hash != before.axes_hash
    assert read_snapshot(snapshot=before.snapshot_id or 0).rows == before.rows
    assert not ask("storytelling").awaited
    # The second tagging has no earlier snapshot of its own to compare with.
    assert after.baseline_id is None

    file = export(client, tmp_path / "votes.jsonl", "jsonl")
    for board in (before, after):
        answer = client.get("/api/v1/ledgers/native/axes/", {"at": str(board.snapshot_id)}).json()
        assert answer["hash"] == board.axes_hash
        (tmp_path / "axes.json").write_text(json.dumps(answer))
        said = recompute_here(
            file, "--axes", tmp_path / "axes.json", "--board", "axis:storytelling", "--format", "json"
        )
        (found,) = json.loads(said)["boards"]
        assert (found["input_hash"], found["output_hash"]) == (board.input_hash, board.output_hash)
    assert client.get("/api/v1/ledgers/native/axes/").json() == answer
    every = json.loads(recompute_here(file, "--axes", tmp_path / "axes.json", "--format", "json"))["boards"]
    assert {board["board"] for board in every} >= {"overall", "axis:fine-detail", "axis:storytelling"}
    with pytest.raises(CommandError, match="needs --axes FILE"):
        recompute_here(file, "--board", "axis:storytelling")
    answer["prompts"].pop("food-11")
    (tmp_path / "axes.json").write_text(json.dumps(answer))
    with pytest.raises(CommandError, match="that it states"):
        recompute_here(file, "--axes", tmp_path / "axes.json")
    overall = read_board(ledger="native", modality="text-to-image")
    assert client.get("/api/v1/ledgers/native/axes/", {"at": str(overall.snapshot_id)}).status_code == 404


def test_axes_name_no_prompt_of_a_draft_category(ledger: Ledger, client: Client) -> None:
    shown, hidden = make_prompt(slug="shown"), make_prompt(slug="hidden", category=make_category(state="draft"))
    make_axis("light", shown, hidden)
    prompts = client.get("/api/v1/ledgers/native/axes/").json()["prompts"]
    assert "shown" in prompts
    assert "hidden" not in prompts


def test_refresh_keeps_axes_up_to_date_once_asked_for(ledger: Ledger) -> None:
    slugs = sorted(set(ledger.entries.values_list("left", flat=True)))
    append_entries(ledger, draw_votes(slugs, 50, seed=2))
    refresh_ledger(ledger=ledger)
    assert not Board.objects.filter(slice="axis").exists()
    compute(ledger, "fine-detail")
    append_entries(ledger, draw_votes(slugs, 50, seed=3))
    refresh_ledger(ledger=ledger)
    for axis in ("fine-detail", "storytelling"):
        assert read(axis).position == ledger.length
        assert not ask(axis).awaited
    assert AxisMap.objects.count() == 1
    assert Snapshot.objects.filter(board__slice="axis").count() == 6
    # An axis that is called as a category is does not stand in for it when matchups are dealt.
    food = {snapshot.pk for snapshot in Snapshot.objects.filter(board__slice="category", board__slice_value="food")}
    assert set(Strength.objects.filter(category__slug="food").values_list("snapshot", flat=True)) <= food


def test_imported_votes_have_boards_by_axis_where_the_import_says_what_their_prompts_test(
    tmp_path: Path, client: Client
) -> None:
    axes = tmp_path / "axes.json"
    known = {"animals-1": ["fine-detail"], "animals-2": ["smell"], "elsewhere": ["storytelling"]}
    axes.write_text(json.dumps({"prompts": known}))
    votes = draw_votes(["one", "two"], 60)
    bring(write_votes(tmp_path / "plain.csv", votes[1:]), name="Plain")
    assert client.get(f"{API}?ledger=plain&axis=fine-detail").status_code == 404
    tagged = bring(write_votes(tmp_path / "tagged.csv", votes), name="Tagged", axes=axes)
    assert client.get(f"{API}?ledger=tagged&axis=smell").status_code == 503
    compute_asked(ledger=tagged)
    board = client.get(f"{API}?ledger=tagged&axis=smell").json()
    assert (board["title"], board["board_votes"]) == ("smell", sum(vote.prompt == "animals-2" for vote in votes))
    assert client.get(f"{API}?ledger=tagged&axis=storytelling").status_code == 404
    assert client.get("/api/v1/ledgers/tagged/axes/").json()["prompts"] == {
        prompt: known[prompt] for prompt in ("animals-1", "animals-2")
    }
    axes.write_text('{"elsewhere": ["storytelling"]}')
    other = write_votes(tmp_path / "other.csv", votes[2:])
    with pytest.raises(CommandError, match="none of its prompts is in the map"):
        bring(other, name="Other", axes=axes)
