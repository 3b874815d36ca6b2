"""Simulated votes use the ordinary workflows, can be repeated, and recover the planted order."""

import io
from collections import Counter
from collections.abc import Iterable, Sequence

import pytest
from django.core.management import CommandError, call_command

from arena.catalog.models import Contender, Prompt
from arena.voting.blindness.tokens import read_token
from arena.voting.casting.votes import cast_vote
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.dealing.stock import renew_stock
from arena.voting.ledger.opening import open_ledger
from arena.voting.ledger.removing import remove_demonstration
from arena.voting.ledger.verifying import verify_ledger
from arena.voting.models import Ledger, LedgerEntry, Matchup, UnsealedVote, Vote, Voter, random_id
from arena.voting.simulation.casting import simulate_votes
from arena.voting.simulation.demonstration import Demonstration
from arena.voting.simulation.simulated_voters import PLANTED_IN_EDITS, PLANTED_QUALITY
from leaderboard.computing.auditing import audit_ledgers
from leaderboard.computing.refresh import refresh_ledgers
from leaderboard.models import Audit
from leaderboard.queries.standings import read_board
from tests.factories import make_category, make_contender, make_editing_prompt, make_generation, make_prompt, make_run

pytestmark = pytest.mark.django_db
SIDES = {"left", "right"}
BEST, WORST = (
    max(PLANTED_QUALITY, key=PLANTED_QUALITY.__getitem__),
    min(PLANTED_QUALITY, key=PLANTED_QUALITY.__getitem__),
)


def make_painted(prompts: int = 6) -> None:
    """Two contenders of planted quality and one average, with an image each for every prompt of two categories."""
    contenders = [make_contender(slug=slug) for slug in (BEST, WORST, "average")]
    categories = [make_category(), make_category()]
    prompts_of_two = [make_prompt(slug=f"painted-{n}", category=categories[n % 2]) for n in range(prompts)]
    paint(prompts_of_two, contenders)


def paint(prompts: Iterable[Prompt], contenders: Sequence[Contender]) -> None:
    run = make_run()
    for prompt in prompts:
        for contender in contenders:
            make_generation(contender=contender, prompt=prompt, run=run)


def entries() -> list[tuple[str, ...]]:
    return list(LedgerEntry.objects.order_by("position").values_list("left", "right", "outcome", "prompt"))


def test_simulate_votes_with_images_seals_into_the_demonstration_ledger_only() -> None:
    make_painted()
    native = open_ledger(Ledger.Kind.NATIVE)
    assert simulate_votes(votes=60, people=20) == 60
    ledger = Ledger.objects.get(kind=Ledger.Kind.DEMONSTRATION)
    assert verify_ledger(ledger).length == 60
    assert verify_ledger(native).length == 0
    assert not UnsealedVote.objects.exists()
    # Some votes carry reasons, most do not.
    assert 5 <= LedgerEntry.objects.exclude(reasons="").count() < 35
    busiest = Counter(Vote.objects.values_list("voter", flat=True)).most_common()
    assert busiest[0][1] > 2 * busiest[-1][1]


def test_simulate_votes_with_planted_quality_prefers_the_better() -> None:
    make_painted()
    simulate_votes(votes=150)
    wins: Counter[str] = Counter()
    for left, right, outcome, _ in entries():
        if {left, right} == {BEST, WORST} and outcome in ("left", "right"):
            wins[left if outcome == "left" else right] += 1
    assert wins[BEST] > 2 * wins[WORST]


def test_simulate_votes_on_edits_prefers_the_better_editor() -> None:
    best, worst = "harbour", "linden"
    contenders = [make_contender(slug=slug) for slug in (best, worst)]
    assert PLANTED_QUALITY[best] < PLANTED_QUALITY[worst]
    assert PLANTED_IN_EDITS[best] > PLANTED_IN_EDITS[worst]
    category = make_category(modality="image-editing")
    # An image's luck depends on the prompt's name, so the same names have the same luck in each run.
    paint([make_editing_prompt(slug=f"edited-{n}", category=category) for n in range(16)], contenders)
    simulate_votes(votes=240)
    wins = Counter(left if outcome == "left" else right for left, right, outcome, _ in entries() if outcome in SIDES)
    assert wins[best] > wins[worst]
    assert set(LedgerEntry.objects.values_list("modality", flat=True)) == {"image-editing"}


