"""Refresh: what it stores, when it stores nothing, and what it publishes for dealing."""

import math
from dataclasses import fields
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from arena.catalog.models import Category
from arena.celery import app as celery
from arena.errors import DomainError
from arena.voting.models import Exclusion, Ledger, PairSplit, Strength
from leaderboard.computing.refresh import refresh_ledger, refresh_ledgers
from leaderboard.models import Snapshot
from leaderboard.queries.standings import read_board
from leaderboard.ratings.boards import BoardKey, compute_boards
from leaderboard.ratings.columns.votelog import VoteLog, VoteRow
from leaderboard.ratings.publishing import publish
from leaderboard.ratings.results import Line
from tests.leaderboard.ledgers import (
    Cast,
    append_entries,
    draw_votes,
    exclude,
    known,
    make_categories,
    make_contenders,
    make_ledger,
)
from tests.leaderboard.ratings.logs import from_rows

pytestmark = pytest.mark.django_db
T2I = "text-to-image"


def vote_log(casts: list[Cast]) -> VoteLog:
    return from_rows(
        VoteRow(place, cast.left, cast.right, cast.outcome, cast.voter, cast.prompt, cast.category, cast.language)
        for place, cast in enumerate(casts, start=1)
    )


def test_every_board_is_stored_as_the_engine_publishes_it() -> None:
    make_categories("animals", "food")
    casts = draw_votes(make_contenders(5), 400, categories=["animals", "food"], languages=["en", "de"])
    ledger = make_ledger()
    append_entries(ledger, casts)

    done = refresh_ledger(ledger=ledger)

    wanted = {key: publish(result) for key, result in compute_boards(vote_log(casts)).items()}
    assert (done.outcome, done.entries, done.boards, done.snapshots) == ("refreshed", 400, 5, 5)
    for key, result in wanted.items():
        chosen: dict[str, Any] = {key.slice: key.slice_value} if key.slice != "overall" else {}
        board = read_board(ledger="native", modality=T2I, **chosen)
        assert (board.input_hash, board.output_hash) == (result.input_hash, result.output_hash)
        assert (board.votes, board.voters, board.position, board.head) == (
            result.votes, result.voters, 400, ledger.head,
        )  # fmt: skip
        for row, line in zip(board.rows, result.contenders, strict=True):
            assert row.contender_slug == line.contender
            for name in [each.name for each in fields(Line)]:
                assert getattr(row.line, name) == getattr(line, name)


def test_unchanged_ledger_writes_nothing() -> None:
    ledger = make_ledger()
    append_entries(ledger, draw_votes(make_contenders(3), 60))
    refresh_ledger(ledger=ledger)
    before = Snapshot.objects.count()

    assert refresh_ledger(ledger=ledger).outcome == "unchanged"
    assert Snapshot.objects.count() == before


def test_only_boards_that_gained_votes_get_a_snapshot() -> None:
    make_categories("animals", "food")
    contenders = make_contenders(3)
    ledger = make_ledger()
    append_entries(ledger, draw_votes(contenders, 90, categories=["animals", "food"]))
    refresh_ledger(ledger=ledger)
    untouched = read_board(ledger="native", modality=T2I, category="animals").snapshot_id

    append_entries(ledger, draw_votes(contenders, 10, categories=["food"], seed=2))
    done = refresh_ledger(ledger=ledger)

    assert done.snapshots == 3  # overall, food, English
    assert read_board(ledger="native", modality=T2I, category="animals").snapshot_id == untouched
    assert read_board(ledger="native", modality=T2I, category="food").position == 100


def test_another_threshold_is_another_method() -> None:
    ledger = make_ledger()
    append_entries(ledger, draw_votes(make_contenders(3), 60))
    refresh_ledger(ledger=ledger)

    with override_settings(PRELIMINARY_VOTES=1000):
        assert refresh_ledger(ledger=ledger).snapshots == 3

    board = read_board(ledger="native", modality=T2I)
    assert board.method["thresholds"]["established_votes"] == 1000
    assert {row.line.level for row in board.rows} == {"preliminary"}


