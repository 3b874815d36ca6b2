"""Controls: gold pairs and repeats test voters, are sealed in a ledger of their own, and count nowhere."""

import re
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from arena.catalog.models import Category
from arena.generation.models import Generation
from arena.voting.blindness.blind import BlindMatchup
from arena.voting.blindness.blind_images import read_blind_image
from arena.voting.blindness.lifetimes import ANSWERABLE
from arena.voting.blindness.tokens import read_token
from arena.voting.casting.votes import SETTLED_VOTES, Reply, cast_vote
from arena.voting.control_kinds import Control, weigh_answers
from arena.voting.dealing.controls import APART
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.dealing.pool import Scope
from arena.voting.evidence.observing import Evidence
from arena.voting.ledger.opening import open_ledger
from arena.voting.ledger.sealing import seal_votes
from arena.voting.ledger.verifying import verify_ledger
from arena.voting.models import Ledger, LedgerEntry, Matchup, ReportedImage, Vote, VoteEvidence, Voter
from arena.voting.reports.reporting import report_matchup
from tests.factories import (
    make_category,
    make_contender,
    make_editing_prompt,
    make_generation,
    make_gold_arena,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def arena(settings: Settings) -> None:
    make_gold_arena(prompts=8, samples=4, pixels=False)
    settings.GOLD_SHARE = settings.REPEAT_SHARE = 0.0


@pytest.fixture
def voter() -> uuid.UUID:
    return uuid.uuid4()


@pytest.fixture
def deal(ledger: Ledger, voter: uuid.UUID) -> Callable[..., Matchup]:
    def deal_to(who: uuid.UUID = voter, **options: Any) -> Matchup:
        dealt = deal_matchup(ledger=ledger, voter_key=who, languages=["en"], **options)
        assert isinstance(dealt, BlindMatchup)
        return Matchup.objects.get(pk=read_token(dealt.id))

    return deal_to


def answer(matchup: Matchup, outcome: str, **known: Any) -> Reply:
    return cast_vote(matchup_id=matchup.pk, voter_key=matchup.voter_key, answer=outcome, languages=["en"], **known)


def right_side(matchup: Matchup) -> str:
    return matchup.control.removeprefix("gold_")


def test_gold_pair_has_one_contender_and_one_image_of_another_prompt(
    deal: Callable[..., Matchup], settings: Settings
) -> None:
    settings.GOLD_SHARE = 1.0
    sides = Counter[str]()
    for _ in range(20):
        matchup = deal(uuid.uuid4())
        images = {"left": matchup.left, "right": matchup.right}
        right = images.pop(right_side(matchup))
        (wrong,) = images.values()
        assert right.contender_id == wrong.contender_id
        assert right.prompt_id == matchup.prompt_id != wrong.prompt_id
        sides[matchup.control] += 1
    assert set(sides) == {"gold_left", "gold_right"}


def test_gold_pair_of_edits_has_two_images_in_one_box(deal: Callable[..., Matchup], settings: Settings) -> None:
    settings.GOLD_SHARE = 1.0
    category = make_category(modality="image-editing", gold=True)
    wide, high, also_wide = (
        make_editing_prompt(category=category, size=size) for size in ((96, 64), (64, 96), (192, 128))
    )
    for contender in (make_contender(), make_contender()):
        for prompt in (wide, high, also_wide):
            make_generation(contender=contender, prompt=prompt)
    edits = Scope(category=category.slug)
    matchups = [deal(uuid.uuid4(), rng=Random(seed), scope=edits) for seed in range(20)]  # a test repeats its draws
    gold = [matchup for matchup in matchups if matchup.control]
    assert {matchup.prompt_id for matchup in gold} == {wide.pk, also_wide.pk}
    for matchup in gold:
        for handle in (matchup.left_handle, matchup.right_handle):
            assert read_blind_image(handle=handle, voter_key=matchup.voter_key, width=1024)


def test_names_of_a_gold_pair_are_never_told(deal: Callable[..., Matchup], settings: Settings) -> None:
    settings.GOLD_SHARE = 1.0
    matchup = deal()
    told = answer(matchup, right_side(matchup)).data
    assert told == {"left": None, "right": None, "split": None, "control": "gold", "answer": right_side(matchup)}


def test_category_without_gold_and_other_ledgers_deal_none(
    deal: Callable[..., Matchup], settings: Settings, voter: uuid.UUID
) -> None:
    settings.GOLD_SHARE = settings.REPEAT_SHARE = 1.0
    demonstration = open_ledger(Ledger.Kind.DEMONSTRATION)
    deal_matchup(ledger=demonstration, voter_key=voter, languages=["en"])
    assert Matchup.objects.get().control == ""
    Category.objects.update(gold=False)
    settings.REPEAT_SHARE = 0.0
    assert deal(uuid.uuid4()).control == ""


def test_share_of_controls_is_what_the_settings_say(deal: Callable[..., Matchup], settings: Settings) -> None:
    settings.GOLD_SHARE, settings.REPEAT_SHARE = 0.1, 0.2
    rng = Random(5)  # a test repeats its draws
    dealt = Counter(deal(uuid.uuid4(), rng=rng).control for _ in range(400))
    assert 24 <= dealt["gold_left"] + dealt["gold_right"] <= 60
    assert 50 <= dealt["first"] <= 96


def test_controls_are_sealed_apart_and_first_votes_count(
    deal: Callable[..., Matchup], settings: Settings, ledger: Ledger
) -> None:
    settings.GOLD_SHARE = 1.0
    gold = deal()
    answer(gold, "tie")
    settings.GOLD_SHARE, settings.REPEAT_SHARE = 0.0, 1.0
    first = deal()
    answer(first, "left")
    assert seal_votes() == 2
    entries = {entry.vote_id: entry for entry in LedgerEntry.objects.select_related("ledger")}
    assert entries[gold.pk].ledger.kind == Ledger.Kind.CONTROL
    assert (entries[gold.pk].control, entries[gold.pk].version) == (gold.control, 4)
    assert entries[gold.pk].left == entries[gold.pk].right
    assert entries[first.pk].ledger == ledger
    assert (entries[first.pk].control, entries[first.pk].version) == ("", 3)
    for each in Ledger.objects.all():
        assert verify_ledger(each).bad_position is None


def test_repeat_comes_later_with_its_sides_swapped_and_then_tells_the_names(
    deal: Callable[..., Matchup], settings: Settings, voter: uuid.UUID
) -> None:
    settings.REPEAT_SHARE = 1.0
    first = deal()
    assert first.control == Control.FIRST
    assert answer(first, "left").data == {
        "left": None, "right": None, "split": None, "control": "first", "answer": "left",
    }  # fmt: skip
    settings.REPEAT_SHARE = 0.0
    between = []
    for _ in range(APART):
        between.append(deal())
        answer(between[-1], "right")
    again = deal()
    assert {each.control for each in between} == {""}
    assert (again.control, again.left, again.right) == (Control.REPEAT, first.right, first.left)
    told = answer(again, "right").data
    assert told["control"] == "repeat"
    assert [told["left"]["contender"], told["right"]["contender"]] == [
        first.right.contender.slug, first.left.contender.slug,
    ]  # fmt: skip
    assert deal().control == ""
    assert Matchup.objects.filter(voter_key=voter, control="repeat").count() == 1


@pytest.mark.parametrize("outcome", ["skip", "report"])
def test_first_that_was_not_judged_is_not_dealt_again(
    deal: Callable[..., Matchup], settings: Settings, voter: uuid.UUID, outcome: str
) -> None:
    settings.REPEAT_SHARE = 1.0
    first = deal()
    if outcome == "skip":
        answer(first, "skip")
    else:
        report_matchup(matchup_id=first.pk, voter_key=voter, kind="other", side="left")
    settings.REPEAT_SHARE = 0.0
    for _ in range(APART + 2):
        matchup = deal()
        assert matchup.control == ""
        answer(matchup, "left")


def test_repeat_whose_image_left_play_is_not_dealt(deal: Callable[..., Matchup], settings: Settings) -> None:
    settings.REPEAT_SHARE = 1.0
    first = deal()
    answer(first, "tie")
    settings.REPEAT_SHARE = 0.0
    for _ in range(APART):
        answer(deal(), "left")
    Generation.objects.filter(pk=first.left_id).update(hidden_at=timezone.now())
    assert deal().control == ""


def test_repeat_that_cannot_be_dealt_holds_up_no_other(deal: Callable[..., Matchup], settings: Settings) -> None:
    settings.REPEAT_SHARE = 1.0
    gone = deal()
    answer(gone, "tie")
    stays = deal()
    answer(stays, "tie")
    settings.REPEAT_SHARE = 0.0
    Generation.objects.filter(pk=gone.left_id).update(hidden_at=timezone.now())
    for _ in range(APART):
        answer(deal(), "left")
    again = deal()
    assert (again.control, again.left_id, again.right_id) == (Control.REPEAT, stays.right_id, stays.left_id)


def test_no_image_whose_name_is_known_is_dealt(
    deal: Callable[..., Matchup], settings: Settings, voter: uuid.UUID
) -> None:
    settings.GOLD_SHARE = settings.REPEAT_SHARE = 0.3
    rng = Random(11)  # a test repeats its draws
    told: set[int] = set()
    for _ in range(40):
        matchup = deal(rng=rng)
        assert not told & {matchup.left_id, matchup.right_id}
        if answer(matchup, "left").data["left"]:
            told |= {matchup.left_id, matchup.right_id}
    assert {"repeat", "gold_left", "gold_right"} <= set(Matchup.objects.values_list("control", flat=True))


@pytest.mark.parametrize("outcome", ["left", "both_bad", "skip"])
def test_images_of_a_gold_pair_are_never_dealt_again(
    deal: Callable[..., Matchup], settings: Settings, ledger: Ledger, voter: uuid.UUID, outcome: str
) -> None:
    settings.GOLD_SHARE = 1.0
    gold = deal()
    answer(gold, outcome)
    settings.GOLD_SHARE = 0.0
    Matchup.objects.update(dealt_at=timezone.now() - ANSWERABLE - timedelta(hours=1))
    shown = set[int]()
    while dealt := deal_matchup(ledger=ledger, voter_key=voter, languages=["en"], skipped_before=timezone.now()):
        matchup = Matchup.objects.get(pk=read_token(dealt.id))
        answer(matchup, "left")
        shown |= {matchup.left_id, matchup.right_id}
    assert {gold.left.prompt_id, gold.right.prompt_id} <= set(Matchup.objects.values_list("prompt", flat=True))
    assert len(shown) > 60
    assert not shown & {gold.left_id, gold.right_id}


def test_open_control_is_served_again(deal: Callable[..., Matchup], settings: Settings) -> None:
    settings.GOLD_SHARE = 1.0
    assert deal() == deal()


def test_report_of_the_other_prompts_image_is_kept_and_hides_nothing(
    deal: Callable[..., Matchup], settings: Settings, voter: uuid.UUID
) -> None:
    settings.GOLD_SHARE, settings.REPORTS_TO_HIDE = 1.0, 1
    for kind, counted in (("wrong_prompt", 0), ("unsafe", 1)):
        matchup = deal()
        report_matchup(matchup_id=matchup.pk, voter_key=voter, kind=kind, side="left")
        assert ReportedImage.objects.count() == counted
    assert Generation.objects.exclude(hidden_at=None).count() == 1


@pytest.mark.parametrize(
    ("outcomes", "tier"), [("rrw", "settled"), ("ww", "open"), ("wwr", "settled"), ("bb", "settled")]
)
def test_cookie_that_fails_gold_pairs_is_not_settled(
    deal: Callable[..., Matchup], settings: Settings, voter: uuid.UUID, outcomes: str, tier: str
) -> None:
    for _ in range(SETTLED_VOTES):
        answer(deal(), "left")
    Voter.objects.update(created_at=timezone.now() - timedelta(days=3))
    settings.GOLD_SHARE = 1.0
    for letter in outcomes:
        matchup = deal()
        right = right_side(matchup)
        wrong = "left" if right == "right" else "right"
        answer(matchup, {"r": right, "w": wrong, "b": "both_bad"}[letter])
    settings.GOLD_SHARE = 0.0
    last = deal()
    answer(last, "left", evidence=Evidence())
    assert VoteEvidence.objects.get(vote=last.pk).tier == tier
    assert Vote.objects.count() == SETTLED_VOTES + len(outcomes) + 1


def test_evidence_of_answers_to_gold_pairs() -> None:
    assert weigh_answers(right=0, wrong=2) == pytest.approx(100)
    assert weigh_answers(right=1, wrong=0) == pytest.approx(0.526, abs=1e-3)
    # Of one who looks it is expected to stay as it is, whatever comes next.
    assert 0.95 * weigh_answers(right=1, wrong=0) + 0.05 * weigh_answers(right=0, wrong=1) == pytest.approx(1)


@pytest.mark.parametrize(("gold", "says"), [(1.0, "counts for nothing"), (0.0, "told later")])
def test_page_without_scripts_says_what_a_control_was(
    client: Client, settings: Settings, plain_static_files: None, ledger: Ledger, gold: float, says: str
) -> None:
    settings.GOLD_SHARE, settings.REPEAT_SHARE = gold, 1.0 - gold
    page = client.get("/vote/").content.decode()
    # What scripts may have to say is on every page.
    assert not re.search("gold|repeat", re.sub(r'data-msg-control_\w+="[^"]*"', "", page))
    token = page.partition('data-matchup="')[2].partition('"')[0]
    told = client.post(f"/vote/answer/{token}/", {"answer": "left"}).content.decode()
    assert says in told
    assert "/models/" not in told.partition('<div class="result">')[2].partition("</div>")[0]
