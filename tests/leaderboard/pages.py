"""What tests of pages share: a ledger with computed boards, and reading answers."""

import re
from collections.abc import Iterable
from typing import Protocol

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from arena.voting.models import Ledger
from leaderboard.computing.auditing import audit_ledgers
from leaderboard.computing.refresh import refresh_ledger
from tests.leaderboard.ledgers import Cast, append_entries, draw_votes, make_contenders, make_ledger
from tests.writing_once import written_once

_BLOCKS = "dd|div|dl|dt|h1|h2|h3|li|ol|p|section|table|tbody|td|th|thead|tr|ul"
BOARD = "/leaderboard/text-to-image/"


class Answer(Protocol):
    """An answer of the test client, as far as it is read here."""

    @property
    def content(self) -> bytes: ...


@written_once
def make_board(contenders: int = 3, votes: int = 400, *, kind: str = "native") -> list[str]:
    """Return the slugs of contenders, best first, after votes in two categories were rated."""
    slugs = make_contenders(contenders)
    make_ledger(kind)
    extend_board(draw_votes(slugs, votes, categories=("animals", "food")), kind=kind)
    return slugs


@written_once
def make_audited_board(contenders: int = 3, votes: int = 400) -> list[str]:
    """Return the slugs of contenders, best first, after their boards were audited, too."""
    slugs = make_board(contenders, votes)
    audit_ledgers(at_once=True)
    return slugs


def extend_board(casts: Iterable[Cast], *, kind: str = "native") -> None:
    """Append votes to a ledger and compute its boards."""
    ledger = Ledger.objects.get(kind=kind)
    append_entries(ledger, casts)
    refresh_ledger(ledger=ledger)


def text_of(response: Answer) -> str:
    """The answer's HTML with single spaces, and none beside block tags, where white space does not show."""
    return re.sub(rf" ?(</?(?:{_BLOCKS})\b[^>]*>) ?", r"\1", " ".join(response.content.decode().split()))


def count_queries(client: Client, url: str) -> int:
    """How many queries a page takes with empty caches."""
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)
