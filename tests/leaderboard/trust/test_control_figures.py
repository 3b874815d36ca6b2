"""What staff see of answers to gold pairs and repeats, and how doubted voters are found and excluded."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.management import CommandError
from django.http import QueryDict
from django.utils import timezone
from pytest_django import Settings

from arena.voting.blindness.tokens import read_token
from arena.voting.casting.votes import cast_vote
from arena.voting.control_kinds import weigh_answers
from arena.voting.dealing.controls import APART
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.excluding.entry_filter import EntryFilter, find_positions, last_control
from arena.voting.ledger.opening import native_ledger
from arena.voting.ledger.sealing import seal_votes
from arena.voting.models import Exclusion, Ledger, LedgerEntry, Matchup, Voter
from leaderboard.queries.watching.control_figures import controls_by_day, count_doubted
from leaderboard.queries.watching.voter_lines import VoterLine, list_voters
from leaderboard.views.watching.exclusion_form import ExclusionForm
from tests.factories import make_gold_arena
from tests.leaderboard.ledgers import Cast, append_entries
from tests.leaderboard.pages import count_queries, text_of
from tests.leaderboard.trust.conftest import staff
from tests.leaderboard.trust.test_excluding import run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
PAGE, VOTERS, EXCLUSIONS = "/staff/votes/", "/staff/votes/voters/", "/staff/exclusions/"
OTHER = {"left": "right", "right": "left"}


@pytest.fixture(autouse=True)
def arena() -> None:
    make_gold_arena(prompts=8, samples=6, pixels=False)


@pytest.fixture
def person(settings: Settings) -> Callable[..., str]:
    """Make a voter who gives one vote that counts, and these answers to gold pairs: right, wrong or both bad."""

    def make(answers: str) -> str:
        key = uuid.uuid4()
        _vote(key, "left")
        settings.GOLD_SHARE = 1.0
        for letter in answers:
            right = deal(key).control.removeprefix("gold_")
            _vote(key, {"r": right, "w": OTHER[right], "b": "both_bad"}[letter])
        settings.GOLD_SHARE = 0.0
        return Voter.objects.get(pk=key).pseudonym

    return make


def deal(key: uuid.UUID) -> Matchup:
    dealt = deal_matchup(ledger=native_ledger(), voter_key=key, languages=["en"])
    assert dealt is not None
    return Matchup.objects.get(pk=read_token(dealt.id))


def _vote(key: uuid.UUID, answer: str) -> Matchup:
    matchup = deal(key)
    cast_vote(matchup_id=matchup.pk, voter_key=key, answer=answer, languages=["en"])
    return matchup


def repeat(settings: Settings, first: str, again: str) -> str:
    """A voter with one repeat."""
    key = uuid.uuid4()
    settings.REPEAT_SHARE = 1.0
    _vote(key, first)
    settings.REPEAT_SHARE = 0.0
    for _ in range(APART):
        _vote(key, "left")
    assert _vote(key, again).control == "repeat"
    return Voter.objects.get(pk=key).pseudonym


def append_gold(*answers: tuple[str, str]) -> None:
    """Seal answers (voter, outcome) to gold pairs whose left image is right."""
    ledger = Ledger.objects.get(kind=Ledger.Kind.CONTROL)
    append_entries(ledger, [Cast("a", "a", outcome, voter, control="gold_left") for voter, outcome in answers])


def lines() -> dict[str, VoterLine]:
    seal_votes()
    return {line.voter: line for line in list_voters(native_ledger(), after=0, most=50)[0]}


def test_answers_to_gold_pairs_are_counted_by_voter(person: Callable[..., str]) -> None:
    careful, careless, silent = person("rrrw"), person("ww"), person("b")
    found = lines()
    assert (found[careful].gold, found[careful].gold_right) == (4, 3)
    assert found[careful].evidence == pytest.approx(10 * (10 / 19) ** 3)
    assert (found[careless].gold, found[careless].gold_right, found[careless].is_doubted) == (2, 0, True)
    assert (found[silent].gold, found[silent].evidence, found[silent].is_doubted) == (0, 1, False)
    # Votes that count are counted without them.
    assert {line.votes for line in found.values()} == {1}
    assert [voter for voter in found if found[voter].is_doubted] == [careless]
    assert count_doubted() == 1


@pytest.mark.parametrize(
    ("first", "again", "counted"),
    [("left", "right", (1, 1)), ("left", "left", (1, 0)), ("tie", "left", (0, 0)), ("right", "both_bad", (0, 0))],
)
def test_repeat_is_the_same_where_the_other_side_is_chosen(
    settings: Settings, first: str, again: str, counted: tuple[int, int]
) -> None:
    voter = repeat(settings, first, again)
    line = lines()[voter]
    assert (line.repeats, line.same) == counted
    (day,) = controls_by_day(timezone.now().date() - timedelta(days=7))
    assert (day.repeats, day.same, day.gold) == (*counted, 0)
    assert (day.apart, day.doubted) == (1 - day.repeats, 0)
    assert (day.same_share, day.right_share) == (counted[1] if counted[0] else None, None)


def test_days_before_the_range_are_left_out(person: Callable[..., str]) -> None:
    person("rrw")
    person("ww")
    seal_votes()
    today = LedgerEntry.objects.values_list("cast_on", flat=True).first()
    assert today is not None
    (line,) = controls_by_day(today)
    assert (line.gold, line.gold_right, line.repeats, line.same_share) == (5, 2, 0, None)
    assert (line.right_share, line.apart, line.doubted) == (0.4, 0, 1)
    assert controls_by_day(today + timedelta(days=1)) == []


def test_pages_name_doubted_voters_and_what_that_means(person: Callable[..., str]) -> None:
    careful, careless = person("rr"), person("www")
    seal_votes()
    chief = staff("chief", "add_exclusion")
    page = text_of(chief.get(PAGE))
    assert "1 voter is doubted" in page
    assert "/staff/exclusions/?doubted=5" in page
    assert '<td class="number">5</td><td class="number">40 %</td>' in page
    assert "Of people who look, at most one in a hundred ever gets there." in page
    listed = text_of(chief.get(VOTERS, {"order": "doubt"}))
    assert listed.index(careless) < listed.index(careful)
    assert '<td class="number">0/3 <span class="badge badge--bad">doubted</span>' in listed
    assert "Evidence 1,000.0" in listed
    chosen = text_of(chief.get(VOTERS, {"doubted": "1"}))
    assert careless in chosen
    assert careful not in chosen
    assert "1 voter<" in chosen


def test_pages_without_controls_open_no_ledger(person: Callable[..., str]) -> None:
    person("")
    seal_votes()
    chief = staff("chief", "add_exclusion")
    page = text_of(chief.get(PAGE))
    assert "Nobody has answered one yet. <code>GOLD_SHARE</code> and <code>REPEAT_SHARE</code> say" in page
    assert "exclusions/?doubted=" not in page
    assert chief.get(VOTERS, {"doubted": "1", "order": "doubt"}).status_code == 200
    assert not Ledger.objects.filter(kind=Ledger.Kind.CONTROL).exists()


def test_queries_do_not_grow_with_voters(person: Callable[..., str]) -> None:
    person("r")
    seal_votes()
    chief = staff("chief", "add_exclusion")
    before = [count_queries(chief, page) for page in (PAGE, VOTERS)]
    for _ in range(5):
        person("rw")
    seal_votes()
    assert [count_queries(chief, page) for page in (PAGE, VOTERS)] == before


def test_filter_chooses_doubted_voters_as_their_answers_were_then(person: Callable[..., str]) -> None:
    voters = []
    for answers in ("rrr", "ww", "w"):
        voters.append(person(answers))
        seal_votes()
    _careful, careless, later = voters
    ledger, chosen = native_ledger(), EntryFilter(doubted=last_control())
    assert chosen.doubted == 6
    assert find_positions(ledger, chosen.check(), upto=3) == [2]
    assert find_positions(ledger, EntryFilter(doubted=4), upto=3) == []
    # What is answered later changes nothing of it.
    append_gold(*[(careless, "left")] * 9, (later, "tie"))
    assert find_positions(ledger, chosen, upto=3) == [2]
    assert find_positions(ledger, EntryFilter(doubted=last_control()), upto=3) == [3]
    assert EntryFilter.from_record(chosen.as_record()) == chosen


def test_without_controls_nobody_is_chosen(person: Callable[..., str]) -> None:
    person("")
    seal_votes()
    chosen = EntryFilter(until=date(2999, 1, 1), doubted=last_control()).check()
    assert find_positions(native_ledger(), chosen, upto=1) == []
    assert EntryFilter.from_record(chosen.as_record()) == chosen
    with pytest.raises(CommandError, match="no votes that count"):
        run("--doubted", "--reason", "chance")


def test_doubted_voters_are_excluded_by_page_and_command(person: Callable[..., str]) -> None:
    person("rrr")
    careless = person("ww")
    seal_votes()
    chief = staff("chief", "add_exclusion")
    assert '<input type="checkbox" name="doubted" value="5"' in text_of(chief.get(EXCLUSIONS))
    page = text_of(chief.post(EXCLUSIONS, {"doubted": "5"}))
    assert "1 vote would no longer count (voters: 1, networks: 0)." in page
    assert '<input type="hidden" name="doubted" value="5"' in page
    assert "1 votes of 1 voters and 0 networks would be excluded" in run("--doubted", "--dry-run")
    ahead = ExclusionForm(QueryDict("doubted=999"))
    assert ahead.is_valid()
    assert ahead.as_filter().doubted == 5
    append_gold(*[(careless, "left")] * 9)
    sent = {"doubted": "5", "upto": "2", "reason": "Does not look"}
    page = text_of(chief.post(f"{EXCLUSIONS}decide/", sent, follow=True))
    assert "1 vote excluded" in page
    assert "<code>doubted</code>: 5" in page
    assert list(Exclusion.objects.values_list("entry__voter", "decision__chosen")) == [(careless, {"doubted": 5})]
    assert '<input type="checkbox" name="doubted" value="14"' in page
    assert "a whole number" in text_of(chief.post(EXCLUSIONS, {"doubted": "all"}))


def test_evidence_ends_where_numbers_do() -> None:
    assert weigh_answers(right=0, wrong=5_000) == pytest.approx(1e9)
    assert weigh_answers(right=5_000, wrong=0) == 0
