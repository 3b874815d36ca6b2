"""Sealing: every vote gets one position, in whatever order transactions commit."""

import threading
import time
import uuid

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from arena.catalog.models import Prompt
from arena.voting.blindness.tokens import read_token
from arena.voting.casting.votes import cast_vote
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.ledger.chain import GENESIS
from arena.voting.ledger.opening import open_ledger
from arena.voting.ledger.sealing import seal_votes
from arena.voting.ledger.verifying import verify_ledger, votes_astray
from arena.voting.models import Ledger, LedgerEntry, Matchup, UnsealedVote, Vote
from tests.factories import make_arena
from tests.patience import HANGING


def deal(ledger: Ledger) -> tuple[uuid.UUID, uuid.UUID]:
    """Deal a matchup to a new voter; return its id and the voter's key."""
    voter = uuid.uuid4()
    matchup = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
    assert matchup is not None
    return read_token(matchup.id), voter


def cast(ledger: Ledger, outcome: str = "left") -> uuid.UUID:
    """Cast a vote of a new voter; return its id."""
    matchup_id, voter = deal(ledger)
    cast_vote(matchup_id=matchup_id, voter_key=voter, answer=outcome, languages=["en"])
    return matchup_id


def somebody_waits() -> bool:
    """Tell whether another session waits for a lock of this transaction; other tests have their own locks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)))")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db
def test_seal_votes_with_waiting_votes_freezes_exactly_their_columns(ledger: Ledger) -> None:
    make_arena(pixels=False)
    vote_id = cast(ledger, "both_bad")
    assert seal_votes() == 1
    matchup = Matchup.objects.get(pk=vote_id)
    entry = LedgerEntry.objects.get()
    assert (entry.ledger, entry.position, entry.vote_id) == (ledger, 1, vote_id)
    assert (entry.left, entry.right) == (matchup.left.contender.slug, matchup.right.contender.slug)
    assert (entry.outcome, entry.prompt, entry.language) == ("both_bad", matchup.prompt.slug, "en")
    assert (entry.category, entry.modality) == (matchup.prompt.category.slug, "text-to-image")
    vote = Vote.objects.get()
    assert (entry.propensity, entry.voter) == (matchup.propensity, vote.voter.pseudonym)
    assert entry.cast_on == vote.cast_at.date()
    ledger.refresh_from_db()
    assert (ledger.length, ledger.head) == (1, entry.chain)
    assert entry.chain != GENESIS
    assert not UnsealedVote.objects.exists()


@pytest.mark.django_db
def test_seal_votes_with_small_limit_leaves_the_rest_for_the_next_batch(ledger: Ledger) -> None:
    make_arena(pixels=False)
    other = open_ledger(Ledger.Kind.DEMONSTRATION)
    for each in (ledger, other, ledger, other, ledger):
        cast(each)
    assert [seal_votes(limit=2) for _ in range(4)] == [2, 2, 1, 0]
    for each, length in ((ledger, 3), (other, 2)):
        walk = verify_ledger(each)
        assert (walk.length, walk.bad_position) == (length, None)
        positions = LedgerEntry.objects.filter(ledger=each).values_list("position", flat=True)
        assert sorted(positions) == list(range(1, length + 1))


@pytest.mark.django_db(transaction=True)
def test_seal_votes_with_transactions_committing_out_of_order_skips_none() -> None:
    ledger = open_ledger(Ledger.Kind.NATIVE)
    make_arena(pixels=False)
    # The first vote on a prompt freezes it, and others on that prompt wait until it has committed.
    Prompt.objects.update(frozen_at=timezone.now())
    early, voter = deal(ledger)
    has_cast, may_commit = threading.Event(), threading.Event()

    def vote_slowly() -> None:
        with transaction.atomic():
            cast_vote(matchup_id=early, voter_key=voter, answer="tie", languages=["en"])
            has_cast.set()
            assert may_commit.wait(timeout=HANGING)
        connection.close()

    slow = threading.Thread(target=vote_slowly)
    slow.start()
    assert has_cast.wait(timeout=HANGING)
    late = [cast(ledger) for _ in range(3)]
    assert seal_votes() == 3
    may_commit.set()
    slow.join()
    late.append(cast(ledger))
    assert seal_votes() == 2
    entries = LedgerEntry.objects.order_by("position").values_list("position", "vote_id")
    assert [position for position, _ in entries] == [1, 2, 3, 4, 5]
    # The slow vote was cast first, but is visible only to the second batch.
    assert [vote for _, vote in entries] == [*late[:3], early, late[3]]
    assert verify_ledger(ledger).length == 5
    assert votes_astray(ledger) == 0


@pytest.mark.django_db(transaction=True)
def test_seal_votes_with_several_sealers_and_voters_leaves_no_gap() -> None:
    ledger = open_ledger(Ledger.Kind.NATIVE)
    make_arena(pixels=False)
    done = threading.Event()

    def vote() -> None:
        for _ in range(25):
            cast(ledger)
        connection.close()

    def seal() -> None:
        while not done.is_set():
            seal_votes(limit=3)
        connection.close()

    voters = [threading.Thread(target=vote) for _ in range(4)]
    sealers = [threading.Thread(target=seal) for _ in range(3)]
    for thread in voters + sealers:
        thread.start()
    for thread in voters:
        thread.join()
    done.set()
    for thread in sealers:
        thread.join()
    seal_votes()
    walk = verify_ledger(ledger)
    assert (walk.length, walk.bad_position) == (100, None)
    assert votes_astray(ledger) == 0


@pytest.mark.django_db(transaction=True)
def test_seal_votes_of_a_ledger_opened_while_the_sealer_waited_come_in_the_next_turn() -> None:
    ledger = open_ledger(Ledger.Kind.NATIVE)
    make_arena(pixels=False)
    cast(ledger)
    sealed: list[int] = []

    def seal() -> None:
        sealed.append(seal_votes())
        connection.close()

    sealer = threading.Thread(target=seal)
    with transaction.atomic():
        Ledger.objects.select_for_update(no_key=True).get(pk=ledger.pk)
        sealer.start()
        while sealer.is_alive() and not somebody_waits():
            time.sleep(0.01)
        cast(open_ledger(Ledger.Kind.DEMONSTRATION))
    sealer.join()
    assert sealed == [1]
    assert seal_votes() == 1
    assert dict(Ledger.objects.values_list("kind", "length")) == {"native": 1, "demonstration": 1}


@pytest.mark.django_db
def test_seal_votes_does_not_wait_for_an_import_that_is_removed(ledger: Ledger) -> None:
    Ledger.objects.create(slug="elsewhere", name="Elsewhere", kind=Ledger.Kind.IMPORTED)
    make_arena(pixels=False)
    cast(ledger)
    with CaptureQueriesContext(connection) as captured:
        assert seal_votes() == 1
    (locks,) = (query["sql"] for query in captured if "FOR NO KEY UPDATE" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(locks)
        assert [row[0] for row in cursor.fetchall()] == [ledger.pk]
