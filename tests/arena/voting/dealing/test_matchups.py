"""Dealing: what a voter may see, what the database checks last, and the numbers that are stored."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from arena.catalog.models import Category, Contender, ImageModel, Prompt
from arena.generation.models import Generation
from arena.voting.blindness.tokens import read_token
from arena.voting.casting.votes import cast_vote
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.dealing.stock import renew_stock
from arena.voting.ledger.opening import open_ledger
from arena.voting.ledger.sealing import seal_votes
from arena.voting.models import Ledger, LedgerEntry, Matchup
from tests.factories import make_arena, make_generation, make_prompt

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize("retired", ["prompt", "category", "contender", "image_model", "generation"])
def test_deal_matchup_with_stock_gone_stale_deals_nothing_that_left_play(ledger: Ledger, retired: str) -> None:
    make_arena(pixels=False)
    stock = renew_stock(ledger.pk)
    assert len(stock.pool.facts) == 2
    yesterday = datetime.now(tz=UTC).date() - timedelta(days=1)
    {
        "prompt": lambda: Prompt.objects.update(state=Prompt.State.OPEN),
        "category": lambda: Category.objects.update(state=Category.State.DRAFT),
        "contender": lambda: Contender.objects.update(retired_on=yesterday),
        "image_model": lambda: ImageModel.objects.update(shutdown_on=yesterday),
        "generation": lambda: Generation.objects.update(state=Generation.State.CANCELLED),
    }[retired]()
    assert deal_matchup(ledger=ledger, voter_key=uuid.uuid4(), languages=["en"]) is None
    assert not Matchup.objects.exists()


def test_deal_matchup_with_stale_stock_goes_on_with_what_is_left(ledger: Ledger) -> None:
    _, (first, second) = make_arena(pixels=False)
    renew_stock(ledger.pk)
    first.state = Prompt.State.OPEN
    first.save()
    for _ in range(8):
        matchup = deal_matchup(ledger=ledger, voter_key=uuid.uuid4(), languages=["en"])
        assert matchup is not None
        assert matchup.prompt_title == second.title


def test_deal_matchup_with_open_one_of_an_opened_prompt_does_not_serve_it(ledger: Ledger) -> None:
    make_arena(pixels=False)
    voter = uuid.uuid4()
    first = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
    assert first is not None
    Prompt.objects.filter(title=first.prompt_title).update(state=Prompt.State.OPEN)
    second = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
    assert second is not None
    assert second.prompt_title != first.prompt_title


def test_deal_matchup_with_one_contender_or_superseded_prompt_deals_nothing(ledger: Ledger) -> None:
    make_generation(prompt=make_prompt(), pixels=False)
    old = make_prompt(superseded_by=make_prompt())
    for _ in range(2):
        make_generation(prompt=old, pixels=False)
    assert deal_matchup(ledger=ledger, voter_key=uuid.uuid4(), languages=["en"]) is None


def test_deal_matchup_never_pairs_a_contender_with_itself(ledger: Ledger) -> None:
    make_arena(contenders=2, prompts=1, samples=3, pixels=False)
    voter = uuid.uuid4()
    for _ in range(3):
        matchup = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
        assert matchup is not None
        row = Matchup.objects.get(pk=read_token(matchup.id))
        assert row.left.contender_id != row.right.contender_id
        assert row.propensity == 1.0
        cast_vote(matchup_id=row.pk, voter_key=voter, answer="left", languages=["en"])
    assert deal_matchup(ledger=ledger, voter_key=voter, languages=["en"]) is None


def test_deal_matchup_with_uniform_pairs_stores_their_propensity(ledger: Ledger) -> None:
    make_arena(contenders=4, prompts=1, pixels=False)
    voter = uuid.uuid4()
    first = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
    assert first is not None
    second = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"], have=[first.id])
    assert second is not None
    stored = {each.pk: each.propensity for each in Matchup.objects.all()}
    # Six pairs of four contenders; two contenders are left for the second.
    assert stored[read_token(first.id)] == pytest.approx(1 / 6)
    assert stored[read_token(second.id)] == pytest.approx(1)


def test_deal_matchup_after_new_votes_prefers_prompts_with_fewer(ledger: Ledger) -> None:
    make_arena(contenders=2, prompts=1, pixels=False)
    for _ in range(30):
        voter = uuid.uuid4()
        matchup = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
        assert matchup is not None
        cast_vote(matchup_id=read_token(matchup.id), voter_key=voter, answer="left", languages=["en"])
    seal_votes(limit=20)
    assert sum(renew_stock(ledger.pk).pool.counts.by_prompt.values()) == 20
    seal_votes()
    pool = renew_stock(ledger.pk).pool
    slug = LedgerEntry.objects.values_list("prompt", flat=True)[0]
    assert (pool.counts.position, pool.counts.by_prompt) == (30, {slug: 30})
    assert [images.votes for images in pool.images.values()] == [30]


def read_matchups() -> int:
    """Return how many matchup rows this transaction has read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'voting_matchup'"
        )
        return int(cursor.fetchone()[0])


