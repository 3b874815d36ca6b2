"""Figures of reports: what voters of this arena reported, told a day late."""

import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from arena.generation.models import Generation, Image
from arena.voting.blindness.tokens import read_token
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.models import Ledger, Matchup, Report
from arena.voting.reports.reporting import report_matchup
from leaderboard.queries.standings import read_board
from tests.factories import make_generation, make_prompt
from tests.leaderboard.ledgers import known
from tests.leaderboard.pages import make_board, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def test_reports_are_those_of_the_voters_here_up_to_the_last_midnight(client: Client) -> None:
    contenders = [known(slug) for slug in make_board(2)]
    prompt = make_prompt()
    for contender in contenders:
        for sample in (0, 1):
            make_generation(contender=contender, prompt=prompt, sample=sample, pixels=False)
    ledger = Ledger.objects.get(slug="native")
    for _ in range(3):
        voter = uuid.uuid4()
        matchup = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
        assert matchup is not None
        report_matchup(matchup_id=read_token(matchup.id), voter_key=voter, kind="unsafe", side="both")

    def told() -> tuple[object, ...]:
        cache.clear()
        row = read_board(ledger="native", modality="text-to-image").rows[0]
        return row.matchups_shown, row.matchups_reported, row.reported_rate, row.images, row.images_hidden

    # Three reports of two images: one of them was reported twice. Nobody is told today whose it is.
    assert Generation.objects.filter(contender=contenders[0]).exclude(hidden_at=None).count() == 1
    assert told() == (0, 0, None, 2, 0)
    yesterday = timezone.now() - timedelta(days=1)
    Matchup.objects.update(closed_at=yesterday)
    Report.objects.update(created_at=yesterday)
    Generation.objects.exclude(hidden_at=None).update(hidden_at=yesterday)
    assert told() == (3, 3, 1.0, 2, 1)
    sent = client.get("/api/v1/standings/?ledger=native").json()["standings"][0]
    assert (sent["matchups_reported"], sent["hidden_rate"]) == (3, 0.5)
    page = text_of(client.get(f"/models/{contenders[0].image_model.slug}/?ledger=native"))
    assert "3 of 3 matchups reported, 1 of 2 images hidden." in page


def test_board_says_how_many_pairs_have_the_same_picture(client: Client) -> None:
    contenders = [known(slug) for slug in make_board(3)]
    address, told = "/leaderboard/text-to-image/", "have the same picture of a prompt"
    for prompt in (make_prompt(), make_prompt()):
        for contender in contenders:
            make_generation(contender=contender, prompt=prompt)
    assert told not in text_of(client.get(address))
    first, *others = Image.objects.order_by("pk")
    Image.objects.filter(generation__prompt=first.generation.prompt).update(pixels=first.pixels)
    # Two contenders may have the same picture under different prompts.
    Image.objects.filter(pk=others[-1].pk).update(pixels=first.pixels)
    cache.clear()
    assert f"3 pairs of contenders {told}" in text_of(client.get(address))
