"""Every list takes `sort` and `search`, and keeps to them over its pages."""

from typing import Any

import pytest
from django.test import Client

from leaderboard.computing.refresh import refresh_ledger
from tests.leaderboard.ledgers import append_entries, draw_votes, make_categories, make_contenders, make_ledger

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def arena(lasting: None) -> None:
    """A refreshed native ledger with three contenders and two categories."""
    make_categories("animals", "food")
    ledger = make_ledger()
    append_entries(ledger, draw_votes(make_contenders(3), 300, categories=["animals", "food"]))
    refresh_ledger(ledger=ledger)


def test_rows_are_searched_and_sorted(client: Client) -> None:
    def named(query: str) -> list[str]:
        return [line["contender_slug"] for line in client.get(f"/api/v1/standings/?{query}").json()["standings"]]

    assert named("sort=-name") == sorted(named(""), reverse=True)
    best = named("")[0]
    assert named(f"search={best}") == [slug for slug in named("") if best in slug]
    assert [board["slice"] for board in client.get("/api/v1/boards/?search=food").json()["results"]] == ["category"]
    text = client.get("/api/v1/contenders.csv?fields=name,slug&sort=-slug").content.decode()
    assert text.splitlines()[0] == "name,slug"


def test_every_list_takes_sort_and_search(client: Client) -> None:
    paths = client.get("/api/v1/schema/?format=json").json()["paths"]
    lists = {
        path: {one["name"] for one in operations["get"]["parameters"]}
        for path, operations in paths.items()
        if "cursor" in {one["name"] for one in operations["get"].get("parameters", [])}
    }
    assert len(lists) > 100
    assert {path for path, names in lists.items() if not {"sort", "search"} <= names} == set()


def test_history_is_sorted_and_searched_over_its_pages(client: Client) -> None:
    slug = client.get("/api/v1/standings/").json()["standings"][0]["contender_slug"]
    for sort in ("elo", "-elo", "votes", "-snapshot"):
        rows: list[dict[str, Any]] = []
        address = f"/api/v1/history/?sort={sort}&limit=2"
        while address:
            page = client.get(address).json()
            rows, address = rows + page["results"], page["next"]
        name = sort.removeprefix("-")
        known = [row[name] for row in rows if row[name] is not None]
        assert known == sorted(known, reverse=sort.startswith("-"))
        assert [row[name] is None for row in rows] == sorted(row[name] is None for row in rows)
        assert len(rows) == page["count"]
    found = {row["contender_slug"] for row in client.get(f"/api/v1/history/?search={slug}").json()["results"]}
    assert slug in found
    assert found == {row["contender_slug"] for row in rows if slug in row["contender_slug"]}


def test_snapshot_is_found_by_its_hash_or_slice(client: Client) -> None:
    every = client.get("/api/v1/snapshots/").json()["results"]
    one = next(row for row in every if row["slice"] == "category")
    by_hash = client.get(f"/api/v1/snapshots/?search={one['output_hash']}").json()["results"]
    assert {row["output_hash"] for row in by_hash} == {one["output_hash"]}
    by_slice = client.get(f"/api/v1/snapshots/?search={one['slice_value']}").json()["results"]
    assert by_slice == [row for row in every if row["slice_value"] == one["slice_value"]]


def test_first_lines_of_a_board_are_sent(client: Client) -> None:
    every = client.get("/api/v1/standings/").json()["standings"]
    assert client.get("/api/v1/standings/?first=2").json()["standings"] == every[:2]


def test_ledgers_are_sorted(client: Client) -> None:
    make_ledger("demonstration")
    for sort, falls in (("length", False), ("-length", True), ("slug", False)):
        rows = client.get(f"/api/v1/ledgers/?sort={sort}").json()["results"]
        values = [row[sort.removeprefix("-")] for row in rows]
        assert values == sorted(values, reverse=falls)
