"""Removing the demonstration: all of it, and nothing else."""

import uuid

import pytest
from django.core.management import CommandError, call_command

from arena.voting.blindness.tokens import read_token
from arena.voting.casting.votes import cast_vote
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.ledger.opening import open_ledger
from arena.voting.ledger.removing import remove_demonstration
from arena.voting.ledger.sealing import seal_votes
from arena.voting.models import Exclusion, Ledger, LedgerEntry, Matchup, Strength, Vote, Voter
from leaderboard.models import Board, Snapshot
from tests.factories import make_arena

pytestmark = pytest.mark.django_db


def cast(ledger: Ledger, voter: uuid.UUID) -> None:
    matchup = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
    assert matchup is not None
    cast_vote(matchup_id=read_token(matchup.id), voter_key=voter, answer="left", languages=["en"])


def test_ledgers_are_named_for_people_who_choose_between_them() -> None:
    names = [open_ledger(kind).name for kind in (Ledger.Kind.NATIVE, Ledger.Kind.DEMONSTRATION)]
    assert names == ["Votes of this arena", "Demonstration"]


def test_remove_demonstration_with_votes_leaves_native_ones(ledger: Ledger) -> None:
    contenders, _ = make_arena(prompts=4, pixels=False)
    demonstration = open_ledger(Ledger.Kind.DEMONSTRATION)
    both, only_demonstration = uuid.uuid4(), uuid.uuid4()
    cast(ledger, both)
    cast(demonstration, both)
    cast(demonstration, only_demonstration)
    seal_votes()
    cast(demonstration, only_demonstration)
    deal_matchup(ledger=demonstration, voter_key=both, languages=["en"])
    Exclusion.objects.create(entry=demonstration.entries.get(position=1), reason="A test of removal.")
    Strength.objects.create(ledger=demonstration, contender=contenders[0], mean=0, variance=1, snapshot=1)
    board = Board.objects.create(ledger=demonstration, modality="text-to-image", slice="overall")
    Snapshot.objects.create(board=board, position=2, head="0" * 64, method={}, votes=2, voters=2)
    removed = remove_demonstration()
    assert removed is not None
    assert removed.entries == 2
    assert [each.kind for each in Ledger.objects.all()] == ["native"]
    assert LedgerEntry.objects.get().ledger == ledger
    assert Vote.objects.get().voter_id == both
    assert Voter.objects.get().key == both
    assert Matchup.objects.get().ledger == ledger
    assert not Board.objects.exists()
    assert not Snapshot.objects.exists()
    assert not Strength.objects.exists()
    assert remove_demonstration() is None


def test_remove_demo_command_without_yes_removes_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    open_ledger(Ledger.Kind.DEMONSTRATION)
    monkeypatch.setattr("builtins.input", lambda prompt: "n")
    with pytest.raises(CommandError, match="Nothing was removed"):
        call_command("remove_demo")
    assert Ledger.objects.count() == 1
    call_command("remove_demo", yes=True)
    assert Ledger.objects.count() == 0
