"""The card of a ledger's data: text from outside stays text in it, and simulated votes are called so."""

from pathlib import Path

import pytest
import yaml
from django.test import Client

from leaderboard.computing.vote_import import ImportOrder, import_votes
from tests.leaderboard.pages import make_board

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
HOSTILE = 'Ours: "5" # [a](http://evil.example) <img src=x> `b`'
SIMULATED = "cast by simulated voters"


def test_card_as_markdown_keeps_names_from_outside_as_text(client: Client, tmp_path: Path) -> None:
    file = tmp_path / "votes `of` [us](mailto:us).csv"
    file.write_text("left,right,outcome\na,b,left\nb,a,left\n")
    import_votes(ImportOrder(path=file, slug="ours", name=HOSTILE, licence=HOSTILE, source="https://example.com/(a)"))
    card = client.get("/data/ours/card.md").content.decode()
    _, head, body = card.split("---\n", 2)
    assert yaml.safe_load(head)["pretty_name"] == HOSTILE
    assert not [link for link in ("](http://evil", "](mailto:") if link in body.replace("\\](", "")]
    assert "<img" not in body.replace("\\<", "")
    assert "https://example.com/%28a%29" in body


def test_card_of_the_demonstration_says_that_its_votes_are_simulated(client: Client) -> None:
    make_board(kind="demonstration")
    for path in ("/data/demonstration/", "/data/demonstration/card.md"):
        assert SIMULATED in client.get(path).content.decode()
    make_board()
    assert SIMULATED not in client.get("/data/native/").content.decode()
