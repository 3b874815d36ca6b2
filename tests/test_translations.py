"""All text that templates and answers show to people comes from the message catalogue."""

import ast
import re
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
FILES = sorted(str(file.relative_to(TEMPLATES)) for file in TEMPLATES.rglob("*.html"))
# What is not translated: markup, formulas, classes, values, proper names, numbers and signs.
SILENT = [
    r"<p class=\"formula\">.*?</p>", r"\{% block body_class %\}.*?\{% endblock %\}",
    r"\{#.*?#\}", r"\{% comment.*?endcomment %\}", r"\{% blocktranslate.*?endblocktranslate %\}",
    r"\{%.*?%\}", r"\{\{.*?\}\}", r"<!--.*?-->", r"<(script|style|code|pre)\b.*?</\1>", r"<[^>]*>", r"&#?\w+;",
    r"\b(Easel|Elo|TrueSkill|API|CSV|JSON|JSONL|REST|PostgreSQL|USD|CC0|px|ms)\b",
]  # fmt: skip

# How a message that is only part of a sentence begins or ends; another language may order the parts differently.
CLAUSE = re.compile(r"^[\s,;.:)]|[\s,(]$|\b(and|as|by|is|of|on|or|since|than|until|with)$")

# A number before a plural noun, in a message that has no plural forms.
COUNTED = re.compile(
    r"(?:\{\{ *\w+ *\}\}|%\(\w+\)[sd]|\{\w*\})(?:</?\w+[^>]*>)*\s+(?:(?!of\b)[\w-]+ )?"
    r"(?:bytes|calls|contenders|days|downloads|files|images|models|pictures|pixels|prompts|rows|runs|samples|seconds|snapshots|times"
    r"|votes|voters)\b"
)
# Where the number is a limit, a threshold or a size, of which there are always many.
MANY = {
    "This many pairs of contenders have met. The contender shown most stood in {ratio} times as "
    "many votes as the one shown least.",
    "{{ modality }} models ranked on {{ board }}, with intervals. Blind votes: {{ votes }}.",
    "“Look closely” shows both at up to {{ pixels }} pixels if any image of the prompt is that detailed.",
    "From {{ least }} votes on, this page ranks the models that you have judged. With fewer, a "
    "ranking would mostly be chance.",
    "{covered} of {wanted} prompts",
    # A number with a decimal, such as 2.5.
    "worth {n} voters",
    "worth {n} prompts",
    "{votes} of {least} rated votes",
    "{{ votes }} of {{ least }} votes",
    "fewer than {{ n }} rated votes",
    "fewer than {{ votes }} rated votes or {{ voters }} voters",
    "Voters may say why one image is better. No contender of this board has {{ least }} votes with reasons yet.",
    "This board is being computed. Ask again in {seconds} seconds.",
    "{{ name }}: {{ n }} of {{ all }} matchups reported, {{ hidden }} of {{ images }} images hidden.",
    "At most %(most)s samples of one prompt are made.",
    "At most %(most)s images are planned at once.",
    "Ask for 1 to %(most)s images of a prompt.",
    "Choose a folder with 1 to {most} files.",
    "The file has {size} bytes; at most {most} are accepted.",
    "The image is {size}; at most {pixels} pixels and sides of {side} are accepted.",
    "The file is damaged: only {filled} of its {all} bytes were written, the rest are zero.",
    "The file is damaged: {came} of {all} rows can be read.",
    "The file ends early: {came} of {all} rows came.",
    "The file ends early: {came} of {all} bytes came.",
    "The file ends early: {came} of the {all} bytes of its interlaced picture came.",
    "This answer has {size} bytes; the range asked for lies outside.",
    "Fewer than {votes} votes: no rank yet.",
    "Fewer than {votes} votes, or fewer than {voters} voters: no rank yet.",
    "Fewer than {votes} official votes, or from fewer than {voters} voters: no rank yet.",
}

