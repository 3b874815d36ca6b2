"""Counts of one prompt's votes: right for either side, without exclusions, and only once the prompt is open."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leaderboard.queries.competitions.prompt_results import PairCount, count_results
from tests.factories import make_prompt
from tests.leaderboard.ledgers import Cast, append_entries, exclude, make_ledger

pytestmark = pytest.mark.django_db
CASTS = [
    Cast("b", "a", "left", prompt="bridge"),
    Cast("a", "b", "left", prompt="bridge"),
    Cast("a", "b", "right", prompt="bridge"),
    Cast("b", "a", "tie", prompt="bridge"),
    Cast("a", "c", "both_bad", prompt="bridge"),
    Cast("a", "b", "left", prompt="another"),
    Cast("a", "b", "left", prompt="bridge"),
]


def test_results_are_counted_from_either_side() -> None:
    ledger = make_ledger()
    append_entries(ledger, CASTS)
    exclude(ledger, 7)

    result = count_results(prompt=make_prompt(slug="bridge", state="open"), ledger="native")

    assert result.votes == 5
    assert result.pairs[0] == PairCount("a", "b", first_wins=1, second_wins=2, ties=1, both_bad=0)
    assert (result.entries["a"].wins, result.entries["a"].losses, result.entries["a"].both_bad) == (1, 2, 1)
    assert result.entries["b"].share == pytest.approx(2.5 / 4)
    assert result.entries["c"].share is None


def test_results_of_a_prompt_in_play_are_not_told() -> None:
    append_entries(make_ledger(), CASTS)
    assert count_results(prompt=make_prompt(slug="bridge", state="play"), ledger="native").votes == 0


def test_results_are_found_by_the_prompt_and_not_by_reading_the_ledger() -> None:
    append_entries(make_ledger(), [Cast("a", "b", "left", prompt=f"prompt-{number % 100}") for number in range(1000)])
    prompt = make_prompt(slug="prompt-7", state="open")
    with CaptureQueriesContext(connection) as queries:
        assert count_results(prompt=prompt, ledger="native").votes == 10
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE voting_ledgerentry")
        cursor.execute(f"EXPLAIN {queries[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "entry_prompt" in plan
