"""Atom feeds: moves beyond luck are told once, under ids that stay, and readers that have them are told so."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from arena.catalog.models import Contender, LogLine
from leaderboard.models import Board, Snapshot, Standing
from tests.leaderboard.ledgers import make_contenders, make_ledger
from tests.leaderboard.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
ATOM = "{http://www.w3.org/2005/Atom}"
START = datetime(2026, 11, 2, 12, tzinfo=UTC)
# By day: whether the first contender's move is more than luck, and its rank range.
DAYS = ((False, 3, 5), (True, 1, 2), (True, 1, 2), (False, 1, 2), (True, 1, 1))


def entries_of(client: Client, url: str) -> list[dict[str, str]]:
    """The entries of a feed as dictionaries of their texts and link."""
    answer = client.get(url)
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    found = ElementTree.fromstring(answer.content).iterfind(f"{ATOM}entry")  # noqa: S314
    return [{each.tag.removeprefix(ATOM): (each.text or each.get("href") or "") for each in entry} for entry in found]


def take(board: Board, day: int, slugs: list[str], baseline: Snapshot | None) -> Snapshot:
    """A snapshot of a day on which only the first contender may have moved."""
    moved, low, high = DAYS[day]
    taken = Snapshot.objects.create(
        board=board, position=day + 1, head="0" * 64, method={"name": "easel", "version": "1"}, input_hash="",
        output_hash="", votes=400, voters=50, baseline=baseline, baseline_at=baseline.computed_at if baseline else None,
    )  # fmt: skip
    figures: dict[str, Any] = {"votes": 300, "voters": 40, "wins": 150, "losses": 150, "ties": 0, "both_bad": 0}
    for slug in slugs:
        own = slug == slugs[0]
        Standing.objects.create(
            snapshot=taken, contender=Contender.objects.get(slug=slug), level="established", elo=1500, elo_low=1480,
            elo_high=1520, rank_low=low if own else 1, rank_high=high if own else 9, moved=moved and own,
            elo_change=23.4 if own else 0.1, **figures,
        )  # fmt: skip
    Snapshot.objects.filter(pk=taken.pk).update(computed_at=START + timedelta(days=day))
    taken.refresh_from_db()
    return taken


@pytest.fixture
def moved() -> list[str]:
    """Two contenders; the first has moved on the second day and again on the fifth, with a day of rest between."""
    slugs = make_contenders(2)
    board = Board.objects.create(ledger=make_ledger(), modality="text-to-image", slice="overall")
    first = take(board, 0, slugs, None)
    for day in range(1, len(DAYS)):
        take(board, day, slugs, first)
    return slugs


def test_move_is_told_on_its_first_day_with_rank_ranges(client: Client, moved: list[str]) -> None:
    name = Contender.objects.get(slug=moved[0]).name
    told = entries_of(client, "/feeds/site.atom")
    board = Board.objects.get()
    assert [one["id"] for one in told] == [
        f"tag:testserver,2026-11-{day:02}:move/native/{board.pk}/{moved[0]}" for day in (6, 3)
    ]
    assert told[1]["title"] == f"{name} went up on Overall"
    assert told[1]["summary"] == (
        "Since 2 November 2026 its Elo has changed by +23, more than chance explains. "
        "Its rank range is 1–2; it was 3–5."
    )
    assert told[1]["updated"] == "2026-11-03T00:00:00+00:00"
    assert client.get(told[1]["link"].removeprefix("http://testserver")).status_code == 200
    model, other = (Contender.objects.get(slug=slug).image_model.slug for slug in moved)
    ids = [one["id"] for one in told]
    assert [one["id"] for one in entries_of(client, "/feeds/boards/text-to-image.atom")] == ids
    assert [one["id"] for one in entries_of(client, f"/feeds/models/{model}.atom")] == ids
    assert entries_of(client, f"/feeds/models/{other}.atom") == []


def test_feeds_tell_of_the_log_what_concerns_their_readers(client: Client, moved: list[str]) -> None:
    contender = Contender.objects.select_related("image_model").get(slug=moved[0])
    price = {"provider": "Host", "item": "image", "unit": "image", "currency": "USD", "old": "0.01", "new": "0.012"}
    about: dict[str, Any] = {"image_model": contender.image_model, "contender": contender, "name": contender.name}
    LogLine.objects.create(day=date(2026, 11, 20), kind="retired", reason="Its host shut it down.", **about)
    LogLine.objects.create(day=date(2026, 11, 21), kind="price", details=price, **about)
    kinds = {
        url: [one["summary"].partition(" ")[0] for one in entries_of(client, url)]
        for url in ("/feeds/log.atom", "/feeds/site.atom", f"/feeds/models/{contender.image_model.slug}.atom")
    }
    assert list(kinds.values()) == [["costs", "Its"], ["Its", "Since", "Since"], ["costs", "Its", "Since", "Since"]]
    ids = [one["id"] for one in entries_of(client, "/feeds/log.atom")]
    assert len({*ids}) == 2
    LogLine.objects.create(day=date(2026, 11, 22), kind="returned", **about)
    assert [one["id"] for one in entries_of(client, "/feeds/log.atom")][1:] == ids


def test_feed_is_not_sent_again_to_whoever_has_it(client: Client, moved: list[str]) -> None:
    answer = client.get("/feeds/site.atom")
    assert answer["Last-Modified"] == "Fri, 06 Nov 2026 00:00:00 GMT"
    assert client.get("/feeds/site.atom", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_pages_link_their_feeds(client: Client, moved: list[str]) -> None:
    model = Contender.objects.get(slug=moved[0]).image_model.slug
    own = {
        "/leaderboard/text-to-image/": "/feeds/boards/text-to-image.atom",
        f"/models/{model}/": f"/feeds/models/{model}.atom",
        "/": "/feeds/site.atom",
        "/log/": "/feeds/log.atom",
    }
    for page, feed in own.items():
        assert f'<link rel="alternate" type="application/atom+xml" href="{feed}"' in text_of(client.get(page))
    index = text_of(client.get("/feeds/"))
    assert 'href="/feeds/site.atom"' in index
    assert client.get("/feeds/boards/text-to-image.atom?category=nothing").status_code == 404


def test_name_with_control_characters_breaks_no_feed_or_badge(client: Client, moved: list[str]) -> None:
    contender = Contender.objects.get(slug=moved[0])
    every = "".join(map(chr, range(1, 32)))
    Contender.objects.filter(pk=contender.pk).update(name=f"A{every}B")
    type(contender.image_model).objects.filter(pk=contender.image_model_id).update(name=f"C{every}D")
    model = f"/feeds/models/{contender.image_model.slug}.atom"
    for url in ("/feeds/site.atom", "/feeds/boards/text-to-image.atom", model):
        assert any(entry["title"].startswith("A\ufffd") for entry in entries_of(client, url))
    badge = client.get(f"/badges/{contender.slug}/text-to-image.svg")
    assert ElementTree.fromstring(badge.content).tag.endswith("svg")  # noqa: S314
