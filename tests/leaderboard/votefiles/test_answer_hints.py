"""Hints about unknown answers: they can be pasted, and propose what the labels seem to mean."""

import shlex
from argparse import ArgumentParser

import pytest

from leaderboard.management.row_options import add_row_options, read_meanings, read_rules
from leaderboard.votefiles.answer_hints import explain_double, explain_unknown
from leaderboard.votefiles.row_rules import RowRules


def options_of(text: str) -> dict[str, str]:
    """What the options in a hint say, when a shell has read them."""
    parser = ArgumentParser()
    add_row_options(parser)
    words = shlex.split(text.replace(". ", " ").rstrip("."))
    return read_meanings(vars(parser.parse_args([word for word in words if word.startswith("--")])))


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["a", "b"], {"a": "left", "b": "right"}),
        (["B", "A"], {"B": "right", "A": "left"}),
        (["1", "2"], {"1": "left", "2": "right"}),
        (["Left is better", "Right is better", "Tie?"], {"Left is better": "left", "Right is better": "right"}),
        (["image_1", "image_2", "both good"], {"image_1": "left", "image_2": "right", "both good": "tie"}),
        (["Assistant A", "Assistant B", "same"], {"Assistant A": "left", "Assistant B": "right", "same": "tie"}),
        (["a", "b", "neither", "skip"], {"a": "left", "b": "right", "neither": "both_bad", "skip": "skip"}),
        (["model 1", "model 2", "Can't choose"], {"model 1": "left", "model 2": "right", "Can't choose": "skip"}),
    ],
)
def test_sides_are_proposed(labels: list[str], expected: dict[str, str]) -> None:
    assert options_of(explain_unknown(labels[0], labels).partition("If they mean")[2]).items() >= expected.items()


@pytest.mark.parametrize("labels", [["1", "0"], ["-1", "1"], ["0", "-1.0", "1"]])
def test_direction_is_asked(labels: list[str]) -> None:
    said = explain_unknown(labels[0], labels)
    ways = said.partition("If 1 means that the left side is better:")[2].split("If the right:")
    found = [options_of(way) for way in ways]
    low = min(labels, key=float)
    assert [(way["1"], way[low]) for way in found] == [("left", "right"), ("right", "left")]
    assert all(way.get("0") == "tie" for way in found if len(labels) == 3)


def test_lone_label_is_asked_about_and_its_hint_can_be_pasted() -> None:
    assert options_of(explain_unknown(-1.0, [-1.0])) == {"-1.0": "left"}
    assert options_of(explain_unknown("it's $1", ["it's $1"])) == {"it's $1": "left"}
    assert "(or =right, =tie, =both_bad, =skip)" in explain_unknown("x", ["x"])


def test_grades_are_asked_about() -> None:
    parser = ArgumentParser()
    add_row_options(parser)
    said = explain_unknown("3", ["3", "-10", "10", "2.5"])
    option = said.rpartition(" ")[2]
    assert option == "--graded=-10..10"
    assert read_rules(vars(parser.parse_args([option]))) == RowRules(graded=(-10.0, 10.0))


def test_missing_answer_names_the_rule_that_fits() -> None:
    said = explain_unknown("", ["", "skip"])
    assert said.startswith("there is no answer. --skip-missing leaves such rows out; --answer==tie and the like")
    assert "--skip-answer=skip" in said
    assert options_of("--answer==tie") == {"": "tie"}


def test_answer_with_two_meanings_names_both() -> None:
    assert options_of(explain_double("Left").split(" or ")[0]) == {"Left": "left"}
    assert "--answer=Left=name" in explain_double("Left")
