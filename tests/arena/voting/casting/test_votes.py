"""Casting: each vote counts once, whatever happens at the same time, in one statement."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from arena.catalog.models import Prompt
from arena.errors import Conflict, Gone
from arena.voting.blindness.tokens import read_token, write_token
from arena.voting.casting.purging import purge_matchups
from arena.voting.casting.votes import cast_vote
from arena.voting.dealing.matchups import OPEN_LIMIT, deal_matchup
from arena.voting.ledger.opening import open_ledger
from arena.voting.models import Ledger, Matchup, UnsealedVote, Vote, Voter
from tests.arena.voting.pages import open_vote
from tests.factories import make_arena
from tests.patience import HANGING


def deal(ledger: Ledger, voter: uuid.UUID) -> uuid.UUID:
    matchup = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
    assert matchup is not None
    return read_token(matchup.id)


def at_once(count: int, act: Callable[[int], object]) -> None:
    """Run `act(n)` in `count` threads that start together."""
    start = threading.Barrier(count)

    def run(number: int) -> None:
        start.wait(timeout=HANGING)
        try:
            act(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_cast_vote_by_fifty_threads_on_one_matchup_counts_once() -> None:
    ledger = open_ledger(Ledger.Kind.NATIVE)
    make_arena(pixels=False)
    voter = uuid.uuid4()
    matchup_id = deal(ledger, voter)
    replies: list[str] = []
    at_once(
        50,
        lambda _: replies.append(
            cast_vote(matchup_id=matchup_id, voter_key=voter, answer="left", languages=["en"]).text
        ),
    )
    assert (len(replies), len(set(replies))) == (50, 1)
    assert (Vote.objects.count(), UnsealedVote.objects.count(), Voter.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_cast_vote_with_different_answers_at_once_lets_one_stand() -> None:
    ledger = open_ledger(Ledger.Kind.NATIVE)
    make_arena(pixels=False)
    voter = uuid.uuid4()
    matchup_id = deal(ledger, voter)
    told: list[str] = []
    refused: list[Conflict] = []

    def answer(number: int) -> None:
        given = ("left", "right", "tie", "both_bad", "skip")[number % 5]
        try:
            reply = cast_vote(matchup_id=matchup_id, voter_key=voter, answer=given, languages=["en"])
            told.append(reply.data["answer"])
        except Conflict as conflict:
            refused.append(conflict)

    at_once(20, answer)
    stands = Matchup.objects.get().answer
    assert set(told) == {stands}
    assert (len(told), len(refused)) == (4, 16)
    assert list(Vote.objects.values_list("outcome", flat=True)) == [stands] * (stands != "skip")


@pytest.mark.django_db(transaction=True)
def test_cast_vote_on_two_matchups_at_once_bears_one_voter() -> None:
    ledger = open_ledger(Ledger.Kind.NATIVE)
    make_arena(pixels=False, prompts=3)
    voter = uuid.uuid4()
    tokens: list[str] = []
    for _ in range(3):
        matchup = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"], have=tokens)
        assert matchup is not None
        tokens.append(matchup.id)
    at_once(
        3,
        lambda n: cast_vote(matchup_id=read_token(tokens[n]), voter_key=voter, answer="tie", languages=["en"]),
    )
    assert Vote.objects.filter(voter=Voter.objects.get()).count() == 3


@pytest.mark.django_db(transaction=True)
def test_deal_matchup_at_once_for_one_voter_serves_one_and_the_same() -> None:
    ledger = open_ledger(Ledger.Kind.NATIVE)
    make_arena(pixels=False, prompts=6)
    voter = uuid.uuid4()
    dealt: list[str] = []

    def deal_first(_: int) -> None:
        matchup = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
        assert matchup is not None
        dealt.append(matchup.id)

    at_once(12, deal_first)
    assert Counter(dealt) == {dealt[0]: 12}
    assert Matchup.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_deal_matchup_at_once_with_everything_in_hand_never_holds_more_than_the_limit() -> None:
    ledger = open_ledger(Ledger.Kind.NATIVE)
    make_arena(pixels=False, prompts=OPEN_LIMIT + 2)
    voter = uuid.uuid4()

    def deal_another(_: int) -> None:
        have = [write_token(matchup.pk) for matchup in Matchup.objects.all()]
        deal_matchup(ledger=ledger, voter_key=voter, languages=["en"], have=have)

    for _ in range(OPEN_LIMIT):
        at_once(12, deal_another)
    held = Matchup.objects.order_by("turn")
    assert [matchup.turn for matchup in held] == list(range(1, OPEN_LIMIT + 1))
    assert len({image for matchup in held for image in (matchup.left_id, matchup.right_id)}) == 2 * OPEN_LIMIT


@pytest.mark.django_db
def test_cast_vote_costs_one_statement_and_deal_at_most_two(ledger: Ledger) -> None:
    make_arena(pixels=False, prompts=6)
    # The first vote on a prompt, which freezes it, costs one more.
    Prompt.objects.update(frozen_at=timezone.now())
    voter = uuid.uuid4()
    deal(ledger, uuid.uuid4())
    with CaptureQueriesContext(connection) as dealing:
        matchup_id = deal(ledger, voter)
    assert len([query for query in dealing if "SAVEPOINT" not in query["sql"]]) == 2
    with CaptureQueriesContext(connection) as casting:
        cast_vote(matchup_id=matchup_id, voter_key=voter, answer="left", languages=["en"])
    assert len(casting) == 1


@pytest.mark.django_db
def test_requests_cost_two_statements_to_deal_and_one_to_answer(ledger: Ledger) -> None:
    make_arena(pixels=False, prompts=6)
    Prompt.objects.update(frozen_at=timezone.now())
    client = Client(headers={"accept": "application/json"})
    token = open_vote(client).token
    with CaptureQueriesContext(connection) as dealing:
        assert client.get(f"/vote/next/?have={token}").status_code == 200
    assert len([query for query in dealing if "SAVEPOINT" not in query["sql"]]) == 2
    with CaptureQueriesContext(connection) as casting:
        assert client.post(f"/vote/answer/{token}/", {"answer": "left"}).status_code == 200
    assert len(casting) == 1


@pytest.mark.django_db
def test_purge_matchups_forgets_replies_after_a_day_and_the_unanswered_after_two(ledger: Ledger) -> None:
    make_arena(pixels=False)
    fresh, answered, open_for_long = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    ids = {voter: deal(ledger, voter) for voter in (fresh, answered, open_for_long)}
    for voter in (fresh, answered):
        cast_vote(matchup_id=ids[voter], voter_key=voter, answer="left", languages=["en"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE voting_matchup SET dealt_at = dealt_at - interval '49 hours'")
        cursor.execute(
            "UPDATE voting_matchup SET closed_at = closed_at - interval '25 hours' WHERE id = %s", [ids[answered]]
        )
    assert purge_matchups() == (1, 1)
    assert set(Matchup.objects.values_list("pk", flat=True)) == {ids[fresh], ids[answered]}
    assert Matchup.objects.get(pk=ids[answered]).reply is None
    assert cast_vote(matchup_id=ids[fresh], voter_key=fresh, answer="left", languages=["en"]).data["answer"] == "left"
    with pytest.raises(Gone, match="Your answer to this matchup stands"):
        cast_vote(matchup_id=ids[answered], voter_key=answered, answer="left", languages=["en"])
    with pytest.raises(Conflict, match="differently before; that answer stands"):
        cast_vote(matchup_id=ids[answered], voter_key=answered, answer="right", languages=["en"])
    assert Vote.objects.count() == 2
