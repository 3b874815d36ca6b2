"""What is left for a voter to whom nothing is dealt any more."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from arena.voting.blindness.blind import BlindMatchup
from arena.voting.blindness.tokens import read_token
from arena.voting.casting.votes import cast_vote
from arena.voting.dealing.choice import PromptImages, count_pairs
from arena.voting.dealing.leftovers import Leftovers, count_leftovers
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.dealing.stock import renew_stock
from arena.voting.models import Ledger
from tests.factories import make_arena


@pytest.mark.parametrize(
    ("images", "pairs"), [({}, 0), ({1: (1, 2)}, 0), ({1: (1,), 2: (2,), 3: (3,)}, 1), ({1: (1, 2, 3), 2: (4,)}, 1)]
)
def test_count_pairs_uses_each_image_once(images: dict[int, tuple[int, ...]], pairs: int) -> None:
    assert count_pairs(PromptImages(prompt_id=1, votes=0, images=images), frozenset()) == pairs


@pytest.fixture
def voter() -> uuid.UUID:
    return uuid.uuid4()


@pytest.fixture
def answer(voter: uuid.UUID) -> Callable[[BlindMatchup | None, str], None]:
    def send(matchup: BlindMatchup | None, given: str) -> None:
        assert matchup is not None
        cast_vote(matchup_id=read_token(matchup.id), voter_key=voter, answer=given, languages=["en"])

    return send


def test_leftovers_count_other_languages_and_skipped_pairs_which_are_dealt_again_when_asked(
    ledger: Ledger, voter: uuid.UUID, answer: Callable[[BlindMatchup | None, str], None]
) -> None:
    make_arena(contenders=4, prompts=2, languages=("en", "de"), pixels=False)
    pool = renew_stock(ledger.pk).pool

    def left(*languages: str) -> Leftovers:
        return count_leftovers(pool=pool, voter_key=voter, languages=languages)

    assert left("en") == Leftovers({"de": 2}, 0)
    for _ in range(2):
        answer(deal_matchup(ledger=ledger, voter_key=voter, languages=["en"]), "skip")
    assert deal_matchup(ledger=ledger, voter_key=voter, languages=["en"]) is None
    assert left("en") == Leftovers({"de": 2}, 2)
    assert left("en", "de") == Leftovers({}, 2)
    long_ago, soon = datetime(2026, 1, 2, tzinfo=UTC), datetime.now(UTC) + timedelta(seconds=1)
    assert deal_matchup(ledger=ledger, voter_key=voter, languages=["en"], skipped_before=long_ago) is None
    answer(deal_matchup(ledger=ledger, voter_key=voter, languages=["en"], skipped_before=soon), "left")
    # Whatever was named is not dealt again.
    assert left("en") == Leftovers({"de": 2}, 1)
    answer(deal_matchup(ledger=ledger, voter_key=voter, languages=["en"], skipped_before=soon), "tie")
    assert left("en") == Leftovers({"de": 2}, 0)
    assert deal_matchup(ledger=ledger, voter_key=voter, languages=["en"], skipped_before=soon) is None