def store_votes_of_the_past(ledger: Ledger, voter: uuid.UUID, prompts: Sequence[Prompt]) -> None:
    """Store a matchup of this voter for each prompt's first two images, dealt and answered days ago."""
    pairs = {prompt.pk: list(prompt.generations.values_list("pk", flat=True)[:2]) for prompt in set(prompts)}
    Matchup.objects.bulk_create(
        Matchup(
            pk=uuid.uuid4(), ledger=ledger, voter_key=voter, turn=turn, prompt=prompt, left_id=pairs[prompt.pk][0],
            right_id=pairs[prompt.pk][1], left_handle=uuid.uuid4(), right_handle=uuid.uuid4(), propensity=1.0,
            policy="half-uniform-1", dealt_at=LONG_AGO, closed_at=LONG_AGO, answer="left",
        )
        for turn, prompt in enumerate(prompts, start=1)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE voting_matchup")


def test_deal_matchup_after_a_long_history_reads_a_small_part_of_it(ledger: Ledger) -> None:
    _, prompts = make_arena(contenders=2, prompts=41, pixels=False)
    voter, past, judged, fresh = uuid.uuid4(), prompts[0], prompts[1:21], prompts[21:]
    store_votes_of_the_past(ledger, voter, [past] * 4000 + judged)
    Prompt.objects.filter(pk=past.pk).update(state=Prompt.State.OPEN)
    stock, titles = renew_stock(ledger.pk), set()
    with connection.cursor() as cursor:
        # A table of a few pages may be read whole at less cost; one of millions of votes never is.
        cursor.execute("SET LOCAL enable_seqscan = off")
    for _ in fresh:
        before = read_matchups()
        matchup = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"], stock=stock)
        assert read_matchups() - before < 400
        assert matchup is not None
        titles.add(matchup.prompt_title)
        cast_vote(matchup_id=read_token(matchup.id), voter_key=voter, answer="left", languages=["en"])
    assert titles == {prompt.title for prompt in fresh}
    assert deal_matchup(ledger=ledger, voter_key=voter, languages=["en"], stock=stock) is None


def test_deal_matchup_with_prompts_exhausted_asks_about_them_once(ledger: Ledger) -> None:
    _, prompts = make_arena(contenders=2, prompts=40, pixels=False)
    voter, asked = uuid.uuid4(), []
    store_votes_of_the_past(ledger, voter, prompts)
    stock = renew_stock(ledger.pk)
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert deal_matchup(ledger=ledger, voter_key=voter, languages=["en"], stock=stock) is None
        asked.append(len(queries))
    # First 4 prompts, then 32, then the other 4; then no more.
    assert asked == [3, 1]


def test_deal_matchup_to_a_newcomer_takes_two_round_trips(ledger: Ledger) -> None:
    make_arena(prompts=40, pixels=False)
    stock = renew_stock(ledger.pk)
    with CaptureQueriesContext(connection) as queries:
        assert deal_matchup(ledger=ledger, voter_key=uuid.uuid4(), languages=["en"], stock=stock) is not None
    assert len(queries) == 2


def test_deal_matchup_by_ledger_counts_and_reserves_apart(ledger: Ledger) -> None:
    make_arena(contenders=4, pixels=False)
    other = open_ledger(Ledger.Kind.DEMONSTRATION)
    voter = uuid.uuid4()
    here = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
    there = deal_matchup(ledger=other, voter_key=voter, languages=["en"])
    assert here is not None
    assert there is not None
    assert here.id != there.id
    assert set(Matchup.objects.values_list("ledger", flat=True)) == {ledger.pk, other.pk}
