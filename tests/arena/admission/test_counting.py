"""Counts of requests: exact in one process, bounded over many, free for people, and never in anybody's way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from arena.admission.models import RequestCount
from arena.admission.request_counting import Counter, forget_ended_counts
from arena.admission.rules import Rule, Subject
from tests.arena.admission.conftest import Clock

VOTER = Subject(Rule("answers", "voter", most=40), "a voter")
NETWORK = Subject(Rule("answers", "network", most=100), "198.51.100.0/24")


def granted(counter: Counter, subjects: list[Subject], *, of: int) -> int:
    return sum(counter.admit(subjects) == 0 for _ in range(of))


@pytest.mark.django_db
@pytest.mark.parametrize("most", [1, 3, 10, 40, 120, 600])
def test_one_process_grants_the_limit_and_no_more(clock: Clock, most: int) -> None:
    assert granted(Counter(clock), [Subject(Rule("pages", "network", most=most), "n")], of=most + 50) == most


@pytest.mark.django_db
def test_processes_share_a_limit(clock: Clock) -> None:
    processes = [Counter(clock) for _ in range(4)]
    sent = [granted(process, [VOTER], of=100) for process in processes]
    assert sent[0] == 40
    # What each grants before it asks is a tenth.
    assert sum(sent) <= 40 + 3 * 4


@pytest.mark.django_db
def test_people_cost_no_statement(
    clock: Clock, django_assert_num_queries: Callable[[int], Callable[..., None]]
) -> None:
    process = Counter(clock)
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        assert granted(process, [VOTER, NETWORK], of=4) == 4
    with django_assert_num_queries(10):  # type: ignore[attr-defined]
        # Nine more tenths, one refusal, and nothing once all is spent.
        assert granted(process, [VOTER], of=200) == 36


@pytest.mark.django_db
def test_who_is_refused_takes_nothing_from_their_network(clock: Clock) -> None:
    process = Counter(clock)
    assert granted(process, [VOTER, NETWORK], of=1000) == 40
    other = Subject(VOTER.rule, "another voter")
    assert granted(process, [other, NETWORK], of=1000) == 40
    third = Subject(VOTER.rule, "a third voter")
    assert granted(process, [third, NETWORK], of=1000) == 20


@pytest.mark.django_db
def test_next_period_begins_anew_at_the_time_that_was_told(clock: Clock) -> None:
    process = Counter(clock)
    clock.now += 20.5
    granted(process, [VOTER], of=40)
    seconds = process.admit([VOTER])
    assert seconds == 40
    clock.now += seconds
    assert granted(process, [VOTER], of=100) == 40


@pytest.mark.django_db
def test_kinds_levels_and_names_are_counted_apart(clock: Clock) -> None:
    process = Counter(clock)
    rules = [Rule("answers", "voter", 3), Rule("deals", "voter", 3), Rule("answers", "site", 3)]
    assert [granted(process, [Subject(rule, "one")], of=9) for rule in rules] == [3, 3, 3]


@pytest.mark.django_db
def test_what_is_stored_names_nobody_and_is_forgotten(clock: Clock) -> None:
    granted(Counter(clock), [NETWORK], of=100)
    (row,) = RequestCount.objects.all()
    assert len(bytes(row.key)) == 16
    assert b"198.51" not in bytes(row.key)
    forget_ended_counts()
    # The clock of the tests stands in the past.
    assert not RequestCount.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_without_the_shared_table_everybody_is_admitted_and_one_line_says_so(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE admission_requestcount RENAME TO away")
    try:
        assert granted(Counter(clock), [VOTER, NETWORK], of=500) == 500
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE away RENAME TO admission_requestcount")
    lines = [line for line in caplog.records if line.name == "arena.admission.request_counting"]
    assert [line.levelname for line in lines] == ["WARNING"]
    assert "limits not shared" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_threads_together_are_granted_the_limit(clock: Clock) -> None:
    process = Counter(clock)

    def send(_: int) -> bool:
        try:
            return process.admit([VOTER]) == 0
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        sent = sum(threads.map(send, range(200)))
    # One may be refused while another thread is just being granted the last tenth; that is left for later ones.
    assert sent + granted(process, [VOTER], of=50) == 40
