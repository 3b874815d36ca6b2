"""`at` accepts any valid moment, and nothing else."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from arena.errors import DomainError
from leaderboard.queries.snapshots import read_moment
from tests.leaderboard.ledgers import make_ledger


def test_moment_is_read_in_utc() -> None:
    assert read_moment("2026-01-02T03:04:05+23:00") == datetime(2026, 1, 1, 4, 4, 5, tzinfo=UTC)
    assert read_moment("2026-01-02T03:04:05").tzinfo is UTC


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+14:00", "2026-02-30", "soon"])
def test_moment_that_never_is_is_refused(text: str) -> None:
    with pytest.raises(DomainError, match="ISO"):
        read_moment(text)


@pytest.mark.django_db
@pytest.mark.usefixtures("plain_static_files")
@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-23:59", "2026-01-01T00:00:00-23:59"])
def test_far_offset_is_no_server_error(client: Client, text: str) -> None:
    make_ledger()
    for address in ("/api/v1/standings/", "/leaderboard/text-to-image/"):
        assert client.get(address, {"at": text}, follow=True).status_code < 500
