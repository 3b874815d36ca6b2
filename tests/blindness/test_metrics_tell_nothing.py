"""Who reads the metrics between a deal and its vote learns nothing of who made the two images."""

import pytest
from django.test import Client
from pytest_django import Settings

from arena.voting.models import Matchup
from tests.blindness.conftest import Browser
from tests.blindness.planting import MAKERS, Plant
from tests.metric_text import Samples, read_samples

pytestmark = pytest.mark.django_db
TOKEN = {"authorization": "Bearer a token of this test"}
# What counts time, and what happens by itself.
MOVING = ("_seconds", "_bytes", "_bucket", "_sum")


def scrape(client: Client) -> tuple[str, Samples]:
    text = client.get("/metrics", headers=TOKEN).text
    return text, read_samples(text)


def test_metrics_are_the_same_whichever_images_are_dealt(plant: Plant, browser: Browser, settings: Settings) -> None:
    settings.METRICS_TOKEN = "a token of this test"
    reader, differences, pairs = Client(), [], set()
    for _ in range(12):
        voter = browser()
        # A first page of its own, so that each round asks for the same.
        _, before = scrape(reader)
        assert voter.get("/vote/").status_code == 200
        text, after = scrape(reader)
        matchup = Matchup.objects.select_related("left__contender", "right__contender").latest("dealt_at")
        pairs.add((matchup.left.contender_id, matchup.right.contender_id))
        differences.append({
            key: value - before.get(key, 0)
            for key, value in after.items()
            if value != before.get(key, 0) and not key[0].endswith(MOVING)
        })  # fmt: skip
        hidden = [word for maker in MAKERS for word in maker.words]
        hidden += [matchup.prompt.slug, matchup.id.hex, matchup.voter_key.hex, str(matchup.left_id)]
        assert [word for word in hidden if word in text] == []
    assert len(pairs) > 1
    # The first scrape of all has made series that were not there before.
    assert all(each == differences[1] for each in differences[1:])
    assert differences[1] != {}