# The functions that translate a message.
TRANSLATES = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
# Errors that a request can be answered with; commands print the other domain errors, always in English.
ANSWERS = {"NotFound", "Conflict", "Gone", "Forbidden", "ValidationError"}


def visible_text(template: str) -> str:
    """Return the words of a template that are not translated."""
    for pattern in SILENT:
        template = re.sub(pattern, " ", template, flags=re.DOTALL)
    return " ".join(re.findall(r"[^\W\d_]{2,}", template))


def test_templates_are_found() -> None:
    assert {"base.html", "accounts/sign_in.html", "voting/vote.html", "leaderboard/board.html"} <= set(FILES)


def test_templates_compile() -> None:
    missing = []
    for name in FILES:
        # An error names the template.
        get_template(name)
        # Django looks up the templates that it extends or includes only when it is rendered.
        named = set(re.findall(r'\{% *(?:extends|include) +"([^"]+)"', (TEMPLATES / name).read_text()))
        missing += [
            (name, other) for other in named if not (other.startswith("admin/") or (TEMPLATES / other).is_file())
        ]
    assert missing == []


def test_templates_have_no_words_beside_the_translated() -> None:
    assert {name: said for name in FILES if (said := visible_text((TEMPLATES / name).read_text("utf-8")))} == {}


@pytest.mark.parametrize("name", FILES)
def test_days_are_written_as_the_language_writes_them(name: str) -> None:
    shown = re.sub(r"<[^>]*>", " ", (TEMPLATES / name).read_text("utf-8"))
    assert re.findall(r"""\|date:["'][^"']*Y[^"']*["']""", shown) == []


def test_visible_text_finds_a_planted_word() -> None:
    page = '{% load i18n %}<p class="muted" title="x">{% translate "Said" %} {{ name }}<!-- no --> Forgotten 12 %</p>'
    assert visible_text(page) == "Forgotten"


def template_messages(template: str) -> list[str]:
    """Return the messages of a template; singular and plural are separate messages."""
    short = [said for _, said in re.findall(r"\{% translate ([\"'])(.*?)\1", template)]
    blocks = re.findall(r"\{% blocktranslate\b(.*?)%\}(.*?)\{% endblocktranslate", template, flags=re.DOTALL)
    forms = [(form, "trimmed" in options) for options, said in blocks for form in re.split(r"\{% plural %\}", said)]
    return short + [" ".join(form.split()) if is_trimmed else form for form, is_trimmed in forms]


def python_messages(source: str) -> list[str]:
    """Return the messages in Python code; singular and plural are separate messages."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    said = [arg for call in calls if ast.unparse(call.func) in TRANSLATES for arg in call.args]
    return [arg.value for arg in said if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]


def test_messages_of_templates_are_whole() -> None:
    said = [(name, each) for name in FILES for each in template_messages((TEMPLATES / name).read_text("utf-8"))]
    assert [(name, message) for name, message in said if CLAUSE.search(message)] == []


@pytest.mark.parametrize("room", ["arena", "leaderboard"])
def test_messages_of_python_are_whole(room: str) -> None:
    messages = [
        said for file in sorted((ROOT / room).rglob("*.py")) for said in python_messages(file.read_text("utf-8"))
    ]
    assert [message for message in messages if CLAUSE.search(message)] == []


def test_clauses_are_found_where_they_are_planted() -> None:
    page = """{% translate 'Found' %} {% translate "by" %} {% blocktranslate count n=n %}; {{ n }} vote{% plural %},
    votes{% endblocktranslate %}{% blocktranslate trimmed %}
      Whole, by itself.
    {% endblocktranslate %}"""
    assert [said for said in template_messages(page) if not CLAUSE.search(said)] == ["Found", "Whole, by itself."]
    code = 'a = _(", or "); b = gettext("Its votes of"); c = ngettext("one vote.", "{n} votes.", n); d = print(" by ")'
    assert [said for said in python_messages(code) if CLAUSE.search(said)] == [", or ", "Its votes of"]


def single_template_messages(template: str) -> list[str]:
    """Return the messages of a template that have no plural forms."""
    blocks = re.findall(r"\{% blocktranslate\b.*?%\}(.*?)\{% endblocktranslate", template, flags=re.DOTALL)
    short = [said for _, said in re.findall(r"\{% translate ([\"'])(.*?)\1", template)]
    return short + [" ".join(said.split()) for said in blocks if "{% plural %}" not in said]


def single_python_messages(source: str) -> list[str]:
    """Return the messages of Python code that have no plural forms."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    single = {name for name in TRANSLATES if not name.startswith("n")}
    said = [call.args[-1] for call in calls if ast.unparse(call.func) in single and call.args]
    return [arg.value for arg in said if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]