def test_exclusion_leaves_the_board_and_is_counted() -> None:
    casts = draw_votes(make_contenders(4), 200)
    ledger = make_ledger()
    append_entries(ledger, casts)
    refresh_ledger(ledger=ledger)
    exclude(ledger, 3, 7, 200)

    assert refresh_ledger(ledger=ledger).outcome == "refreshed"

    board = read_board(ledger="native", modality=T2I)
    kept = [cast for place, cast in enumerate(casts, start=1) if place not in {3, 7, 200}]
    assert (board.votes, board.excluded, board.position) == (197, 3, 200)
    assert sum(row.line.votes for row in board.rows) == 2 * len(kept)
    assert refresh_ledger(ledger=ledger).outcome == "unchanged"


def test_exclusion_taken_back_and_made_elsewhere_is_noticed() -> None:
    ledger = make_ledger()
    append_entries(ledger, draw_votes(make_contenders(3), 50))
    exclude(ledger, 5)
    refresh_ledger(ledger=ledger)
    before = read_board(ledger="native", modality=T2I).input_hash

    Exclusion.objects.all().delete()
    exclude(ledger, 6)

    assert refresh_ledger(ledger=ledger).outcome == "refreshed"
    assert read_board(ledger="native", modality=T2I).input_hash != before


def test_exclusions_that_change_during_a_computation_are_noticed_whatever_their_number() -> None:
    ledger = make_ledger()
    append_entries(ledger, draw_votes(make_contenders(3), 50))
    exclude(ledger, 5)
    began = timezone.now()
    refresh_ledger(ledger=ledger)

    # As if one had been lifted and another decided after the refresh had read them, and before it stored its boards.
    Exclusion.objects.all().delete()
    exclude(ledger, 6)
    Exclusion.objects.update(decided_at=began)

    assert refresh_ledger(ledger=ledger).outcome == "refreshed"
    assert refresh_ledger(ledger=ledger).outcome == "unchanged"


def test_board_whose_votes_are_all_excluded_stands_empty() -> None:
    make_categories("animals", "food")
    contenders = make_contenders(3)
    ledger = make_ledger()
    append_entries(ledger, draw_votes(contenders, 50, categories=["animals"]))
    append_entries(ledger, draw_votes(contenders, 2, categories=["food"]))
    refresh_ledger(ledger=ledger)
    exclude(ledger, 51, 52)

    refresh_ledger(ledger=ledger)

    board = read_board(ledger="native", modality=T2I, category="food")
    assert (board.votes, board.excluded, board.rows) == (0, 2, ())


def test_modalities_have_boards_of_their_own() -> None:
    one, two, three = make_contenders(3)
    ledger = make_ledger()
    append_entries(ledger, [Cast(one, two, "left")] * 4)
    append_entries(ledger, [Cast(two, three, "left", modality="image-editing", category="retouching")] * 5)

    refresh_ledger(ledger=ledger)

    painted = read_board(ledger="native", modality=T2I)
    edited = read_board(ledger="native", modality="image-editing")
    assert (painted.votes, {row.contender_slug for row in painted.rows}) == (4, {one, two})
    assert (edited.votes, {row.contender_slug for row in edited.rows}) == (5, {two, three})
    assert painted.head == edited.head == ledger.head


def test_unknown_contender_stops_the_refresh_with_its_position() -> None:
    one, two = make_contenders(2)
    ledger = make_ledger("imported", slug="elsewhere")
    append_entries(ledger, [Cast(one, two, "left"), Cast(one, "nobody", "left")])

    with pytest.raises(DomainError, match=r"elsewhere, position 2: the catalogue has no contender 'nobody'") as caught:
        refresh_ledger(ledger=ledger)

    assert caught.value.code == "unknown_contender"
    assert Snapshot.objects.count() == 0


def test_ledger_that_fails_does_not_keep_others_from_their_refresh(capsys: pytest.CaptureFixture[str]) -> None:
    one, two = make_contenders(2)
    append_entries(make_ledger("imported", slug="elsewhere"), [Cast(one, "nobody", "left")])
    append_entries(make_ledger(), [Cast(one, two, "left")] * 5)

    done, failed = refresh_ledgers()

    assert [each.ledger for each in done] == ["native"]
    assert [error.code for error in failed] == ["unknown_contender"]
    with pytest.raises(CommandError, match="nobody"):
        call_command("refresh")
    assert "native: unchanged" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_refresh_leaves_a_ledger_to_whoever_is_at_it() -> None:
    ledger = make_ledger()
    one, two = make_contenders(2)
    append_entries(ledger, [Cast(one, two, "left")] * 5)
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None, "context": None}) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [0x1EAD, ledger.pk])
        assert refresh_ledger(ledger=ledger).outcome == "busy"
        other.execute("SELECT pg_advisory_unlock(%s, %s)", [0x1EAD, ledger.pk])

    assert refresh_ledger(ledger=ledger).outcome == "refreshed"


