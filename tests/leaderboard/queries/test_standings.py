"""Reading boards: rows and the facts beside them, empty boards, moments in the past, the number of queries."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from arena.catalog.models import Contender, Offering, Price, Provider
from arena.errors import DomainError, NotFound
from arena.generation.models import Generation
from leaderboard.computing.refresh import refresh_ledger
from leaderboard.models import Snapshot
from leaderboard.queries.slices import default_ledger
from leaderboard.queries.standings import StandingRow, list_boards, model_standings, read_board, read_snapshot
from tests.factories import (
    make_attempt,
    make_category,
    make_contender,
    make_generation,
    make_image_model,
    make_prompt,
)
from tests.leaderboard.ledgers import Cast, append_entries, draw_votes, make_categories, make_contenders, make_ledger

pytestmark = pytest.mark.django_db
T2I = "text-to-image"


def refreshed(casts: list[Cast]) -> None:
    ledger = make_ledger()
    append_entries(ledger, casts)
    refresh_ledger(ledger=ledger)


def row_of(slug: str) -> StandingRow:
    (row,) = [row for row in read_board(ledger="native", modality=T2I).rows if row.contender_slug == slug]
    return row


def add_price(contender: Contender, amount: str, *, provider: str, **fields: str) -> None:
    host, _ = Provider.objects.get_or_create(slug=provider, defaults={"name": provider.title()})
    offering, _ = Offering.objects.get_or_create(provider=host, image_model=contender.image_model)
    facts = {"item": "image", "unit": "image", "source": f"https://example.com/{provider}", "seen_on": "2026-11-01"}
    Price.objects.create(offering=offering, amount=Decimal(amount), **(facts | fields))


def test_thin_contender_has_no_numbers_and_stands_last() -> None:
    one, two, thin = make_contenders(3)
    refreshed([*draw_votes([one, two], 20), Cast(thin, two, "left"), Cast(thin, two, "both_bad")])

    rows = read_board(ledger="native", modality=T2I).rows

    assert [row.contender_slug for row in rows] == [one, two, thin]
    last = rows[-1].line
    assert (last.level, last.votes, last.wins, last.both_bad) == ("thin", 2, 1, 1)
    numbers = [last.elo, last.elo_low, last.mu, last.conservative, last.win_rate, last.floor_rate, last.rank_elo]
    assert numbers == [None] * 7


def test_contender_of_few_votes_is_preliminary_and_of_many_established() -> None:
    contenders = make_contenders(2)
    refreshed(draw_votes(contenders, 29, voters=20))
    assert {row.line.level for row in read_board(ledger="native", modality=T2I).rows} == {"preliminary"}
    assert all(row.line.elo is not None for row in read_board(ledger="native", modality=T2I).rows)

    ledger = make_ledger("demonstration")
    append_entries(ledger, draw_votes(contenders, 1500, voters=400))
    refresh_ledger(ledger=ledger)
    assert {row.line.level for row in read_board(ledger="demonstration", modality=T2I).rows} == {"established"}


def test_price_is_the_cheapest_at_the_contenders_own_settings() -> None:
    model = make_image_model()
    medium = make_contender(image_model=model, settings={"quality": "medium", "size": "1024x1024"})
    plain = make_contender(image_model=model, settings={})
    refreshed(draw_votes([medium.slug, plain.slug], 10))
    add_price(medium, "0.005", provider="first", quality="low", size="1024x1024")
    add_price(medium, "0.011", provider="first", quality="medium", size="1024x1024")
    add_price(medium, "0.015", provider="first", quality="medium", size="1536x1024")
    # A price for any quality does not apply where the offering has one for this quality.
    add_price(medium, "0.001", provider="first")
    add_price(medium, "0.010", provider="second", currency="EUR")
    add_price(medium, "2.5", provider="third", unit="million_tokens", item="image_output")
    add_price(medium, "0.012", provider="fourth")

    assert (row_of(medium.slug).price, row_of(medium.slug).price_provider) == (Decimal("0.011"), "First")
    assert row_of(medium.slug).price_source == "https://example.com/first"
    assert row_of(plain.slug).price == Decimal("0.001")


def test_figures_of_calls_are_counted_once_for_many_boards() -> None:
    make_categories("animals")
    one = make_contender()
    refreshed(draw_votes([one.slug, make_contender().slug], 10))
    make_attempt(generation=make_generation(contender=one, seconds=3.0, pixels=False))

    with CaptureQueriesContext(connection) as seen:
        overall = row_of(one.slug)
        placed = model_standings(ledger="native", model=one.image_model.slug)

    assert {each.row.reliability.median_seconds for each in placed} == {overall.reliability.median_seconds} == {3.0}
    assert sum("percentile_cont" in each["sql"] for each in seen.captured_queries) == 1


def test_failed_generation_changes_no_rating() -> None:
    one, two = make_contender(), make_contender()
    refreshed(draw_votes([one.slug, two.slug], 40))
    before = row_of(one.slug)
    failed = make_generation(contender=one, state=Generation.State.FAILED, pixels=False)
    make_attempt(generation=failed, outcome="invalid")
    cache.clear()

    after = row_of(one.slug)

    assert after.reliability.success_rate == 0.0
    assert (after.line.elo, after.line.losses, after.line.votes) == (
        before.line.elo,
        before.line.losses,
        before.line.votes,
    )


def test_retired_contender_keeps_its_line() -> None:
    today = timezone.now().date()
    gone = make_contender(retired_on=today)
    shut = make_contender(image_model=make_image_model(shutdown_on=today - timedelta(days=1)))
    leaving = make_contender(image_model=make_image_model(shutdown_on=today + timedelta(days=1)))
    refreshed(draw_votes([gone.slug, shut.slug, leaving.slug], 60))

    assert {row.contender_slug: row.retired for row in read_board(ledger="native", modality=T2I).rows} == {
        gone.slug: True,
        shut.slug: True,
        leaving.slug: False,
    }


def test_known_slice_without_votes_is_an_empty_board() -> None:
    make_prompt(category=make_category(slug="food", name="Food"), language="ja")

    asked: tuple[dict[str, Any], ...] = ({}, {"category": "food"}, {"language": "ja"}, {"days": 30})
    for chosen in asked:
        board = read_board(ledger="native", modality=T2I, **chosen)
        assert (board.rows, board.snapshot_id, board.position, board.votes) == ((), None, 0, 0)
    assert read_board(ledger="native", modality=T2I, category="food").criterion == "criterion of food"
    assert read_board(ledger="native", modality=T2I, language="ja").title == "Japanese"


@pytest.mark.parametrize(
    "asked",
    [
        {"ledger": "nowhere"},
        {"category": "nothing"},
        {"category": "hidden"},
        {"category": "edited"},
        {"language": "xx"},
        {"at": "1"},
        {"category": "animals", "language": "xx"},
        {"category": "nothing", "language": "en", "days": 30},
    ],
)
def test_unknown_board_is_not_found(asked: dict[str, Any]) -> None:
    make_ledger()
    make_category(slug="animals")
    make_category(slug="hidden", state="draft")
    make_category(slug="edited", modality="image-editing")
    with pytest.raises(NotFound):
        read_board(**({"ledger": "native", "modality": T2I} | asked))


def test_board_stands_as_it_stood_at_a_moment() -> None:
    contenders = make_contenders(3)
    ledger = make_ledger()
    append_entries(ledger, draw_votes(contenders, 30))
    refresh_ledger(ledger=ledger)
    Snapshot.objects.update(computed_at="2026-03-01T12:00:00Z")
    first = read_board(ledger="native", modality=T2I)
    append_entries(ledger, draw_votes(contenders, 30, seed=2))
    refresh_ledger(ledger=ledger)
    now = read_board(ledger="native", modality=T2I)

    assert (first.votes, now.votes) == (30, 60)
    assert read_board(ledger="native", modality=T2I, at="2026-03-01").rows == first.rows
    assert read_board(ledger="native", modality=T2I, at="2026-03-01T12:00:00+00:00").snapshot_id == first.snapshot_id
    assert read_board(ledger="native", modality=T2I, at="2026-03-01T11:59:59").rows == ()
    assert first.snapshot_id is not None
    assert read_snapshot(snapshot=first.snapshot_id) == read_board(ledger="native", modality=T2I, at=first.snapshot_id)
    with pytest.raises(DomainError, match="yesterday"):
        read_board(ledger="native", modality=T2I, at="yesterday")


def test_next_refresh_is_ahead_however_old_the_snapshot() -> None:
    refreshed(draw_votes(make_contenders(2), 5))
    Snapshot.objects.update(computed_at=timezone.now() - timedelta(days=3))

    asked_at = timezone.now()
    next_at = read_board(ledger="native", modality=T2I).next_at

    assert next_at is not None
    assert asked_at < next_at <= timezone.now() + timedelta(seconds=31)


@pytest.mark.parametrize("asked", [{}, {"category": "animals"}, {"language": "en"}])
def test_queries_do_not_grow_with_rows(asked: dict[str, Any]) -> None:
    make_categories("animals")
    counts = []
    for kind, size in (("native", 1), ("demonstration", 3)):
        ledger = make_ledger(kind)
        append_entries(ledger, draw_votes(make_contenders(size + 1), 40 * size))
        refresh_ledger(ledger=ledger)
        cache.clear()
        with CaptureQueriesContext(connection) as seen:
            assert len(read_board(ledger=kind, modality=T2I, **asked).rows) == size + 1
            list_boards(ledger=kind, modality=T2I)
            model_standings(ledger=kind, model="any")
        counts.append(len(seen))
    assert counts[0] == counts[1] < 30


def test_boards_are_listed_with_those_that_wait_for_votes() -> None:
    make_prompt(category=make_category(slug="food", position=1), language="de")
    make_category(slug="hidden", state="draft")
    make_category(slug="animals", position=2)
    refreshed([*draw_votes(make_contenders(2), 12), *draw_votes(make_contenders(2), 8, categories=["gone"])])

    boards = list_boards(ledger="native", modality=T2I)

    assert [(board.slice, board.slice_value, board.votes) for board in boards] == [
        ("overall", "", 20),
        ("category", "food", 0),
        ("category", "animals", 12),
        ("category", "gone", 8),
        ("language", "de", 0),
        ("language", "en", 20),
    ]


def test_model_is_found_on_all_its_boards() -> None:
    make_categories("animals", "food")
    contenders = make_contenders(3)
    refreshed(draw_votes(contenders, 90, categories=["animals", "food"], languages=["en", "de"]))
    model = Contender.objects.get(slug=contenders[0]).image_model.slug

    placed = model_standings(ledger="native", model=model)

    assert [(each.board.slice, each.board.slice_value) for each in placed] == [
        ("overall", ""), ("category", "animals"), ("category", "food"), ("language", "de"), ("language", "en"),
    ]  # fmt: skip
    assert placed[0].row == row_of(contenders[0])


def test_default_ledger_is_the_demonstration_until_somebody_votes() -> None:
    assert default_ledger() == "native"
    native, shown = make_ledger(), make_ledger("demonstration")
    assert default_ledger() == "native"
    one, two = make_contenders(2)
    append_entries(shown, [Cast(one, two, "left")])
    assert default_ledger() == "demonstration"
    append_entries(native, [Cast(one, two, "left")])
    assert default_ledger() == "native"
