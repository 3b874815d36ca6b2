"""Voting over HTTP: who gets what, and every refusal."""

from collections.abc import Callable

import pytest
from django.test import Client

from arena.voting.models import Matchup, Vote, Voter
from tests.arena.voting.pages import open_vote, send_answer
from tests.factories import make_arena

Browser = Callable[[], Client]
pytestmark = pytest.mark.django_db


def test_vote_with_answer_counts_once_and_names_both(browser: Browser) -> None:
    make_arena()
    client = browser()
    page = open_vote(client)
    assert page.status == 200
    reply = send_answer(client, page, "left")
    assert reply.status_code == 200
    matchup = Matchup.objects.get()
    body = reply.json()
    assert body["answer"] == "left"
    assert body["left"]["contender"] == matchup.left.contender.slug
    assert body["right"]["contender"] == matchup.right.contender.slug
    assert send_answer(client, page, "left").content == reply.content
    assert Vote.objects.get().outcome == "left"
    assert Voter.objects.get().languages == ["en"]
