"""Which language an answer is in: the chosen one, else the browser's; English for programs."""

import re

import pytest
from django.conf import settings
from django.test import Client

from tests.factories import make_category
from tests.leaderboard.pages import BOARD, make_board

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
COOKIE = settings.LANGUAGE_COOKIE_NAME


@pytest.mark.parametrize(
    ("chosen", "accepted", "expected"),
    [
        ("", "de-AT,en;q=0.5", "de"),
        ("", "fr,ja;q=0.5", "ja"),
        ("", "fr", "en"),
        ("", "", "en"),
        ("ar", "de", "ar"),
        ("xx", "es", "es"),
    ],
)
def test_page_is_in_the_chosen_language_else_in_the_browsers(chosen: str, accepted: str, expected: str) -> None:
    client = Client(headers={"accept-language": accepted})
    if chosen:
        client.cookies[COOKIE] = chosen
    page = client.get("/methodology/")
    assert page.headers["Content-Language"] == expected
    assert {"Accept-Language", "Cookie"} <= {name.strip() for name in page.headers["Vary"].split(",")}
    direction = "rtl" if expected == "ar" else "ltr"
    assert f'<html lang="{expected}" dir="{direction}">' in page.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/", "/api/v1/nothing/", "/llms.txt", "/robots.txt", "/sitemap.xml", "/feeds/log.atom",
        f"{BOARD[:-1]}.md", "/healthz", "/data/native/card.md", "/api/v1/ledgers/native/entries/?format=csv",
    ],
)  # fmt: skip
def test_programs_read_english_whatever_they_accept(address: str) -> None:
    make_board(2, 40)
    answers = [Client(headers={"accept-language": code}).get(address) for code in ("en", "ar")]
    # An empty feed says when it was asked for.
    english, other = (re.sub(rb"<updated>.*?</updated>", b"", answer.getvalue()) for answer in answers)
    assert english == other
    assert "Accept-Language" not in answers[1].headers.get("Vary", "")


def test_markdown_of_a_page_is_english() -> None:
    make_board(2, 40)
    page = Client(headers={"accept-language": "ar", "accept": "text/markdown"}).get(BOARD)
    assert page.headers["Content-Language"] == "en"
    assert "Overall" in page.content.decode()


def test_chooser_keeps_the_language_and_returns_to_the_page() -> None:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    page = "http://testserver/models/?q=a&sort=name"
    answer = client.post("/language/", {"language": "ja"}, headers={"referer": page})
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert client.get("/models/").headers["Content-Language"] == "ja"
    elsewhere = client.post("/language/", {"language": "de"}, headers={"referer": "https://example.com/"})
    assert elsewhere.headers["Location"] == "/"


def test_kept_page_is_kept_for_each_language() -> None:
    make_board(2, 40)
    etags: dict[str, str] = {}
    for code in ("en", "de", "en", "de"):
        page = Client(headers={"accept-language": code}).get(BOARD)
        assert f'<html lang="{code}"' in page.content.decode()
        etags.setdefault(code, page.headers["ETag"])
        again = Client(headers={"accept-language": code, "if-none-match": etags[code]}).get(BOARD)
        assert (again.status_code, again.headers["ETag"]) == (304, etags[code])
    assert etags["en"] != etags["de"]


def test_names_of_the_built_in_catalogue_are_translated_and_others_stay() -> None:
    make_category(slug="animals", name="Animals", criterion="is it edible?")
    make_category(slug="own", name="Our own kind")
    page = Client(headers={"accept-language": "de"}).get("/categories/").content.decode()
    assert "Tiere" in page
    assert "Our own kind" in page
    assert "Kriterium: is it edible?" in page
