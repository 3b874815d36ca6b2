"""Checks of styles and scripts that linters do not make: colours are tokens, and every token and class is used.

Scripts are linted by oxlint, whose wheel needs no Node (`.oxlintrc.json`). Stylelint and Biome come from npm only, so
styles are parsed here.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from tinycss2 import parse_blocks_contents, parse_one_component_value, parse_stylesheet
from tinycss2.ast import AtRule, Declaration, FunctionBlock, HashToken, IdentToken, Node, ParseError, QualifiedRule
from tinycss2.color4 import parse_color

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "arena" / "static" / "arena"
TOKENS = STATIC / "css" / "tokens.css"
STYLES = sorted((STATIC / "css").rglob("*.css"))
SCRIPTS = sorted((STATIC / "js").rglob("*.js"))
TEMPLATES = sorted(file for ending in ("html", "svg") for file in (ROOT / "templates").rglob(f"*.{ending}"))
# At-rules whose block contains rules or declarations; others, such as @font-face, are not used.
NESTING = {"layer", "media", "supports", "container", "page", "keyframes"}
_CLASSES = re.compile(r'\bclass="(?:\{%.*?%\}|[^"])*"|\{% block body_class %\}.*?\{% endblock %\}', flags=re.DOTALL)
# Colour keywords that choose no colour.
NEUTRAL = {"currentcolor", "transparent"}
# Classes that a template takes from a row, as in `class="{{ row.level }}"`, or that Django gives to form errors.
UNWRITTEN = {"established", "preliminary", "thin", "errorlist"}


def read_style(text: str) -> Iterator[QualifiedRule | Declaration | ParseError]:
    """Yield every rule, declaration and error of a style sheet, at any depth."""
    yield from _walk(parse_stylesheet(text, skip_comments=True, skip_whitespace=True))


def _walk(nodes: Iterable[Node]) -> Iterator[QualifiedRule | Declaration | ParseError]:
    for node in nodes:
        if isinstance(node, AtRule):
            if node.content is None:
                continue
            assert node.at_keyword in NESTING, f"Say how @{node.at_keyword} is read."
            yield from _walk(parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True))
        else:
            yield node
            if isinstance(node, QualifiedRule):
                yield from _walk(parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True))


def values_in(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield every value, including those inside functions."""
    for node in nodes:
        yield node
        if isinstance(node, FunctionBlock):
            yield from values_in(node.arguments)


def colours_in(text: str) -> list[str]:
    """Return the colours that declarations of a style sheet set directly."""
    declared = [node for node in read_style(text) if isinstance(node, Declaration)]
    return [value.serialize() for each in declared for value in values_in(each.value) if is_colour(value)]


def is_colour(value: Node | None) -> bool:
    """Tell whether a value is a colour by itself: hexadecimal digits, a name, or a function of numbers."""
    if not isinstance(value, HashToken | IdentToken | FunctionBlock):
        return False
    if isinstance(value, IdentToken) and value.lower_value in NEUTRAL:
        return False
    return parse_color(value) is not None


def classes_in(nodes: Iterable[Node]) -> Iterator[str]:
    """Yield the classes in a selector."""
    text = "".join(node.serialize() for node in nodes)
    yield from re.findall(r"\.(-?[A-Za-z_][\w-]*)", re.sub(r'"[^"]*"', "", text))


def strings_in(script: str) -> list[str]:
    return [text for _, text in re.findall(r"""(['"`])(.*?)(?<!\\)\1""", script)]


@pytest.mark.parametrize("file", STYLES, ids=lambda file: file.name)
def test_style_sheet_has_no_error(file: Path) -> None:
    assert [node.message for node in read_style(file.read_text()) if isinstance(node, ParseError)] == []


@pytest.mark.parametrize("file", STYLES, ids=lambda file: file.name)
def test_style_sheet_takes_its_colours_from_the_tokens(file: Path) -> None:
    assert file == TOKENS or colours_in(file.read_text()) == []


def test_colours_in_finds_planted_ones() -> None:
    style = "@layer a { #add { color: #fff; fill: red } @media print { b { c: light-dark(rgb(1 2 3), var(--bg)) } } }"
    assert colours_in(style) == ["#fff", "red", "rgb(1 2 3)"]
    fine = "#fed .tan { color: currentcolor; background: transparent; --x: var(--red); border: 0 solid CanvasText }"
    assert colours_in(fine) == []


def test_templates_and_scripts_and_charts_choose_no_colour() -> None:
    found = []
    for file in TEMPLATES:
        drawn = re.findall(r'\s(?:fill|stroke|color|stop-color|flood-color|bgcolor)="([^"]*)"', file.read_text())
        found += [(file.name, value) for value in drawn if is_colour(parse_one_component_value(value))]
    for file in SCRIPTS:
        written = strings_in(file.read_text())
        found += [(file.name, value) for value in written if is_colour(parse_one_component_value(value))]
    for file in sorted((ROOT / "leaderboard" / "charts").rglob("*.py")):
        constants = [node.value for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Constant)]
        texts = [text for text in constants if isinstance(text, str)]
        found += [(file.name, text) for text in texts if is_colour(parse_one_component_value(text))]
    assert found == []


def test_tokens_are_declared_where_they_are_used_and_used_where_they_are_declared() -> None:
    nodes = [node for file in STYLES for node in read_style(file.read_text())]
    declared = {node.name for node in nodes if isinstance(node, Declaration) and node.name.startswith("--")}
    used = set(re.findall(r"var\((--[\w-]+)", "".join(file.read_text() for file in STYLES)))
    assert used == declared


def test_classes_of_style_sheets_are_used() -> None:
    styled = {
        name
        for file in STYLES
        for node in read_style(file.read_text())
        if isinstance(node, QualifiedRule)
        for name in classes_in(node.prelude)
    }
    used = used_classes()
    assert {name for name in styled - UNWRITTEN if not any(re.fullmatch(pattern, name) for pattern in used)} == set()


def used_classes() -> set[str]:
    """Return the classes of templates and the words of scripts as patterns, in which a placeholder matches anything."""
    written: set[str] = set()
    for file in TEMPLATES:
        for value in _CLASSES.findall(file.read_text()):
            words = re.sub(r"\{%.*?%\}|class=|\"", " ", re.sub(r"\{\{.*?\}\}", "*", value)).split()
            written |= {re.escape(word).replace(r"\*", r"[\w-]+") for word in words if word != "*"}
    for file in SCRIPTS:
        written |= {re.escape(word) for text in strings_in(file.read_text()) for word in re.split(r"[^\w-]+", text)}
    return written - {""}


def test_used_classes_reads_templates_with_their_tags() -> None:
    used = used_classes()
    assert {"badge", r"split\-[\w-]+", r"m[\w-]+", r"is\-cut"} <= used
    assert r"[\w-]+" not in used
