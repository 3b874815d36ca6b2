"""Boards under other weights: from files, at the site and by `recompute`, on pages and over REST."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from arena.errors import DomainError
from arena.voting.models import Ledger
from leaderboard.computing.auditing import audit_ledger, audit_ledgers
from leaderboard.models import Snapshot
from leaderboard.queries.weighing.lacking_pictures import read_gaps
from tests.factories import make_generation, make_prompt
from tests.leaderboard.command_output import rank
from tests.leaderboard.ledgers import draw_votes, known
from tests.leaderboard.pages import BOARD, extend_board, make_board, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
API = "/api/v1"
TAB = f"{BOARD}?view=sensitivity"
MIX = "[shares.category]\nanimals = 1\nfood = 9\n"


@pytest.fixture
def shares(settings: Settings, tmp_path: Path) -> Path:
    """The arena's own profile, in its data folder."""
    settings.DATA_DIR, settings.SHARES_FILE = tmp_path, "mix.toml"
    path = tmp_path / "mix.toml"
    path.write_text(MIX)
    return path


def export(client: Client, folder: Path) -> Path:
    path = folder / "export.csv"
    path.write_bytes(b"".join(client.get(f"{API}/ledgers/native/entries.csv")))
    return path


def command(name: str, *arguments: object) -> Any:
    out = io.StringIO()
    call_command(name, *map(str, arguments), stdout=out)
    return json.loads(out.getvalue())


def test_site_recompute_and_rank_agree_on_shares(client: Client, shares: Path, tmp_path: Path) -> None:
    slugs = make_board(4, 500)
    extend_board(draw_votes(slugs, 100, categories=("animals", "food"), languages=("de",), seed=2))
    audit_ledgers(at_once=True)
    found = client.get(f"{API}/sensitivity/").json()
    told = {each["name"]: each for each in found["variants"]}
    public = tmp_path / "public.json"
    public.write_bytes(client.get(f"{API}/shares/").content)
    file = export(client, tmp_path)

    boards = command("recompute", file, "--shares", public, "--format", "json", "--board", "overall")
    ranked = json.loads(rank(file, "--shares", shares, "--format", "json"))
    audited = command("recompute", file, "--shares", shares, "--audit", "--format", "json", "--board", "overall")

    assert told["shares"]["output_hash"] == boards["boards"][0]["output_hash"] == ranked["boards"][0]["output_hash"]
    assert told["published"]["output_hash"] == Snapshot.objects.filter(board__slice="overall").first().output_hash  # type: ignore[union-attr]
    assert [each["output_hash"] for each in audited["audits"][0]["sensitivity"]["variants"]] == [
        each["output_hash"] for each in found["variants"]
    ]
    assert found["shares"] == client.get(f"{API}/shares/").json()["hash"]


def test_recompute_says_where_shares_cannot_be_used(client: Client, shares: Path, tmp_path: Path) -> None:
    make_board(3, 300)
    file = export(client, tmp_path)
    found = command("recompute", file, "--shares", shares, "--format", "json")
    assert [each["board"] for each in found["boards"]] == ["overall", "language:en"]
    assert any(each.startswith("not weighted: text-to-image category:food: the profile") for each in found["notes"])
    shares.write_text("[shares.category]\nanimals = 1\nfantasy = 1\n")
    with pytest.raises(CommandError, match="'fantasy' has 0 rated votes here, and a share needs 30"):
        command("recompute", file, "--shares", shares, "--format", "json")
    with pytest.raises(CommandError, match="'fantasy' has 0 rated votes"):
        rank(file, "--shares", shares)
    with pytest.raises(CommandError, match="--gaps goes with --audit only"):
        command("recompute", file, "--gaps", shares)