def test_counted_nouns_have_plural_forms() -> None:
    said = [text for name in FILES for text in single_template_messages((TEMPLATES / name).read_text("utf-8"))]
    for room in ("arena", "leaderboard"):
        for file in sorted((ROOT / room).rglob("*.py")):
            said += single_python_messages(file.read_text("utf-8"))
    # Long texts explain a method with its own thresholds.
    assert {text for text in said if COUNTED.search(text) and len(text) < 140} == MANY


def test_counted_nouns_are_found_where_they_are_planted() -> None:
    page = """{% translate "{n} votes here" %}{% translate "Votes: {n}" %}
    {% blocktranslate %}By <b>{{ n }}</b> voters{% endblocktranslate %}
    {% blocktranslate count n=n %}{{ n }} vote{% plural %}{{ n }} votes{% endblocktranslate %}"""
    assert [text for text in single_template_messages(page) if COUNTED.search(text)] == [
        "{n} votes here", "By <b>{{ n }}</b> voters",
    ]  # fmt: skip
    code = 'a = _("{n} new images"); b = ngettext("{n} vote", "{n} votes", n); c = pgettext("of", "%(n)d prompts")'
    assert [text for text in single_python_messages(code) if COUNTED.search(text)] == [
        "{n} new images",
        "%(n)d prompts",
    ]


def bare_answers(source: str) -> list[str]:
    """Return the untranslated messages of answers in Python code: errors, and dictionaries with a "message"."""
    said: list[ast.expr | None] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            first = node.args[0] if name in ANSWERS and node.args else None
            said += first.values if isinstance(first, ast.Dict) else [first]
        elif isinstance(node, ast.Dict):
            keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
            said += [value for key, value in zip(keys, node.values, strict=True) if key == "message"]
    return [ast.unparse(each) for each in said if isinstance(each, ast.Constant | ast.JoinedStr | ast.BinOp)
            and not _is_translated(each)]  # fmt: skip


def _is_translated(said: ast.expr) -> bool:
    """Tell whether `%` formats a translated text."""
    return isinstance(said, ast.BinOp) and isinstance(said.left, ast.Call)


@pytest.mark.parametrize("room", ["arena", "leaderboard"])
def test_answers_have_no_words_beside_the_translated(room: str) -> None:
    found = {
        str(file.relative_to(ROOT)): bare
        for file in sorted((ROOT / room).rglob("*.py"))
        # What the fake provider answers, only programs read.
        if "fake_provider" not in file.parts and (bare := bare_answers(file.read_text("utf-8")))
    }
    assert found == {}


def test_bare_answers_finds_planted_ones() -> None:
    said = ['NotFound("a")', 'Gone(f"{b}")', 'ValidationError({"x": "c"})', '{"message": "d"}', 'Conflict("%s" % e)']
    fine = ['NotFound(_("a"))', 'Conflict(_("a %(b)s") % c)', '{"message": message}', 'BadImage("x")', "Gone(text)"]
    assert bare_answers("\n".join(said + fine)) == ["'a'", "f'{b}'", "'c'", "'d'", "'%s' % e"]