def test_strengths_are_published_in_natural_units() -> None:
    make_categories("animals")
    ledger = make_ledger()
    append_entries(ledger, draw_votes(make_contenders(4), 300))

    refresh_ledger(ledger=ledger)

    board = read_board(ledger="native", modality=T2I)
    overall = {each.contender.slug: each for each in Strength.objects.filter(category=None)}
    assert len(overall) == Strength.objects.filter(category=Category.objects.get()).count() == 4
    for row in board.rows:
        strength = overall[row.contender_slug]
        assert row.line.elo is not None
        assert strength.mean == pytest.approx((row.line.elo - 1000) * math.log(10) / 400)
        # The interval's t quantile is never below the normal 1.96.
        assert row.line.elo_high is not None
        assert 0 < math.sqrt(strength.variance) * 400 / math.log(10) <= (row.line.elo_high - row.line.elo) / 1.95
        assert strength.snapshot == board.snapshot_id
        claimed = row.line.level == "established"
        assert (strength.rank_low, strength.rank_high) == (
            (row.line.rank_low, row.line.rank_high) if claimed else (None, None)
        )


def test_thin_contender_has_no_strength_and_one_voter_tells_no_spread() -> None:
    one, two, three = make_contenders(3)
    ledger = make_ledger()
    append_entries(ledger, [*[Cast(one, two, "left")] * 5, Cast(two, three, "left")])

    refresh_ledger(ledger=ledger)

    strengths = {each.contender.slug: each.variance for each in Strength.objects.all()}
    assert strengths == {one: 4.0, two: 4.0}


def test_split_of_a_pair_counts_both_sides() -> None:
    one, two = sorted(make_contenders(2), key=lambda slug: known(slug).pk)
    ledger = make_ledger()
    append_entries(
        ledger,
        [
            Cast(one, two, "left"),
            Cast(two, one, "left"),
            Cast(two, one, "right"),
            Cast(two, one, "tie"),
            Cast(one, two, "both_bad"),
            Cast(one, two, "left", modality="image-editing"),
        ],
    )

    refresh_ledger(ledger=ledger)

    split = PairSplit.objects.get()
    assert (split.first.slug, split.second.slug) == (one, two)
    assert (split.first_wins, split.second_wins, split.ties, split.both_bad) == (3, 1, 1, 1)


def test_empty_ledger_is_up_to_date() -> None:
    assert refresh_ledger(ledger=make_ledger()).outcome == "unchanged"


def test_refreshed_board_of_an_overall_key_weighs_categories_equally() -> None:
    make_categories("animals", "food")
    contenders = make_contenders(3)
    casts = [
        *draw_votes(contenders, 150, categories=["animals"]),
        *draw_votes(contenders[::-1], 15, categories=["food"]),
    ]
    ledger = make_ledger()
    append_entries(ledger, casts)

    refresh_ledger(ledger=ledger)

    wanted = compute_boards(vote_log(casts))[BoardKey("overall")]
    board = read_board(ledger="native", modality=T2I)
    assert board.method["equal_category_weights"] is True
    assert board.output_hash == wanted.output_hash
    assert read_board(ledger="native", modality=T2I, category="food").method["equal_category_weights"] is False


def test_scheduled_refresh_does_what_the_command_does(capsys: pytest.CaptureFixture[str]) -> None:
    one, two = make_contenders(2)
    ledger = make_ledger()
    append_entries(ledger, [Cast(one, two, "left")] * 5)

    celery.loader.import_default_modules()
    celery.tasks[celery.conf.beat_schedule["refresh"]["task"]].run()

    assert read_board(ledger="native", modality=T2I).votes == 5
    append_entries(ledger, [Cast(two, one, "tie")])
    call_command("refresh")
    assert "native: 6 entries, 3 boards, 3 new snapshots" in capsys.readouterr().out


def test_missing_entry_stops_the_refresh() -> None:
    one, two = make_contenders(2)
    ledger = make_ledger()
    append_entries(ledger, [Cast(one, two, "left")] * 5)
    Ledger.objects.update(length=6)

    with pytest.raises(DomainError, match="missing or damaged between positions 1 and 6"):
        refresh_ledger(ledger=ledger)
