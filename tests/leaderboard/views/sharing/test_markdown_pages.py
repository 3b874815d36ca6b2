"""Markdown forms of boards and models: the page's numbers, found by suffix or by what a reader accepts."""

import re
from datetime import date

import pytest
from django.test import Client

from arena.catalog.models import Contender, ImageModel
from leaderboard.templatetags.markdown import md
from tests.leaderboard.pages import BOARD, make_board, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def lines_of(text: str, name: str) -> list[str]:
    """The cells of the table's row about this name."""
    row = next(line for line in text.splitlines() if line.startswith("| ") and name in line)
    return [cell.strip() for cell in row.strip("| ").split(" | ")]


def test_board_in_markdown_has_the_numbers_of_the_page(client: Client) -> None:
    slugs = make_board(votes=600)
    name = Contender.objects.get(slug=slugs[0]).name
    page = text_of(client.get(f"{BOARD}?category=animals"))
    answer = client.get("/leaderboard/text-to-image.md?category=animals")
    text = answer.content.decode()
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert text.startswith("# animals · Text to image\n")
    rank, contender, elo, *cells = lines_of(text, name)
    assert re.search(rf'class="rank">.*?</a>{rank}</td>', page)
    assert contender.startswith(f"[{name}](http://testserver/models/")
    assert f"<b>{elo.split()[0]}</b> <small>{elo.split()[1].strip(',')}</small>" in page
    assert all(f'<td class="number">{cell}</td>' in page for cell in cells[1:])
    finding = re.search(r"<strong>(.*?)</strong>", page.split('class="board-finding"')[1])
    assert finding
    assert f"**{finding.group(1)}**" in text
    assert "http://testserver/api/v1/standings.csv?" in text
    assert client.get(re.search(r"http://testserver(/leaderboard/\S+at=\d+)", text).group(1)).status_code == 200  # type: ignore[union-attr]
    again = client.get("/leaderboard/text-to-image.md?category=animals", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_reader_who_prefers_markdown_gets_it_at_the_page(client: Client) -> None:
    slugs = make_board(votes=60)
    model = Contender.objects.get(slug=slugs[0]).image_model.slug
    for url in (BOARD, f"/models/{model}/"):
        browser = client.get(url, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        anything = client.get(url, headers={"Accept": "*/*"})
        machine = client.get(url, headers={"Accept": "text/markdown, text/html;q=0.8"})
        kinds = [each["Content-Type"].partition(";")[0] for each in (browser, anything, machine)]
        assert kinds == ["text/html", "text/html", "text/markdown"]
        assert all("Accept" in each["Vary"].split(", ") for each in (browser, anything, machine))
        alternate = re.search(r'<link rel="alternate" type="text/markdown" href="([^"]+)"', browser.content.decode())
        assert alternate
        assert client.get(alternate.group(1)).content == machine.content


def test_model_in_markdown_tells_ratings_prices_facts_and_claims_with_sources(client: Client) -> None:
    slugs = make_board(votes=600)
    model = ImageModel.objects.get(contenders__slug=slugs[0])
    source = {"source": "https://example.com/a(1)", "seen_on": date(2026, 11, 1)}
    model.facts.create(key="licence", value="Free | for_all", **source)
    model.claims.create(kind="strength", text="Paints <b>cats</b> well", **source)
    text = client.get(f"/models/{model.slug}.md").content.decode()
    assert text.startswith(f"# {model.name}\n")
    assert "| [Overall](http://testserver/leaderboard/text-to-image/) | " in text
    assert (
        "- Can its weights be had? Yes. Licence: Free \\| for\\_all (https://example.com/a%281%29, 2026-11-01)" in text
    )
    assert "- Paints \\<b\\>cats\\</b\\> well (" in text
    assert client.get("/models/nobody.md").status_code == 404


def test_board_that_is_not_there_says_so_in_markdown(client: Client) -> None:
    empty = client.get("/leaderboard/text-to-image.md")
    assert empty.status_code == 200
    assert "This board has no votes yet." in empty.content.decode()
    missing = client.get("/leaderboard/text-to-image.md?category=nothing")
    assert (missing.status_code, missing["Content-Type"]) == (404, "text/markdown; charset=utf-8")
    assert client.get("/leaderboard/music.md").status_code == 404


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a_b*c", "a\\_b\\*c"), ("two\nlines", "two lines"), ("# no heading", "\\# no heading"),
        ("1. no list", "1\\. no list"), ("<script>", "\\<script\\>"), ("[x](y)", "\\[x\\](y)"), ("1–3", "1–3"),
    ],
)  # fmt: skip
def test_text_stays_text_in_markdown(text: str, written: str) -> None:
    assert md(text) == written
