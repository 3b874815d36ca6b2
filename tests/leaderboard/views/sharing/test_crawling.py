"""robots.txt, sitemap.xml and llms.txt: whole, true, and shut behind a login."""

import re
from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import Settings

from arena.catalog.models import Contender
from tests.factories import make_prompt
from tests.leaderboard.pages import make_board

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def test_robots_keeps_away_from_voting_and_staff_and_names_the_map(client: Client, settings: Settings) -> None:
    text = client.get("/robots.txt").content.decode()
    assert {"Disallow: /vote/", "Disallow: /staff/", "Disallow: /admin/"} <= set(text.splitlines())
    assert "Sitemap: http://testserver/sitemap.xml" in text
    settings.ACCESS = "login"
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"
    assert [client.get(path).status_code for path in ("/sitemap.xml", "/llms.txt", "/feeds/site.atom")] == [302] * 3


def test_every_address_of_the_sitemap_answers(client: Client) -> None:
    slugs = make_board(votes=60)
    prompt, draft = make_prompt(), make_prompt(state="draft")
    answer = client.get("/sitemap.xml")
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    found = [each.text or "" for each in ElementTree.fromstring(answer.content).iterfind("s:url/s:loc", names)]  # noqa: S314
    model = Contender.objects.get(slug=slugs[0]).image_model.slug
    for path in (
        "/",
        "/leaderboard/text-to-image/?category=food",
        f"/models/{model}/",
        f"/competitions/{prompt.slug}/",
    ):
        assert f"http://testserver{path}" in found
    assert not [url for url in found if draft.slug in url]
    assert {client.get(url.removeprefix("http://testserver")).status_code for url in found} == {200}
    assert client.get("/sitemap.xml", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_llms_txt_leads_to_markdown_of_boards_with_votes(client: Client) -> None:
    make_board(votes=60)
    make_prompt()
    text = client.get("/llms.txt").content.decode()
    assert text.startswith("# Easel\n")
    links = re.findall(r"\]\(http://testserver([^)]+)\)", text)
    assert "/leaderboard/text-to-image.md?category=food" in links
    assert {client.get(url).status_code for url in links} == {200}
