"""The page of a voter's own ranking."""

import re

import pytest
from django.test import Client

from arena.voting.blindness.tokens import read_token
from arena.voting.models import Matchup
from leaderboard.computing.own_votes import LEAST_VOTES
from tests.arena.voting.pages import open_vote, send_answer
from tests.factories import make_arena
from tests.leaderboard.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
PATH = "/leaderboard/mine/"


def vote_for(client: Client, order: list[str], votes: int) -> None:
    """Cast this many votes, each for the contender that comes first in the order."""
    for _ in range(votes):
        page = open_vote(client)
        matchup = Matchup.objects.get(pk=read_token(page.token))
        left, right = (order.index(side.contender.slug) for side in (matchup.left, matchup.right))
        assert send_answer(client, page, "left" if left < right else "right").status_code == 200


def test_own_board_ranks_by_the_votes_of_its_voter_alone(client: Client) -> None:
    contenders, _ = make_arena(contenders=3, prompts=LEAST_VOTES, pixels=False)
    slugs = [contender.slug for contender in contenders]
    vote_for(Client(), slugs[::-1], 5)
    assert f"0 of {LEAST_VOTES} votes" in text_of(client.get(PATH))
    vote_for(client, slugs, LEAST_VOTES - 1)
    page = text_of(client.get(PATH))
    assert f"{LEAST_VOTES - 1} of {LEAST_VOTES} votes" in page
    assert "<table" not in page
    vote_for(client, slugs, 1)
    response = client.get(PATH)
    page = text_of(response)
    assert re.findall(r'<th scope="row"><a href="/models/[^"]+/">([^<]+)</a>', page) == [
        contender.name for contender in contenders
    ]
    assert page.count('class="interval-cell') == len(contenders)
    assert "no interval yet" not in page
    assert "100 %" in page
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "<img" not in page
