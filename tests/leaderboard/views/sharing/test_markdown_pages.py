"""Markdown forms of boards, models and comparisons: the page's numbers, found by suffix or by what a reader accepts."""

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client

from arena.catalog.models import Axis, Contender, ImageModel
from arena.voting.models import Ledger
from leaderboard.computing.on_demand import compute_asked
from leaderboard.templatetags.markdown import md
from tests.factories import make_axis, make_category, make_prompt
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


def test_model_in_markdown_has_the_profile_and_the_pairs_of_its_page(client: Client) -> None:
    animals = make_category(slug="animals")
    make_axis(
        "fine-detail", *(make_prompt(slug=f"animals-{n}", category=animals) for n in range(12)), name="Fine_detail"
    )
    slugs = make_board(votes=600)
    model = ImageModel.objects.get(contenders__slug=slugs[0])
    model.claims.create(
        kind="capability", text="An estimate.", source="https://page.test/a(1)", seen_on=date(2026, 11, 1),
        axis=Axis.objects.get(), value=65,
    )  # fmt: skip
    assert "The profile is being computed." in client.get(f"/models/{model.slug}.md").content.decode()
    compute_asked(ledger=Ledger.objects.get(kind="native"))
    text = client.get(f"/models/{model.slug}.md").content.decode()
    line = client.get(f"/api/v1/models/{model.slug}/profile/").json()["profiles"][0]["lines"][0]
    interval = f"{line['elo_low']:.0f} … {line['elo_high']:.0f}"
    assert lines_of(text, "Fine\\_detail") == [
        "[Fine\\_detail](http://testserver/leaderboard/text-to-image/?axis=fine-detail)", f"{line['votes']:,}",
        f"{line['elo']:.0f}", interval, "1", "65\N{NARROW NO-BREAK SPACE}%", "1",
    ]  # fmt: skip
    assert "- Estimated, not measured: https://page.test/a%281%29, 2026-11-01" in text

    name = Contender.objects.get(slug=slugs[1]).name
    pairs = client.get(f"/api/v1/pairs/?contender={slugs[0]}").json()["pairs"]
    pair = next(each for each in pairs if (each["contender_slug"], each["opponent_slug"]) == (slugs[0], slugs[1]))
    met = text.partition("## Head to head")[2]
    counts = [str(pair[count]) for count in ("wins", "ties", "losses", "both_bad")]
    assert lines_of(met, name)[2:6] == counts
    assert client.get(re.search(r"http://testserver(/compare/[^)]+)", lines_of(met, name)[0])[1]).status_code == 200  # type: ignore[index]


def test_comparison_in_markdown_has_the_answer_of_the_page(client: Client) -> None:
    one, two, three = sorted(make_board(3, 600))
    page = text_of(client.get(f"/compare/{one}/vs/{two}/"))
    answer = client.get(f"/compare/{one}/vs/{two}.md", headers={"Accept-Language": "de"})
    text = answer.content.decode()
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    sentences = re.findall(r'<p class="verdict-sentence">(.*?)</p>', page)
    assert [md(each) for each in sentences] == re.findall(r"^\*\*(.*?)\*\*", text, re.MULTILINE)
    assert "| Board | Elo | Interval (95 %) | Votes |" in text
    assert re.search(r"^\| \[animals\]\(http://testserver/leaderboard/\S+\) \| [+−]\d+ \|", text, re.MULTILINE)
    for url in re.findall(r"(?:CSV|JSON): http://testserver(\S+)", text):
        assert two in client.get(url).content.decode()
    assert client.get(f"/compare/{two}/vs/{one}.md").content == answer.content
    several = client.get(f"/compare.md?m={one}&m={two}&m={three}").content.decode()
    assert len(re.findall(r"^\*\*.*?\*\*", several, re.MULTILINE)) == 3
    assert f": `{one}`" in client.get("/compare.md").content.decode()
    assert client.get(f"/compare/{one}/vs/nobody.md").status_code == 404


def test_page_of_a_comparison_names_its_markdown_form(client: Client) -> None:
    one, two, three = sorted(make_board(3, 60))
    for url in (f"/compare/{one}/vs/{two}/?language=en", f"/compare/?m={one}&m={two}&m={three}", "/compare/"):
        page = client.get(url, headers={"Accept": "text/html"})
        machine = client.get(url, headers={"Accept": "text/markdown"})
        alternate = re.search(r'<link rel="alternate" type="text/markdown" href="([^"]+)"', page.content.decode())
        assert alternate
        assert client.get(unescape(alternate.group(1))).content == machine.content
        assert machine["Content-Type"] == "text/markdown; charset=utf-8"


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