def test_demonstration_ends_with_audits_of_all_its_votes() -> None:
    make_painted()
    Demonstration(40).finish()
    refresh_ledgers()
    audit_ledgers(at_once=True)
    Demonstration(60).finish()
    assert Audit.objects.filter(snapshot__board__slice="overall", facts__votes=60).count() == 1


# In one transaction the database keeps every earlier version of a row, and hundreds of votes take ten times as long.
@pytest.mark.django_db(transaction=True)
def test_demonstration_keeps_up_with_the_painting() -> None:
    make_painted(prompts=30)
    demonstration = Demonstration(250)
    seen = []
    for share in (0.0, 0.3, 0.5, 0.5, 0.9):
        demonstration.keep_up(share)
        seen.append(len(entries()))
    assert seen == [0, 0, 100, 100, 200]
    demonstration.finish()
    assert len(entries()) == 250


@pytest.mark.django_db(transaction=True)
def test_demonstration_reads_languages_whose_images_come_late() -> None:
    category, contenders = make_category(slug="animals"), [make_contender() for _ in range(3)]
    prompts = {
        code: [make_prompt(slug=f"{code}-{number}", category=category, language=code) for number in range(count)]
        for code, count in {"en": 12, "de": 4, "ja": 4}.items()
    }
    demonstration = Demonstration(360)
    paint(prompts["en"], contenders)
    demonstration.keep_up(0.5)
    paint(prompts["de"], contenders)
    demonstration.keep_up(0.8)
    paint(prompts["ja"], contenders)
    demonstration.finish()
    for code, votes in {"de": 72, "ja": 72}.items():
        board = read_board(ledger="demonstration", modality="text-to-image", language=code)
        # Its share by prompts, within what came too late to be balanced, and chance.
        assert votes * 0.6 < board.votes < votes * 1.4
        assert len(board.rows) == 3


def test_demonstration_that_is_whole_gets_no_more_votes() -> None:
    make_painted()
    Demonstration(40).finish()
    again = Demonstration(40)
    again.keep_up(1.0)
    again.finish()
    assert len(entries()) == 40


def test_demonstration_counts_votes_that_were_not_sealed_when_it_was_killed() -> None:
    make_painted()
    ledger, voter = open_ledger(Ledger.Kind.DEMONSTRATION), random_id()
    matchup = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"], stock=renew_stock(ledger.pk))
    assert matchup is not None
    cast_vote(matchup_id=read_token(matchup.id), voter_key=voter, answer="left", languages=["en"])
    Demonstration(40).finish()
    assert len(entries()) == Vote.objects.count() == 40


@pytest.mark.django_db(transaction=True)  # A matchup without a ledger is refused at commit.
def test_demonstration_that_is_removed_meanwhile_stays_away_and_harms_nothing() -> None:
    make_painted()
    said: list[str] = []
    demonstration = Demonstration(40, say=said.append)
    assert remove_demonstration() is not None
    demonstration.finish()
    assert said == ["The demonstration was removed; no more simulated votes are cast."]
    assert not Ledger.objects.filter(kind=Ledger.Kind.DEMONSTRATION).exists()


def test_demonstration_without_images_says_so_and_goes_on() -> None:
    said: list[str] = []
    Demonstration(40, say=said.append).finish()
    assert "Generate images first" in said[0]


def test_simulate_votes_with_too_few_images_brings_new_people_in() -> None:
    make_painted(prompts=1)
    assert simulate_votes(votes=12, people=3) == 12
    assert Voter.objects.count() >= 12
    assert Matchup.objects.count() >= 12


def test_simulate_votes_without_images_says_so() -> None:
    with pytest.raises(CommandError, match="Generate images first"):
        call_command("simulate_votes", votes=10, stdout=io.StringIO())


def test_simulate_votes_command_shows_progress() -> None:
    make_painted()
    out = io.StringIO()
    call_command("simulate_votes", votes=5, stdout=out)
    assert "5 of 5 simulated votes" in out.getvalue()
