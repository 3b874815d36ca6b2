"""A worker refreshes a large ledger in a separate process, and only if something has changed."""

import os
from resource import RUSAGE_CHILDREN, getrusage
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from arena.voting.models import Ledger
from leaderboard.computing import refresh
from leaderboard.computing.refresh import refresh_from_worker
from leaderboard.models import Snapshot
from tests.leaderboard.ledgers import Cast, append_entries, make_contenders, make_ledger

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def many_votes_are_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let other processes use the test's database, and count two votes as many."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setattr(refresh, "MANY_VOTES", 2)


def positions() -> set[tuple[str, int]]:
    return set(Snapshot.objects.values_list("board__ledger__slug", "position"))


def test_large_ledger_is_refreshed_by_a_process_of_its_own(capfd: pytest.CaptureFixture[str]) -> None:
    one, two = make_contenders(2)
    large, small = make_ledger(), make_ledger(slug="small", kind=Ledger.Kind.IMPORTED)
    append_entries(large, [Cast(one, two, "left")] * 2)
    append_entries(small, [Cast(one, two, "left")])

    refresh_from_worker()

    assert positions() == {("native", 2), ("small", 1)}
    # Only the separate process writes to the file behind standard error.
    assert "ledger=native" in capfd.readouterr().err


def test_large_ledger_that_is_up_to_date_starts_nothing() -> None:
    one, two = make_contenders(2)
    append_entries(make_ledger(), [Cast(one, two, "left")] * 2)
    call_command("refresh")
    before = getrusage(RUSAGE_CHILDREN)

    refresh_from_worker()

    # A process that was started and waited for would have used CPU time.
    assert getrusage(RUSAGE_CHILDREN) == before


def test_large_ledger_that_fails_does_not_keep_others_from_their_refresh(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    one, two = make_contenders(2)
    for slug, kind in (("native", Ledger.Kind.NATIVE), ("other", Ledger.Kind.IMPORTED)):
        append_entries(make_ledger(slug=slug, kind=kind), [Cast(one, two, "left")] * 2)
    Ledger.objects.filter(slug="native").update(length=3)

    refresh_from_worker()

    assert positions() == {("other", 2)}
    assert "missing or damaged between positions 1 and 3" in capfd.readouterr().err
    assert "'ledger': 'native', 'status': 1, 'event': 'refresh ended'" in caplog.text


def test_command_refreshes_one_ledger_or_names_those_there_are() -> None:
    one, two = make_contenders(2)
    append_entries(make_ledger(), [Cast(one, two, "left")])
    append_entries(make_ledger(slug="other", kind=Ledger.Kind.IMPORTED), [Cast(one, two, "left")])

    call_command("refresh", "--ledger", "other")

    assert positions() == {("other", 1)}
    with pytest.raises(CommandError, match=r"There is no ledger 'third'\. Known: native, other\."):
        call_command("refresh", "--ledger", "third")
