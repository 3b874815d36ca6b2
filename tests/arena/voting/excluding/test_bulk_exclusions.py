"""Excluding many votes by one decision: what a filter chooses, a second person, and lifting it again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from arena.errors import Conflict, DomainError, Forbidden
from arena.voting.evidence.forgetting import forget_evidence
from arena.voting.excluding.bulk_exclusions import confirm_exclusion, decide_exclusion, lift_exclusion
from arena.voting.excluding.entry_filter import EntryFilter, count_entries, find_positions
from arena.voting.excluding.exclusions import exclude_entry
from arena.voting.ledger.opening import open_ledger
from arena.voting.ledger.sealing import seal_votes
from arena.voting.ledger.verifying import verify_ledger
from arena.voting.models import Exclusion, ExclusionDecision, Ledger, LedgerEntry, LiftedExclusion, Voter
from tests.arena.voting.ledger.test_sealing import cast
from tests.factories import make_arena
from tests.leaderboard.ledgers import Cast, append_entries, make_ledger

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture
def ledger() -> Ledger:
    """Four honest votes on two days, and two of newcomers of one network."""
    made = make_ledger()
    casts = [
        Cast("a", "b", "left", "ann", tier="settled", network="1" * 12, cast_on=MONDAY),
        Cast("b", "c", "left", "ben", tier="verified", cast_on=MONDAY),
        Cast("a", "c", "left", "new-1", tier="open", network="2" * 12, cast_on=TUESDAY),
        Cast("c", "b", "left", "new-2", tier="open", network="2" * 12, cast_on=TUESDAY),
        Cast("a", "b", "tie", "ann", tier="settled", network="1" * 12, cast_on=TUESDAY),
        Cast("a", "b", "tie", "", tier="", cast_on=TUESDAY),
    ]
    append_entries(made, casts)
    return made


def user(name: str) -> User:
    return User.objects.create_user(name, is_staff=True)


def decide(ledger: Ledger, by: User | None = None, **chosen: Any) -> ExclusionDecision:
    asked = EntryFilter(**(chosen or {"networks": ("2" * 12,)}))
    return decide_exclusion(ledger=ledger, chosen=asked, upto=ledger.length, reason=" A script ", proposed_by=by)


@pytest.mark.parametrize(
    ("chosen", "positions"),
    [
        ({"voters": ("ann", "new-2")}, [1, 4, 5]),
        ({"networks": ("2" * 12,)}, [3, 4]),
        ({"tiers": ("open", "verified")}, [2, 3, 4]),
        ({"contenders": ("c",)}, [2, 3, 4]),
        ({"since": TUESDAY}, [3, 4, 5, 6]),
        ({"until": MONDAY}, [1, 2]),
        ({"new_since": TUESDAY}, [3, 4]),
        ({"contenders": ("a",), "tiers": ("open",), "new_since": TUESDAY}, [3]),
    ],
)
def test_filter_chooses_what_fulfils_everything(ledger: Ledger, chosen: dict[str, Any], positions: list[int]) -> None:
    asked = EntryFilter(**chosen)
    assert find_positions(ledger, asked, upto=6) == positions
    assert find_positions(ledger, asked, upto=3) == [each for each in positions if each <= 3]
    assert EntryFilter.from_record(asked.as_record()) == asked


@pytest.mark.parametrize(
    "chosen",
    [{}, {"tiers": ("golden",)}, {"since": TUESDAY, "until": MONDAY}, {"voters": tuple(map(str, range(10_001)))}],
)
def test_filter_without_sense_is_refused(chosen: dict[str, Any]) -> None:
    with pytest.raises(DomainError):
        EntryFilter(**chosen).check()


def test_decision_excludes_at_once_and_is_lifted_by_a_later_one(ledger: Ledger) -> None:
    staff = user("staff")
    exclude_entry(ledger=ledger, position=4, reason="By hand", decided_by=staff)
    assert count_entries(ledger, EntryFilter(networks=("2" * 12,)), upto=6) == (1, 1, 1, 1)
    decision = decide(ledger, staff)
    assert (decision.entries, decision.reason, decision.decided_by) == (1, "A script", staff)
    assert list(Exclusion.objects.order_by("entry__position").values_list("entry__position", "reason")) == [
        (3, "A script"),
        (4, "By hand"),
    ]
    lift_exclusion(decision_id=decision.pk, because="It was a class", lifted_by=staff)
    assert Exclusion.objects.get().entry.position == 4
    kept = LiftedExclusion.objects.get()
    decision.refresh_from_db()
    assert (kept.entry.position, kept.decided_at, kept.lifted_at) == (3, decision.decided_at, decision.lifted_at)
    with pytest.raises(Conflict):
        lift_exclusion(decision_id=decision.pk, because="Again", lifted_by=staff)
    assert decide(ledger, staff).entries == 1


def test_entry_of_two_decisions_counts_again_only_when_both_are_lifted(ledger: Ledger) -> None:
    first, second = decide(ledger, networks=("2" * 12,)), decide(ledger, voters=("new-2", "ben"))
    assert (first.entries, second.entries) == (2, 1)
    lift_exclusion(decision_id=first.pk, because="a mistake", lifted_by=None)
    kept = dict(Exclusion.objects.values_list("entry__position", "decision"))
    assert kept == {2: second.pk, 4: second.pk}
    second.refresh_from_db()
    assert second.entries == 2
    lift_exclusion(decision_id=second.pk, because="a mistake, too", lifted_by=None)
    assert not Exclusion.objects.exists()


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_decision_needs_a_reason_and_votes(ledger: Ledger, reason: str) -> None:
    chosen = EntryFilter(voters=("ann",))
    with pytest.raises(DomainError):
        decide_exclusion(ledger=ledger, chosen=chosen, upto=6, reason=reason, proposed_by=None)
    with pytest.raises(DomainError, match="no votes that count"):
        decide(ledger, voters=("nobody",))
    assert not ExclusionDecision.objects.exists()


def test_second_person_confirms_what_was_previewed(ledger: Ledger, settings: Settings) -> None:
    settings.EXCLUSIONS_NEED_TWO = True
    one, two = user("one"), user("two")
    decision = decide(ledger, one)
    assert (decision.decided_at, Exclusion.objects.count()) == (None, 0)
    append_entries(ledger, [Cast("a", "b", "left", "later", tier="open", network="2" * 12)])
    with pytest.raises(Forbidden):
        confirm_exclusion(decision_id=decision.pk, confirmed_by=one)
    confirmed = confirm_exclusion(decision_id=decision.pk, confirmed_by=two)
    assert (confirmed.entries, confirmed.proposed_by, confirmed.decided_by) == (2, one, two)
    with pytest.raises(Conflict):
        confirm_exclusion(decision_id=decision.pk, confirmed_by=two)


def test_one_entry_is_excluded_by_two_people_as_well(ledger: Ledger, settings: Settings) -> None:
    settings.EXCLUSIONS_NEED_TWO = True
    with pytest.raises(Forbidden):
        exclude_entry(ledger=ledger, position=1, reason="a test", decided_by=user("first"))
    assert not Exclusion.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_excludes_an_entry_and_nobody_meets_a_fault() -> None:
    append_entries(made := make_ledger(), [Cast("a", "b", "left", f"voter-{row}") for row in range(5)])
    clients = [Client() for _ in range(4)]
    for number, client in enumerate(clients):
        client.force_login(User.objects.create_superuser(f"chief-{number}"))

    def decide_all(client: Client) -> set[int]:
        form: dict[str, Any] = {"ledger": made.pk, "reason": "a test"}
        try:
            return {
                client.post("/admin/voting/exclusion/add/", form | {"position": each}).status_code
                for each in range(1, 6)
            }
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert set().union(*pool.map(decide_all, clients)) <= {200, 302}
    assert Exclusion.objects.count() == 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("needs_two", [False, True])
def test_decision_that_is_sent_several_times_at_once_is_one(settings: Settings, needs_two: bool) -> None:
    settings.EXCLUSIONS_NEED_TWO = needs_two
    append_entries(made := make_ledger(), [Cast("a", "b", "left", f"voter-{row}", tier="open") for row in range(50)])
    by = user("chief")

    def send(_: int) -> int:
        try:
            return decide(made, by, tiers=("open",)).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(send, range(6)))) == 1
    assert ExclusionDecision.objects.get().entries == (0 if needs_two else 50)


def test_withdrawn_proposal_cannot_be_confirmed(ledger: Ledger, settings: Settings) -> None:
    settings.EXCLUSIONS_NEED_TWO = True
    decision = decide(ledger, user("one"))
    lift_exclusion(decision_id=decision.pk, because="A mistake", lifted_by=None)
    with pytest.raises(Conflict):
        confirm_exclusion(decision_id=decision.pk, confirmed_by=user("two"))
    assert not Exclusion.objects.exists()
    assert not LiftedExclusion.objects.exists()


def test_number_of_statements_does_not_grow_with_the_votes(ledger: Ledger) -> None:
    append_entries(ledger, [Cast("a", "b", "left", f"bot-{row % 500}", tier="open") for row in range(5_000)])
    counts = []
    filters: list[dict[str, Any]] = [{"networks": ("2" * 12,)}, {"tiers": ("open",)}]
    for chosen in filters:
        with CaptureQueriesContext(connection) as captured:
            decision = decide(ledger, **chosen)
            lift_exclusion(decision_id=decision.pk, because="A test", lifted_by=None)
        counts.append((decision.entries, len(captured)))
    assert counts[0][0] == 2
    assert counts[1][0] == 5_002
    assert counts[0][1] == counts[1][1]


def test_excluded_voters_count_as_new_until_it_is_lifted() -> None:
    make_arena(pixels=False)
    own = open_ledger(Ledger.Kind.NATIVE)
    votes = [cast(own) for _ in range(3)]
    seal_votes()
    first, second, third = (LedgerEntry.objects.get(vote=vote) for vote in votes)
    exclude_entry(ledger=own, position=second.position, reason="By hand", decided_by=None)
    own.refresh_from_db()
    decision = decide(own, voters=(first.voter, second.voter))
    assert decision.entries == 1
    marked = dict(Voter.objects.values_list("pseudonym", "excluded_at"))
    assert marked[first.voter] == decision.decided_at
    assert marked[second.voter]
    assert marked[third.voter] is None
    lift_exclusion(decision_id=decision.pk, because="A test", lifted_by=None)
    after = dict(Voter.objects.values_list("pseudonym", "excluded_at"))
    assert after == {first.voter: None, second.voter: marked[second.voter], third.voter: None}


def test_excluding_and_forgetting_a_voter_leave_the_chain_as_it_is() -> None:
    make_arena(pixels=False)
    own = open_ledger(Ledger.Kind.NATIVE)
    cast(own)
    seal_votes()
    voter = LedgerEntry.objects.get().voter
    own.refresh_from_db()
    decision = decide(own, voters=(voter,))
    forget_evidence(pseudonym=voter)
    assert (verify_ledger(own).bad_position, Exclusion.objects.count()) == (None, 1)
    lift_exclusion(decision_id=decision.pk, because="A test", lifted_by=None)
    assert (verify_ledger(own).bad_position, verify_ledger(own).length) == (None, 1)
