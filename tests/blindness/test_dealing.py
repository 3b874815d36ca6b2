"""Thousands of matchups, dealt to voters who vote, skip, leave and come back, while prompts are being opened."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest
from django.db.models import F
from pytest_django import Settings

from arena.catalog.curation import open_prompts
from arena.catalog.models import Category, Prompt
from arena.voting.blindness.tokens import read_token
from arena.voting.casting.votes import cast_vote
from arena.voting.control_kinds import GOLD, Control
from arena.voting.dealing.matchups import OPEN_LIMIT, deal_matchup
from arena.voting.dealing.stock import renew_stock
from arena.voting.ledger.opening import open_ledger
from arena.voting.models import Ledger, Matchup
from arena.voting.simulation.simulated_voters import seeded
from tests.factories import make_arena

pytestmark = pytest.mark.django_db

DEALT, DEALT_THOROUGHLY = 1_500, 10_000
# More steps than there is ever left to judge, so that a fault fails instead of looping.
LONGEST_VISIT = 600
ANSWERS = ("left", "right", "tie", "both_bad")


@dataclass
class Person:
    """A voter's visit: what happened in order, as (what, token or prompt), and the matchups now held."""

    ledger: Ledger
    rng: Random
    key: uuid.UUID = field(default_factory=uuid.uuid4)
    events: list[tuple[str, str]] = field(default_factory=list)
    held: list[str] = field(default_factory=list)

    def visit(self, *, to_open: Prompt) -> None:
        """Judge until nothing is left, or for this many steps; at some step a prompt is opened."""
        opened = False
        for _ in range(LONGEST_VISIT):
            matchup = deal_matchup(
                ledger=self.ledger, voter_key=self.key, languages=["en"], have=self.held, rng=self.rng
            )
            if matchup is not None:
                self.held.append(matchup.id)
                self.events.append(("dealt", matchup.id))
            elif not self.held:
                return
            if matchup is None or len(self.held) == OPEN_LIMIT:
                self._act(self.held.pop(self.rng.randrange(len(self.held))))
            if len(self.events) > 100 and not opened:
                opened = True
                open_prompts(prompts=[to_open])
                self.events.append(("opened", str(to_open.pk)))
                self.held = self._still_in_play()

    def _act(self, token: str) -> None:
        what = self.rng.choices(["vote", "skip", "leave", "a day later"], weights=[70, 18, 10, 2])[0]
        if what == "leave":
            # It is no longer served, but waits for an answer. An hour more than needed: the database's clock
            # stands still within the test's transaction.
            Matchup.objects.filter(pk=read_token(token)).update(dealt_at=F("dealt_at") - timedelta(minutes=90))
        elif what == "a day later":
            Matchup.objects.filter(voter_key=self.key).update(dealt_at=F("dealt_at") - timedelta(hours=25))
            self.held = []
        else:
            answer = what if what == "skip" else self.rng.choice(ANSWERS)
            cast_vote(matchup_id=read_token(token), voter_key=self.key, answer=answer, languages=["en"])
        self.events.append((what, token))

    def _still_in_play(self) -> list[str]:
        keys = {read_token(token): token for token in self.held}
        rows = Matchup.objects.filter(pk__in=keys, prompt__state=Prompt.State.PLAY)
        return [keys[row.pk] for row in rows.order_by("dealt_at")]


def check_events(events: Iterable[tuple[str, str]], opened: set[int]) -> int:
    """Compare a visit with the database's record of its matchups; return how many were dealt.

    `opened` are the prompts that were open before.
    """
    events = list(events)
    keys = {token: read_token(token) for event, token in events if event == "dealt"}
    rows = Matchup.objects.in_bulk(keys.values())
    named: set[int] = set()
    reserved: dict[str, set[int]] = {}
    for event, token in events:
        if event == "dealt":
            matchup = rows[keys[token]]
            images = {matchup.left_id, matchup.right_id}
            assert len(images) == 2
            assert matchup.prompt_id not in opened
            assert not images & named or matchup.control == Control.REPEAT
            assert not any(images & others for others in reserved.values())
            reserved[token] = images
            if matchup.control in GOLD:
                # Its images have one maker: named once, one of them would tell the other's.
                named |= images
        elif event == "vote":
            named |= reserved.pop(token)
        elif event == "a day later":
            reserved = {}
        elif event == "opened":
            opened.add(int(token))
    return len(keys)


@pytest.mark.long
def test_deal_matchup_to_a_crowd_keeps_every_voter_blind(thorough: bool, settings: Settings) -> None:
    wanted = DEALT_THOROUGHLY if thorough else DEALT
    _, prompts = make_arena(contenders=6, prompts=60, samples=2, pixels=False)
    settings.GOLD_SHARE = settings.REPEAT_SHARE = 0.05
    Prompt.objects.update(category=prompts[0].category)
    Category.objects.update(gold=True)
    ledger, rng = open_ledger(Ledger.Kind.NATIVE), seeded(3)
    opened: set[int] = set()
    dealt, events = 0, set()
    for to_open in prompts:
        renew_stock(ledger.pk)
        person = Person(ledger=ledger, rng=rng)
        person.visit(to_open=to_open)
        dealt += check_events(person.events, opened)
        events |= {event for event, _ in person.events}
        if dealt >= wanted:
            break
    assert dealt >= wanted
    assert events == {"dealt", "vote", "skip", "leave", "a day later", "opened"}
    # The ids and handles of all matchups are distinct.
    rows = list(Matchup.objects.values_list("pk", "left_handle", "right_handle"))
    assert len({key for row in rows for key in row}) == 3 * len(rows) == 3 * dealt
    assert set(Matchup.objects.values_list("control", flat=True)) == {"", *Control.values}
    # The side is a fair coin for every contender, and for the right image of a gold pair: within four standard errors.
    pairs, gold = Matchup.objects.exclude(control__in=GOLD), Matchup.objects.filter(control__in=GOLD)
    for some, on_the_left in (
        (pairs, pairs.filter(left__contender__lt=F("right__contender"))),
        (gold, gold.filter(control=Control.GOLD_LEFT)),
    ):
        assert abs(on_the_left.count() / some.count() - 0.5) < 4 * 0.5 / some.count() ** 0.5
