"""The public log: one list of what changed in catalogue, methods and exclusions, as a page and over REST."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from arena.catalog.models import Contender, LogLine
from arena.voting.models import Exclusion, Ledger
from leaderboard.models import Board, Snapshot
from tests.leaderboard.ledgers import append_entries, draw_votes, exclude, make_contenders, make_ledger
from tests.leaderboard.pages import count_queries, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
DAY = date(2026, 11, 29)


def write(kind: str, **fields: Any) -> LogLine:
    """A line about a contender on DAY."""
    contender = Contender.objects.get(slug=make_contenders(1)[0])
    defaults = {"day": DAY, "image_model": contender.image_model, "contender": contender, "name": contender.name}
    return LogLine.objects.create(kind=kind, **(defaults | fields))


def take_snapshot(board: Board, version: str, day: int) -> None:
    taken = Snapshot.objects.create(
        board=board, position=1, head="0" * 64, method={"name": "easel", "version": version}, input_hash="",
        output_hash="", votes=1, voters=1,
    )  # fmt: skip
    Snapshot.objects.filter(pk=taken.pk).update(computed_at=datetime(2026, 11, day, tzinfo=UTC))


def fill() -> None:
    """Write a price change, a retirement, a second method and exclusions of two reasons."""
    price = {"provider": "Host", "item": "image", "unit": "image", "quality": "low", "size": "", "currency": "USD"}
    write("price", details={**price, "old": "0.01", "new": "0.012"}, source="https://example.com/prices")
    write("retired", name="Weaver", reason="Host shut weaver-1 down.")
    ledger = make_ledger()
    append_entries(ledger, draw_votes(make_contenders(2), 4))
    exclude(ledger, 1, 2)
    Exclusion.objects.update(decided_at=datetime(2026, 11, 28, tzinfo=UTC))
    imported = make_ledger("imported")
    append_entries(imported, draw_votes(make_contenders(2), 2))
    exclude(imported, 1)
    board = Board.objects.create(ledger=ledger, modality="text-to-image", slice="overall")
    for version, day in (("2", 3), ("2", 4), ("3", 20), ("3", 21)):
        take_snapshot(board, version, day)


def test_log_tells_changes_by_day_with_reasons(client: Client) -> None:
    fill()
    page = text_of(client.get("/log/"))
    assert "costs $0.012 per image at Host; it was $0.01 per image (low)" in page
    assert "– Host shut weaver-1 down." in page
    assert "2 votes excluded" in page
    assert page.count("is rated by another method") == 1
    assert page.index("Weaver") < page.index("2 votes excluded") < page.index("easel 3")
    assert "Name of imported" not in page
    assert '<a href="/log/">Log</a>' in text_of(client.get("/status/"))


def test_log_tells_many_additions_of_a_day_together(client: Client) -> None:
    for name in ("Zeta", "alpha", "Mid"):
        write("added", name=name)
    page = text_of(client.get("/log/"))
    assert "3 contenders compete from now on:" in page
    assert page.index(">alpha</a>") < page.index(">Mid</a>") < page.index(">Zeta</a>")
    assert client.get("/api/v1/log/").json()["count"] == 3


def test_log_of_one_kind_and_of_none(client: Client) -> None:
    assert "Nothing yet" in text_of(client.get("/log/"))
    fill()
    page = text_of(client.get("/log/?kind=retired"))
    assert "Weaver" in page
    assert "votes excluded" not in page
    assert client.get("/log/?kind=nonsense&page=x").status_code == 200


def test_log_over_rest_has_every_field(client: Client) -> None:
    fill()
    answer = client.get("/api/v1/log/?limit=2").json()
    assert answer["count"] == 4
    price, retired = sorted(answer["results"], key=lambda entry: entry["kind"])
    assert retired["name"] == "Weaver"
    assert retired["day"] == "2026-11-29"
    assert retired["reason"] == "Host shut weaver-1 down."
    assert price["details"]["old"] == "0.01"
    assert price["source"] == "https://example.com/prices"
    kinds = [entry["kind"] for entry in client.get("/api/v1/log/").json()["results"]]
    assert kinds == ["price", "retired", "exclusion", "method"]
    assert client.get("/api/v1/log/?kind=exclusion").json()["results"][0]["details"] == {"entries": 2}
    assert client.get("/api/v1/log/?kind=nothing").status_code == 400


def test_log_takes_the_same_queries_however_long_it_is(client: Client) -> None:
    fill()
    before = count_queries(client, "/log/")
    for _ in range(5):
        write("added")
    assert count_queries(client, "/log/") == before
    assert Ledger.objects.exists()
