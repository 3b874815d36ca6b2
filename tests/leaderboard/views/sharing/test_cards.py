"""Cards and badges: what they say is what the page says, under addresses that fit their content."""

import io
import re
from xml.etree import ElementTree

import pytest
from django.test import Client
from PIL import Image
from pytest_django import Settings

from arena.catalog.models import Contender
from tests.factories import make_contender
from tests.leaderboard.ledgers import draw_votes
from tests.leaderboard.pages import BOARD, extend_board, make_board, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def meta_of(client: Client, url: str) -> dict[str, str]:
    """The `og:` and `twitter:` tags of a page."""
    return dict(
        re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)"', text_of(client.get(url)))
    )


def test_pages_of_boards_and_models_name_a_card_that_is_drawn(client: Client) -> None:
    slugs = make_board(votes=600)
    model = Contender.objects.get(slug=slugs[0]).image_model
    for url, title in ((f"{BOARD}?category=food", "food · Text to image"), (f"/models/{model.slug}/", model.name)):
        meta = meta_of(client, url)
        assert (meta["og:title"], meta["twitter:card"]) == (title, "summary_large_image")
        assert meta["og:url"] == f"http://testserver{url}"
        card = client.get(meta["og:image"].removeprefix("http://testserver"))
        assert (card.status_code, card["Content-Type"]) == (200, "image/png")
        assert card["Cache-Control"] == "public, max-age=31536000, immutable"
        with Image.open(io.BytesIO(card.content)) as picture:
            assert picture.size == (1200, 630)
    # A tab shares the card of its board.
    assert meta_of(client, f"{BOARD}?view=history")["og:image"] == meta_of(client, BOARD)["og:image"]


def test_comparison_of_two_has_a_card_with_its_answer(client: Client) -> None:
    slugs = sorted(make_board(votes=600)[:2])
    url = f"/compare/{slugs[0]}/vs/{slugs[1]}/"
    meta = meta_of(client, url)
    assert meta["og:url"] == f"http://testserver{url}"
    assert meta["og:description"] in text_of(client.get(url)).split("<body")[1]
    path = meta["og:image"].removeprefix("http://testserver")
    assert client.get(path)["Content-Type"] == "image/png"
    other = path.rpartition("/")[0] + "/0.png"
    assert client.get(other)["Location"] == path
    assert client.get("/cards/compare/nobody/noone/0.png").status_code == 404


def test_address_of_an_earlier_card_leads_to_the_present_one(client: Client) -> None:
    slugs = make_board(votes=100)
    earlier = meta_of(client, BOARD)["og:image"].removeprefix("http://testserver")
    extend_board(draw_votes(slugs, 300, seed=2))
    later = meta_of(client, BOARD)["og:image"].removeprefix("http://testserver")
    answer = client.get(earlier)
    assert later != earlier
    assert (answer.status_code, answer["Location"], answer["Cache-Control"]) == (302, later, "no-cache")
    assert client.get("/cards/boards/text-to-image/0.png?category=nothing").status_code == 404


def test_board_without_votes_has_no_card(client: Client) -> None:
    assert "og:image" not in meta_of(client, BOARD)
    assert client.get("/cards/boards/text-to-image/0.png").status_code == 404


def test_badge_says_rank_interval_and_day_to_every_site(client: Client, settings: Settings) -> None:
    slugs = make_board(votes=600)
    page = text_of(client.get(BOARD))
    answer = client.get(f"/badges/{slugs[0]}/text-to-image.svg")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    drawn = ElementTree.fromstring(answer.content)  # noqa: S314
    label, value = (each.text or "" for each in drawn.iter("{http://www.w3.org/2000/svg}text"))
    found = re.fullmatch(r"rank (\S+) · Elo (\d+) (±\d+) · \d{4}-\d\d-\d\d", value)
    assert label == "Easel: Overall"
    assert found
    assert f"</a>{found.group(1)}</td>" in page
    assert f"<b>{found.group(2)}</b> <small>{found.group(3)}</small>" in page
    assert all(int(each.get("textLength", "")) > 40 for each in drawn.iter("{http://www.w3.org/2000/svg}text"))
    title = drawn.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text == f"{Contender.objects.get(slug=slugs[0]).name} on Overall: {value}"
    url = f"/badges/{slugs[0]}/text-to-image.svg"
    assert client.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    settings.ACCESS = "login"
    assert client.get(url).status_code == 302


def test_badge_claims_no_rank_without_enough_votes(client: Client) -> None:
    slugs = make_board(votes=40, kind="demonstration")
    new = make_contender(name="<New> & bold")
    preliminary = client.get(f"/badges/{slugs[0]}/text-to-image.svg").content.decode()
    none = client.get(f"/badges/{new.slug}/text-to-image.svg").content.decode()
    assert re.search(r">preliminary · \d{4}-\d\d-\d\d</text>", preliminary)
    assert ">Easel demonstration: Overall</text>" in preliminary
    assert ">too few votes</text>" in none
    assert "<title>&lt;New&gt; &amp; bold on Overall: too few votes</title>" in none
    assert client.get("/badges/nobody/text-to-image.svg").status_code == 404


def test_model_page_offers_code_for_its_badge(client: Client) -> None:
    slugs = make_board(votes=60)
    contender = Contender.objects.select_related("image_model").get(slug=slugs[0])
    page = text_of(client.get(f"/models/{contender.image_model.slug}/"))
    badge = f"http://testserver/badges/{slugs[0]}/text-to-image.svg"
    model = f"http://testserver/models/{contender.image_model.slug}/"
    assert f'value="[![{contender.name} in blind votes]({badge})]({model})"' in page
    assert f"&lt;a href=&quot;{model}&quot;&gt;&lt;img src=&quot;{badge}&quot;" in page
