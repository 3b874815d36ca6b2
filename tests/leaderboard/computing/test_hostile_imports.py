"""Imports of hostile or unusual files: each is refused in one line, or shown like any other."""

import os
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.test import Client

from arena.errors import NotFound
from arena.voting.ledger.removing import remove_ledger
from arena.voting.models import Ledger
from leaderboard.computing.refresh import refresh_ledger
from tests.leaderboard.computing.test_vote_import import STRANGE, bring, run, strange_votes, write_votes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            f'{{"model_a":"a","model_b":"b","winner":"tie","tstamp":{10**400}}}',
            "row 1, column tstamp: .*: no time that",
        ),
        ("position,modality,left,right,outcome\n1e300,text-to-image,a,b,tie\n", "column position: no position is so"),
    ],
)
def test_numbers_beyond_all_use_are_refused(content: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text(content)
    with pytest.raises(CommandError, match=said):
        run("import_votes", path, name="Bad")
    assert not Ledger.objects.exists()


def test_file_whose_name_is_no_text_is_imported(tmp_path: Path) -> None:
    path = write_votes(tmp_path / os.fsdecode(b"v\xff.csv"), strange_votes(20))
    assert bring(path).origin.file_name == "v\ufffd.csv"


def test_pair_is_opened_by_the_longest_label(tmp_path: Path, client: Client) -> None:
    bring(write_votes(tmp_path / "votes.csv", strange_votes()))
    pair = {"ledger": "votes-of-others", "one": STRANGE[4], "two": STRANGE[0], "view": "matrix"}
    assert 'id="pair"' in client.get("/leaderboard/text-to-image/", pair).content.decode()


def test_refresh_of_a_ledger_that_is_removed_meanwhile_says_so(tmp_path: Path) -> None:
    ledger = bring(write_votes(tmp_path / "votes.csv", strange_votes(60)))
    remove_ledger(slug=ledger.slug)
    with pytest.raises(NotFound, match="Ledger votes-of-others was removed meanwhile"):
        refresh_ledger(ledger=ledger)
