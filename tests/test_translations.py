"""Every template compiles, and one that says something to people takes its words from the catalogue of messages."""

import re
from pathlib import Path

import pytest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
FILES = sorted(str(file.relative_to(TEMPLATES)) for file in TEMPLATES.rglob("*.html"))
# What a translator has nothing to do with: markup, formulas, classes, values, names of things, numbers and signs.
SILENT = [
    r"<p class=\"formula\">.*?</p>", r"\{% block body_class %\}.*?\{% endblock %\}",
    r"\{#.*?#\}", r"\{% comment.*?endcomment %\}", r"\{% blocktranslate.*?endblocktranslate %\}",
    r"\{%.*?%\}", r"\{\{.*?\}\}", r"<!--.*?-->", r"<(script|style|code|pre)\b.*?</\1>", r"<[^>]*>", r"&#?\w+;",
    r"\b(Easel|Elo|TrueSkill|API|CSV|JSON|JSONL|REST|PostgreSQL|USD|CC0|px|ms)\b",
]  # fmt: skip


def visible_text(template: str) -> str:
    """Return the words that stand in a template as they are."""
    for pattern in SILENT:
        template = re.sub(pattern, " ", template, flags=re.DOTALL)
    return " ".join(re.findall(r"[^\W\d_]{2,}", template))


def test_templates_are_found() -> None:
    assert {"base.html", "sign_in.html", "voting/vote.html", "leaderboard/board.html"} <= set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_template_compiles(name: str) -> None:
    try:
        get_template(name)
    except TemplateDoesNotExist as error:
        pytest.fail(f"{name} names {error}")


@pytest.mark.parametrize("name", FILES)
def test_template_has_no_words_beside_the_translated(name: str) -> None:
    assert visible_text((TEMPLATES / name).read_text("utf-8")) == ""


def test_visible_text_finds_a_planted_word() -> None:
    page = '{% load i18n %}<p class="muted" title="x">{% translate "Said" %} {{ name }}<!-- no --> Forgotten 12 %</p>'
    assert visible_text(page) == "Forgotten"