def test_tab_shows_places_under_each_weighting(client: Client, shares: Path) -> None:
    slugs = make_board(3, 400)
    audit_ledgers(at_once=True)
    found = client.get(f"{API}/sensitivity/").json()
    html = text_of(client.get(TAB))
    labels = {"published": "As published", "voters": "Voters equal", "shares": "mix"}
    for each in found["variants"]:
        assert f"{labels.get(each['name'], '')}" in html
    for slug in slugs:
        assert f'<th scope="row">Name of {slug}</th>' in html
    cells = {line["contender"]: line for line in found["variants"][0]["lines"]}
    for line in cells.values():
        ranks = f"{line['rank_low']}–{line['rank_high']}" if line["rank_low"] != line["rank_high"] else line["rank_low"]
        assert f'">{ranks} <span class="sub">{line["elo"]:.0f}</span></td>' in html.replace(",", "")
    assert "Nothing says which prompts were refused." in html
    assert 'id="weights"' in text_of(client.get("/methodology/"))


def test_board_without_an_audit_has_no_table(client: Client) -> None:
    make_board(3, 60)
    assert "There is none of this board yet" in text_of(client.get(TAB))
    answer = client.get(f"{API}/sensitivity/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert client.get(f"{API}/shares/").status_code == 404


def test_csv_has_one_row_for_each_weighting_and_contender(client: Client, shares: Path) -> None:
    make_board(3, 300)
    audit_ledgers(at_once=True)
    found = client.get(f"{API}/sensitivity/").json()
    rows = list(csv.DictReader(io.StringIO(client.get(f"{API}/sensitivity.csv").content.decode())))
    assert [(row["variant"], row["contender_slug"], row["rank_low"]) for row in rows] == [
        (each["name"], line["contender"], str(line["rank_low"])) for each in found["variants"] for line in each["lines"]
    ]
    everything = client.get(f"{API}/sensitivity.csv?board=all").content.decode()
    assert {row["slice"] for row in csv.DictReader(io.StringIO(everything))} == {"overall", "category", "language"}


def test_refusals_and_missing_pictures_come_from_generations(client: Client, tmp_path: Path) -> None:
    slugs = make_board(3, 600)
    prompts = [make_prompt(slug=f"{kind}-{number}") for kind in ("animals", "food") for number in range(12)]
    for prompt in prompts:
        for slug in slugs:
            make_generation(prompt=prompt, contender=known(slug), pixels=False)
    ledger = Ledger.objects.get()
    gaps = read_gaps(ledger)
    assert gaps is not None
    assert (gaps.missing, gaps.refused) == ({}, {})

    refused = make_prompt(slug="animals-refused")
    for slug, state in zip(slugs, ("refused", "done", "done"), strict=True):
        make_generation(prompt=refused, contender=known(slug), state=state, pixels=False)
    votes = draw_votes(slugs[1:], 60, seed=9)
    extend_board([vote._replace(prompt="animals-refused") for vote in votes])
    gaps = read_gaps(ledger)
    assert gaps is not None
    assert gaps.refused == gaps.missing == {"animals-refused": (slugs[0],)}

    audit_ledger(ledger=Ledger.objects.get(), at_once=True)
    found = client.get(f"{API}/sensitivity/").json()
    variants = {each["name"]: each for each in found["variants"]}
    assert (variants["refusals"]["counted"], variants["coverage"]["counted"]) == (1, 24)
    file = tmp_path / "gaps.json"
    file.write_text(json.dumps(command("picture_gaps")))
    audited = command(
        "recompute", export(client, tmp_path), "--audit", "--gaps", file, "--format", "json", "--board", "overall"
    )
    again = audited["audits"][0]["sensitivity"]
    assert again["gaps"] == found["gaps"]
    assert [each["output_hash"] for each in again["variants"]] == [each["output_hash"] for each in found["variants"]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[shares.group]\nteam = 1\n[voters]\nteam = ['v']\n", "cannot name voters"),
        ("[shares.colour]\nred = 1\n", "tables named category"),
    ],
)
def test_bad_shares_of_the_site_are_said(shares: Path, text: str, said: str) -> None:
    make_board(3, 60)
    shares.write_text(text)
    with pytest.raises(DomainError, match=rf"SHARES_FILE=mix\.toml: .*{said}"):
        audit_ledger(ledger=Ledger.objects.get(), at_once=True)
