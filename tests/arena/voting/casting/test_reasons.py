"""Reasons: sent with a vote, written by the statement that casts it, sealed with it, and never a way to lose it."""

import re
import uuid
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from arena.catalog.models import Category
from arena.catalog.reasons import Reason
from arena.voting.casting.votes import cast_vote
from arena.voting.dealing.stock import renew_stock
from arena.voting.ledger.opening import open_ledger
from arena.voting.ledger.removing import remove_ledger
from arena.voting.ledger.sealing import seal_votes
from arena.voting.models import Ledger, LedgerEntry, Matchup, ReportedImage, Vote, VoteReason
from arena.voting.reports.reporting import report_matchup
from tests.arena.voting.pages import open_vote
from tests.arena.voting.reports.test_reporting import deal_to
from tests.factories import make_arena

pytestmark = pytest.mark.django_db


def test_reasons_are_kept_with_the_first_vote_of_those_that_the_category_offers(
    browser: Callable[[], Client], ledger: Ledger
) -> None:
    make_arena(pixels=False)
    Category.objects.update(reasons=["text", "looks", "anatomy"])
    renew_stock(ledger.pk)
    client = browser()
    page = open_vote(client)
    assert re.findall(r'name="reason" value="(\w+)"', page.html) == ["text", "looks", "anatomy"]
    assert 'data-reasons="text looks anatomy ' in page.html

    form = {"answer": "left", "csrfmiddlewaretoken": page.csrf}
    sent = [{"reason": ["text", "speed"]}, {"reason": ["text", "anatomy", "text", "prompt"]}, {"reason": ["looks"]}]
    replies = [
        client.post(f"/vote/answer/{page.token}/", form | each, headers={"accept": "application/json"}) for each in sent
    ]
    # A reason that does not exist is refused, and the vote can still be cast.
    assert [reply.status_code for reply in replies] == [400, 200, 200]
    assert "“speed” is no reason" in replies[0].json()["message"]
    assert replies[1].content == replies[2].content
    assert set(VoteReason.objects.values_list("reason", flat=True)) == {"text", "anatomy"}
    seal_votes()
    entry = LedgerEntry.objects.get()
    assert entry.reasons == "anatomy text"


def test_reasons_with_a_skip_or_a_report_are_not_kept(browser: Callable[[], Client]) -> None:
    make_arena(pixels=False)
    client = browser()
    for given in ({"answer": "skip"}, {"answer": "report", "kind": "other", "side": "both"}):
        page = open_vote(client)
        form = given | {"reason": [*Reason.values], "csrfmiddlewaretoken": page.csrf}
        assert (
            client.post(f"/vote/answer/{page.token}/", form, headers={"accept": "application/json"}).status_code == 200
        )
    assert not VoteReason.objects.exists() | Vote.objects.exists()


@pytest.mark.parametrize("statement", ["UPDATE voting_votereason SET reason = 'text'", "DELETE FROM voting_votereason"])
def test_reasons_of_a_vote_never_change(browser: Callable[[], Client], statement: str) -> None:
    make_arena(pixels=False)
    client = browser()
    page = open_vote(client)
    client.post(f"/vote/answer/{page.token}/", {"answer": "tie", "reason": "looks", "csrfmiddlewaretoken": page.csrf})
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert VoteReason.objects.get().reason == "looks"


def test_remove_ledger_takes_its_reports_and_reasons_along() -> None:
    make_arena(pixels=False)
    ledger = open_ledger(Ledger.Kind.DEMONSTRATION)
    reported, voted = (deal_to(ledger, uuid.uuid4()) for _ in range(2))
    report_matchup(matchup_id=reported.pk, voter_key=reported.voter_key, kind="other", side="both")
    cast_vote(matchup_id=voted.pk, voter_key=voted.voter_key, answer="left", languages=["en"], reasons=["looks"])
    assert remove_ledger(slug="demonstration") is not None
    assert not any(model.objects.exists() for model in (Matchup, VoteReason, ReportedImage))
