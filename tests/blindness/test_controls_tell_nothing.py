"""Before the answer, nothing that is sent tells a gold pair, a pair that comes again or a repeat from other pairs."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from arena.voting.dealing.controls import APART
from arena.voting.models import Control, Matchup
from tests.factories import make_gold_arena

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
TOKEN = re.compile(r"[\w-]{22}(?![\w-])")


@pytest.fixture(autouse=True)
def arena() -> None:
    make_gold_arena(prompts=12, samples=3)


def next_pair(client: Client) -> tuple[Matchup, str]:
    """Ask for a pair; return its matchup, and all that was sent without what differs from pair to pair anyway."""
    answer = client.get("/vote/next/")
    text = answer.content.decode()
    token = text.partition('data-matchup="')[2].partition('"')[0]
    handles = set(TOKEN.findall(text))
    matchup = Matchup.objects.select_related("prompt").latest("dealt_at")
    for told in sorted((matchup.prompt.title, matchup.prompt.text, token, *handles), key=len, reverse=True):
        text = text.replace(told, "…")
    images = [client.get(address) for address in re.findall(r'src="(/vote/images?/[^"]+)"', answer.content.decode())]
    assert images
    said = [sorted(each.headers.items()) for each in (answer, *images)]
    client.post(f"/vote/answer/{token}/", {"answer": "left"})
    return matchup, repr((text, said)).replace(str(answer.headers.get("X-Request-ID")), "…")


def test_controls_look_like_other_pairs(client: Client, settings: Settings) -> None:
    seen: dict[str, set[str]] = {}
    for gold, again in ((0.0, 1.0), *[(0.0, 0.0)] * APART, (0.0, 0.0), (1.0, 0.0), (1.0, 0.0)):
        settings.GOLD_SHARE, settings.REPEAT_SHARE = gold, again
        matchup, sent = next_pair(client)
        kind = "gold" if matchup.control.startswith("gold") else matchup.control
        seen.setdefault(kind, set()).add(re.sub(r"[0-9a-f]{32}", "…", sent))
    assert set(seen) == {"", "gold", Control.FIRST, Control.REPEAT}
    assert len(set.union(*seen.values())) == 1
