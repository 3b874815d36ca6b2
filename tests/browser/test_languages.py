"""Every page in every language: its direction, no word left in English, the same values for programs, no overflow."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from arena.catalog.models import Contender, ImageModel, Organization, Prompt
from leaderboard.computing.auditing import audit_ledgers
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.test_reading_pages import PAGES, filled, overflow_across

__all__ = ["filled"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CODES = [code for code, _name in settings.LANGUAGES]
# Languages in whose script no English word can hide.
TELLING = ("ja", "ar")
MORE = [
    "/vote/",
    "/choose/",
    "/search/?q=a",
    "/leaderboard/text-to-image/?view=changes",
    "/accounts/login/",
    "/nowhere/",
]
STAFF = [
    "/staff/runs/", "/staff/runs/new/", "/staff/import/", "/staff/decisions/", "/staff/providers/", "/staff/notices/",
    "/staff/reports/", "/staff/pictures/",
]  # fmt: skip
# What people read of a tag beside its text; all other attributes are for programs.
READ = {"alt", "aria-label", "aria-description", "placeholder", "title"}
# Names and terms that are the same in every language.
NAMES = re.compile(
    r"\b(Easel|Elo|TrueSkill|API|CSV|JSON|JSONL|Parquet|Markdown|Atom|PostgreSQL|Bradley|Terry|Rao|Kupper|UTC|USD|CC0)\b"
)
_WORD = re.compile(r"[A-Za-z]{2,}")


class Reading(HTMLParser):
    """Takes a page apart: what people read, and the values of attributes that programs read."""

    VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
    SILENT = {"script", "style", "code", "pre", "kbd", "samp"}

    def __init__(self, page: str, language: str) -> None:
        super().__init__()
        self.language, self.texts, self.values = language, list[str](), list[tuple[str, str]]()
        self.root: dict[str, str | None] = {}
        self._open: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag's attributes, and whether its text is in another language or is no text at all."""
        own = dict(attrs)
        self.root = self.root or (own if tag == "html" else {})
        silent = tag in self.SILENT or own.get("lang", self.language) != self.language
        is_silent = silent or (bool(self._open) and self._open[-1][1])
        for name, value in attrs:
            if name in READ or name.startswith("data-msg"):
                self.texts += [] if is_silent else [value or ""]
            elif name not in ("lang", "dir", "content", "aria-current"):
                self.values.append((f"{tag} {name}", value or ""))
        if tag not in self.VOID:
            self._open.append((tag, is_silent))

    def handle_endtag(self, tag: str) -> None:
        """Close what was open."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if data.strip() and not (self._open and self._open[-1][1]):
            self.texts.append(" ".join(data.split()))


def data_words() -> set[str]:
    """Return the words of what operators and files have named: they stay as they are."""
    rows = [Contender.objects.values_list("name", flat=True), ImageModel.objects.values_list("name", "slug")]
    rows += [Organization.objects.values_list("name", flat=True), Prompt.objects.values_list("title", "text", "slug")]
    return set(_WORD.findall(" ".join(str(row) for query in rows for row in query)))


def english_left(reading: Reading, data: set[str]) -> Iterator[str]:
    """Yield the texts in which English words are left."""
    for text in reading.texts:
        words = [word for word in _WORD.findall(NAMES.sub(" ", text)) if word not in data]
        if words:
            yield f"{' '.join(words)}: {text}"


def show(page: Page, html: str) -> None:
    """Put another language's page in the place of the one that is open, with all that it folds open."""
    page.evaluate(
        """html => {
          const other = new DOMParser().parseFromString(html, 'text/html');
          document.documentElement.lang = other.documentElement.lang;
          document.documentElement.dir = other.documentElement.dir;
          document.body.replaceWith(document.adoptNode(other.body));
          for (const each of document.querySelectorAll('main details')) each.open = true;
          for (const each of document.querySelectorAll('[data-theme-toggle]')) each.hidden = false;
        }""",
        html,
    )


def test_every_page_in_every_language(open_page: OpenPage, filled: list[str], admin_client: Client) -> None:
    audit_ledgers(at_once=True)
    data, faults = data_words(), []
    page = open_page("/", size=PHONE)
    paths = [*PAGES, *MORE, "/compare/{}/vs/{}/".format(*sorted(filled[:2])), *STAFF]
    for path in paths:
        client = admin_client if path in STAFF else Client()
        html = {code: client.get(path, headers={"accept-language": code}).content.decode() for code in CODES}
        page.goto(path)
        plain = Reading(html["en"], "en")
        for code in CODES:
            reading = Reading(html[code], code)
            if reading.root != {"lang": code, "dir": "rtl" if code == "ar" else "ltr"}:
                faults.append(f"{code} {path}: {reading.root}")
            if code in TELLING:
                faults += [f"{code} {path}: {left}" for left in english_left(reading, data)]
            if reading.values != plain.values and path != "/vote/":
                first = next(pair for pair in zip(plain.values, reading.values, strict=False) if pair[0] != pair[1])
                faults.append(f"{code} {path}: {first}")
            show(page, html[code])
            if across := overflow_across(page):
                faults.append(f"{code} {path}: {across} px too wide")
    assert faults == []
