"""Every page in every language: its direction, no word left in English, the same values for programs, no overflow."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.conf import settings as current
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page
from pytest_django import Settings

from arena.catalog.models import Category, Claim, Contender, Fact, ImageModel, Organization, Price, Prompt, Provider
from arena.generation.models import Run
from arena.voting.models import Ledger
from leaderboard.computing.auditing import audit_ledgers
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.looking_over import overflow_across
from tests.browser.test_reading_pages import PAGES, filled

__all__ = ["filled"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CODES = [code for code, _name in current.LANGUAGES]
# Languages in whose script no English word can hide.
TELLING = ("ja", "ar")
# Words that are the same in English, in languages of the same script.
COGNATES: dict[str, set[str]] = {
    "de": {
        "Browser",
        "Code",
        "Feed",
        "Feeds",
        "Hash",
        "Original",
        "Position",
        "Prompt",
        "Prompts",
        "Snapshot",
        "Status",
    },
    "es": {"Feed", "Feeds", "Hash", "no", "Original", "Prompt", "Prompts", "Rival", "Vote"},
}
MORE = [
    "/vote/",
    "/choose/",
    "/leaderboard/text-to-image/?view=changes",
    "/accounts/login/",
    "/accounts/reset/",
    "/accounts/reset/asked/",
    "/accounts/reset/x/y/",
    "/accounts/invitations/x/",
    "/nowhere/",
]
STAFF = [
    "/staff/runs/", "/staff/runs/new/", "/staff/import/", "/staff/decisions/", "/staff/providers/", "/staff/notices/",
    "/staff/reports/", "/staff/pictures/", "/accounts/", "/accounts/password/", "/accounts/connect/",
    "/accounts/second-factor/set-up/", "/staff/votes/", "/staff/votes/voters/", "/staff/exclusions/?tiers=open",
]  # fmt: skip
# What people read of a tag beside its text; all other attributes are for programs.
READ = re.compile(
    r"alt|aria-label|aria-description|placeholder|title|label"
    r"|data-(copied|copy-label|empty|label|listing|lost|msg|said|sending|stopped)[a-z_-]*"
)
# Attributes that differ for another reason: the language itself, a form's token, what people copy.
PASSED = {"html lang", "html dir", "meta content", "button aria-current", "input value", "textarea value"}
# Names, terms and units that are the same in every language, addresses, files, and what a script fills in.
NAMES = re.compile(
    r"(?<![A-Za-z])(Easel|Elo|TrueSkill|API|CSV|JSONL?|Parquet|Markdown|HTML|Atom|WebP|SHA|UTC|USD|AI|Excel|JavaScript"
    r"|Backspace|Brier|Cookie|ISO|PostgreSQL|pandas|polars|duckdb|bradley-terry|both_bad|cast_on|position"
    r"|image-editing|text-to-image|max|propensity|salt|score|jackknife|Bradley|Terry|Rao|Kupper|Laplace|Newton|Satterthwaite|step|down|Student|Krippendorff|Bonferroni|[A-Z]{2}|px|se|ln"
    r"|integer|text|number|boolean|date|moment)(?![A-Za-z])"
    r"|https?://\S+|[\w-]+\.(com|png|py \w+ \w+|csv|jsonl|parquet)|\{\w+\}"
)
_WORD = re.compile(r"[A-Za-z]{2,}")


WIDEST = """() => [...document.querySelectorAll('body *')].reduce((widest, each) =>
  each.getBoundingClientRect().right > widest.getBoundingClientRect().right ? each : widest).outerHTML.slice(0, 200)"""


class Reading(HTMLParser):
    """Takes a page apart: what people read, and the values of attributes that programs read."""

    VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
    SILENT = {"script", "style", "code", "pre", "kbd", "samp", "var"}
    # Formulas, and the titles of papers.
    SILENT_CLASSES = {"formula", "where"}

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
        silent = silent or not self.SILENT_CLASSES.isdisjoint((own.get("class") or "").split())
        is_silent = silent or (bool(self._open) and self._open[-1][1])
        for name, value in attrs:
            if READ.fullmatch(name):
                self.texts += [] if is_silent else [value or ""]
            elif f"{tag} {name}" not in PASSED:
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
    named = (Contender, ImageModel, Organization, Provider, Run, Ledger)
    texts = [name for model in named for name in model.objects.values_list("name", flat=True)]
    others = [
        Prompt.objects.values_list("title", "text", "slug"), Category.objects.values_list("slug", "criterion"),
        Claim.objects.values_list("text"), Fact.objects.values_list("value"),
        Price.objects.values_list("note", "quality"), ImageModel.objects.values_list("slug"),
        Contender.objects.values_list("settings"),
    ]  # fmt: skip
    texts += User.objects.values_list("username", flat=True)
    texts += [str(row) for rows in others for row in rows]
    # Outcomes stand in exports by their codes; a page that finds nothing repeats what was asked.
    words = set(_WORD.findall(" ".join([*texts, "left right tie nope nothing has this"])))
    return words | {word.capitalize() for word in words}


def english_left(reading: Reading, data: set[str]) -> Iterator[str]:
    """Yield the texts in which English words are left; a long name may be cut, and what a search found is marked."""
    for text in reading.texts:
        words = _WORD.findall(NAMES.sub(" ", text))
        left = [word for word in words if not any(word in known for known in data)]
        if left:
            yield f"{' '.join(left)}: {text}"


def same_as_english(reading: Reading, plain: Reading, data: set[str]) -> Iterator[str]:
    """Yield the texts that read as on the English page although they are no names, numbers or cognates.

    A text counts only with all its words, so a translated sentence may hold English names.
    """
    english = set(plain.texts)
    for text in dict.fromkeys(reading.texts):
        words = set(_WORD.findall(NAMES.sub(" ", text))) - COGNATES[reading.language]
        # A name may be cut.
        left = sorted(word for word in words if not any(word in name for name in data))
        if text in english and left:
            yield f"{' '.join(left)}: {text}"


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


def faults_of(path: str, html: dict[str, str], data: set[str]) -> Iterator[str]:
    """Yield what is wrong with a page in any language, beside its layout."""
    plain = Reading(html["en"], "en")
    for code, page in html.items():
        reading = Reading(page, code)
        if reading.root != {"lang": code, "dir": "rtl" if code == "ar" else "ltr"}:
            yield f"{code} {path}: {reading.root}"
        if code in TELLING:
            yield from (f"{code} {path}: {left}" for left in english_left(reading, data))
        elif code in COGNATES:
            yield from (f"{code} {path}: {left}" for left in same_as_english(reading, plain, data))
        # Each opening of the voting page deals another pair.
        if reading.values != plain.values and path != "/vote/":
            both = zip(plain.values, reading.values, strict=False)
            yield f"{code} {path}: {next((pair for pair in both if pair[0] != pair[1]), 'other tags')}"


def test_every_page_in_every_language(
    open_page: OpenPage, filled: list[str], admin_client: Client, settings: Settings
) -> None:
    settings.MAIL, settings.OIDC_ISSUER, settings.OIDC_NAME = True, "https://id.example.org", "ID"
    audit_ledgers(at_once=True)
    data, faults = data_words(), list[str]()
    page, visitor = open_page("/", size=PHONE), Client()
    for path in [*PAGES, *MORE, "/compare/{}/vs/{}/".format(*sorted(filled[:2])), *STAFF]:
        client = admin_client if path in STAFF else visitor
        if path == STAFF[0]:
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            page.context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": page.evaluate("location.origin")}]
            )
        answers = {code: client.get(path, headers={"accept-language": code}, follow=True) for code in CODES}
        html = {code: answer.content.decode() for code, answer in answers.items()}
        faults += faults_of(path, html, data)
        page.goto(path)
        for code in CODES:
            show(page, html[code])
            if across := overflow_across(page):
                faults.append(f"{code} {path}: {across} px too wide: {page.evaluate(WIDEST)}")
    assert not faults, "\n".join(faults)
