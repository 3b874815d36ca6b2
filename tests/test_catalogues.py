"""The catalogues of messages are complete: all messages, all plural forms, the same placeholders, compiled."""

import ast
import gettext
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

from tests.catalogue_words import MODULE, write_module

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = sorted(folder for folder in (ROOT / "locale").iterdir())
# Where each function has its context and its forms, as places of its arguments.
_PLACES = {
    "gettext": (None, (0,)), "ngettext": (None, (0, 1)), "pgettext": (0, (1,)), "npgettext": (0, (1, 2)),
}  # fmt: skip
_NAMES = {f"{name}{end}": places for name, places in _PLACES.items() for end in ("", "_lazy", "_noop")}
_NAMES["_"] = _PLACES["gettext"]
_STRING = r"""(?:u?'(?:\\.|[^'\\])*'|u?"(?:\\.|[^"\\])*")"""
_CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({_STRING}(?:\s*,\s*{_STRING})*)")
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
_TAG = re.compile(r"</?\w+[^>]*>")
Key = tuple[str | None, tuple[str, ...]]


def keys_in_python(source: str) -> Iterator[Key]:
    """Yield the messages of Python code: each with its context and its forms."""
    for node in ast.walk(ast.parse(source)):
        name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if isinstance(node, ast.Call) and name in _NAMES:
            said = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
            yield from _key(name, said)


def keys_in_template(source: str) -> Iterator[Key]:
    """Yield the messages of a template."""
    for name, texts in _CALL.findall(templatize(source)):
        yield from _key(name, [ast.literal_eval(text) for text in re.findall(_STRING, texts)])


def _key(name: str, said: Sequence[object]) -> Iterator[Key]:
    at, forms = _NAMES[name]
    found = [said[place] for place in forms]
    context = said[at] if at is not None else None
    if all(isinstance(text, str) for text in found):
        yield (str(context) if context is not None else None), tuple(map(str, found))


@cache
def every_key() -> set[Key]:
    """Return all messages of the code."""
    code = [file for room in ("arena", "leaderboard") for file in (ROOT / room).rglob("*.py")]
    pages = [file for end in ("html", "txt") for file in (ROOT / "templates").rglob(f"*.{end}")]
    found = {key for file in code for key in keys_in_python(file.read_text("utf-8"))}
    return found | {key for file in pages for key in keys_in_template(file.read_text("utf-8"))}


@cache
def read_catalogue(folder: Path) -> Catalog:
    with (folder / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=folder.name)


def messages_of(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def forms_of(said: object) -> tuple[str, ...]:
    """Return the forms of a message's original or translation: one, or those of its plural."""
    return (said,) if isinstance(said, str) else tuple(map(str, said)) if isinstance(said, Iterable) else ("",)


def fault_of(message: Message, forms: int) -> str:
    """Return what is wrong with a translation; empty if nothing is."""
    own, said = forms_of(message.id), forms_of(message.string)
    if message.fuzzy or not all(text.strip() for text in said):
        return "not translated"
    if len(said) != (forms if len(own) > 1 else 1):
        return "plural forms are missing"
    known = set(_PLACEHOLDER.findall("".join(own)))
    if any(set(_PLACEHOLDER.findall(text)) - known for text in said):
        return "unknown placeholder"
    # A form for one or two may say its number in words; the last form is for many.
    if set(_PLACEHOLDER.findall(said[-1])) != set(_PLACEHOLDER.findall(own[-1])):
        return "placeholder is missing"
    if any(sorted(_TAG.findall(text)) not in [sorted(_TAG.findall(form)) for form in own] for text in said):
        return "other tags"
    return ""


def test_each_language_has_a_catalogue() -> None:
    assert {folder.name for folder in FOLDERS} == {code for code, _ in settings.LANGUAGES} - {settings.LANGUAGE_CODE}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_catalogue_has_every_message_and_no_other(folder: Path) -> None:
    written = {(message.context, forms_of(message.id)) for message in messages_of(read_catalogue(folder))}
    assert written == every_key()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_message_is_translated(folder: Path) -> None:
    catalogue = read_catalogue(folder)
    faults = {str(each.id): fault_of(each, catalogue.num_plurals) for each in messages_of(catalogue)}
    assert {said: fault for said, fault in faults.items() if fault} == {}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_compiled_catalogue_is_that_of_the_text(folder: Path) -> None:
    expected: dict[object, str] = {}
    for message in messages_of(read_catalogue(folder)):
        name = forms_of(message.id)[0]
        key = f"{message.context}\x04{name}" if message.context else name
        said = forms_of(message.string)
        expected |= {key: said[0]} if isinstance(message.id, str) else {(key, at): one for at, one in enumerate(said)}
    with (folder / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]
    compiled.pop("", None)
    assert compiled == expected


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_plural_forms_are_those_of_the_language(folder: Path) -> None:
    with (folder / "LC_MESSAGES" / "django.mo").open("rb") as file:
        choose = gettext.GNUTranslations(file).plural  # type: ignore[attr-defined]
    rule = Locale(folder.name).plural_form
    by_form: dict[int, set[str]] = {}
    for count in [*range(1000), 10**6]:
        by_form.setdefault(choose(count), set()).add(rule(count))
    assert len(by_form) == len(set().union(*by_form.values()))
    assert {len(categories) for categories in by_form.values()} == {1}


def test_faults_are_found_where_they_are_planted() -> None:
    own = ("{n} <b>vote</b>", "{n} <b>votes</b>")
    planted = {
        "": Message(own, ("eine <b>Stimme</b>", "{n} <b>Stimmen</b>")),
        "not translated": Message(own, ("eine <b>Stimme</b>", "")),
        "plural forms are missing": Message(own, ("{n} <b>Stimmen</b>",)),
        "unknown placeholder": Message("{n} votes", "{k} Stimmen"),
        "placeholder is missing": Message("{n} votes", "Stimmen"),
        "other tags": Message("<b>votes</b>", "Stimmen"),
    }
    assert {expected: fault_of(message, 2) for expected, message in planted.items()} == {name: name for name in planted}


def test_messages_are_found_in_code_and_in_templates() -> None:
    code = 'a = _("One " "two"); b = ngettext("vote", "votes", n); c = pgettext_lazy("by", "image"); d = str("no")'
    assert list(keys_in_python(code)) == [(None, ("One two",)), (None, ("vote", "votes")), ("by", ("image",))]
    page = """{% translate "It's" %}{% translate "May" context "month" %}{% blocktranslate trimmed count n=n %}
      {{ n }} "vote"{% plural %}{{ n }} votes{% endblocktranslate %}
      {{ n|default:_("x") }}"""
    assert set(keys_in_template(page)) == {
        (None, ("It's",)), ("month", ("May",)), (None, ('%(n)s "vote"', "%(n)s votes")), (None, ("x",)),
    }  # fmt: skip


def test_words_of_the_built_in_catalogue_are_messages() -> None:
    assert MODULE.read_text("utf-8") == write_module()
