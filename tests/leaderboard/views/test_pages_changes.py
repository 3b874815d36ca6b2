"""The tab of changes: what moved on a board since an earlier month ended."""

import random
import re
from datetime import date

import pytest
from django.test import Client

from arena.voting.models import Ledger
from leaderboard.computing.month_end_boards import compute_month_ends
from leaderboard.models import MonthEnd
from tests.leaderboard.ledgers import Cast, known, make_categories, make_contenders, make_ledger
from tests.leaderboard.pages import BOARD, extend_board, text_of
from tests.writing_once import written_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
TAB = {"view": "changes"}


def cast_in(month: int, order: list[str], votes: int) -> list[Cast]:
    """Draw votes of one month in which an earlier contender of the order wins four times of five."""
    draw = random.Random(votes)
    found = []
    for number in range(votes):
        left, right = draw.sample(order, 2)
        upset = draw.random() < 0.2
        outcome = "left" if (order.index(left) < order.index(right)) != upset else "right"
        prompt, day = f"{month}-{number % 40}", date(2026, month, 1 + number % 28)
        found.append(Cast(left, right, outcome, f"voter-{month}-{number % 60}", prompt=prompt, cast_on=day))
    return found


@pytest.fixture
@written_once
def slugs() -> list[str]:
    """Four contenders whose last one comes first in November; a fifth that has votes in November only."""
    slugs = make_contenders(5)
    make_categories("animals")
    make_ledger()
    old, new = slugs[:4], [slugs[3], *slugs[:3], slugs[4]]
    extend_board([*cast_in(9, old, 300), *cast_in(10, old, 500), *cast_in(11, new, 1500)])
    return slugs


def test_movers_beyond_luck_and_newcomers_are_listed(client: Client, slugs: list[str]) -> None:
    assert "The earlier board is being computed" in text_of(client.get(BOARD, TAB))
    assert compute_month_ends(ledger=Ledger.objects.get()) == 1
    page = text_of(client.get(BOARD, TAB))
    assert "The board of the 800 votes cast up to then" in page
    assert "1 contender is new." in page
    moved = page[page.index("Moved beyond luck (") : page.index("New since then (1)")]
    names = re.findall(r'<th scope="row"><a href="/models/[^"]+/">([^<]+)</a>', moved)
    assert names[0] == known(slugs[3]).name
    assert re.search(r"\+\d+ <small>\[\+\d+, \+\d+\]", moved)
    assert known(slugs[4]).name in page[page.index("New since then (1)") :]


def test_reader_chooses_the_month(client: Client, slugs: list[str]) -> None:
    assert slugs
    page = text_of(client.get(BOARD, TAB))
    assert re.findall(r'<option value="(\d{4}-\d\d)"', page) == ["2026-10", "2026-09"]
    client.get(BOARD, TAB | {"since": "2026-09"})
    compute_month_ends(ledger=Ledger.objects.get())
    assert "The board of the 300 votes cast up to then" in text_of(client.get(BOARD, TAB | {"since": "2026-09"}))


def test_what_was_computed_is_kept_until_the_board_moves_on(client: Client, slugs: list[str]) -> None:
    client.get(BOARD, TAB)
    compute_month_ends(ledger=Ledger.objects.get())
    client.get(BOARD, TAB)
    assert compute_month_ends(ledger=Ledger.objects.get()) == 0
    extend_board(cast_in(11, slugs, 40))
    # What there is stays on the page while the newer one is computed.
    assert "The board of the 800 votes" in text_of(client.get(BOARD, TAB))
    assert compute_month_ends(ledger=Ledger.objects.get()) == 1
    assert MonthEnd.objects.get().snapshot_id is not None


def test_votes_of_one_month_have_nothing_to_compare_with(client: Client) -> None:
    slugs = make_contenders(3)
    make_categories("animals")
    make_ledger()
    extend_board(cast_in(11, slugs, 60))
    assert "there is no earlier month to compare with" in text_of(client.get(BOARD, TAB))
    assert not MonthEnd.objects.exists()


def test_january_looks_back_to_december(client: Client) -> None:
    slugs = make_contenders(3)
    make_categories("animals")
    make_ledger()
    extend_board([*cast_in(12, slugs, 60), Cast(slugs[0], slugs[1], "left", cast_on=date(2027, 1, 3))])
    assert '<option value="2026-12" selected>' in text_of(client.get(BOARD, TAB))


def test_api_has_the_rows_of_the_tab(client: Client, slugs: list[str]) -> None:
    client.get(BOARD, TAB)
    compute_month_ends(ledger=Ledger.objects.get())
    page = text_of(client.get(BOARD, TAB))
    (address,) = re.findall(r'href="(/api/v1/changes/\?[^"]*)"', page)
    assert 'href="/api/v1/changes.csv?' in page
    rows = client.get(address.replace("&amp;", "&")).json()["results"]
    assert {row["since"] for row in rows} == {"2026-10-31"}
    assert rows[0]["contender_slug"] == slugs[3]
    assert [row["contender_slug"] for row in rows if row["is_new"]] == [slugs[4]]
    assert 0 < rows[0]["elo_change_low"] <= rows[0]["elo_change"] <= rows[0]["elo_change_high"]
    assert (rows[0]["moved"], len(rows)) == (True, 5)
    now = {row["contender_slug"]: row for row in client.get("/api/v1/standings/").json()["standings"]}
    assert all(row["rank_low"] == now[row["contender_slug"]]["rank_low"] for row in rows)


def test_api_refuses_months_that_there_are_not(client: Client, slugs: list[str]) -> None:
    assert slugs
    for since, status in (("2026-11", 404), ("1999-01", 404), ("2026-13", 400), ("October", 400)):
        assert client.get("/api/v1/changes/", {"since": since}).status_code == status, since
    assert client.get("/api/v1/changes/", {"modality": "image-editing"}).status_code == 404
