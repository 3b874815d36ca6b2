"""Marks and excerpts: where a reader's words stand in a text."""

import pytest

from leaderboard.presentation.searching.excerpts import LONGEST, cut_excerpt, mark_words


def marked(text: str, *words: str) -> str:
    """The text with brackets around what is marked."""
    return "".join(f"[{part.text}]" if part.is_match else part.text for part in mark_words(text, words))


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("GPT Image 1 Mini", ["gpt", "im"], "[GPT] [Im]age 1 Mini"),
        ("FLUX.2 [dev]", ["flux2"], "[FLUX.2] [dev]"),
        ("Die Häuser in Zürich", ["zurich", "haus"], "Die [Häus]er in [Zürich]"),
        ("A house", ["houses"], "A [house]"),
        ("location of a cat", ["cat"], "location of a [cat]"),
        ("cafe\u0301 latte", ["cafe"], "[cafe\u0301] latte"),
        ("夕暮れの猫の写真", ["写真"], "夕暮れの猫の[写真]"),
        ("قِطَّة جميلة", ["قطة"], "[قِطَّة] جميلة"),
        ("Straße", ["strasse"], "[Straße]"),
        ("<b>owl</b>", ["b"], "<[b]>owl</[b]>"),
        ("owl", [], "owl"),
        ("", ["owl"], ""),
    ],
)
def test_words_are_marked_where_they_begin(text: str, words: list[str], shown: str) -> None:
    assert marked(text, *words) == shown


def test_excerpt_of_a_long_text_is_about_the_first_match() -> None:
    parts = cut_excerpt("word " * 200 + "owl and " + "more " * 200, ["owl"])
    text = "".join(part.text for part in parts)
    assert text.startswith("…word")
    assert text.endswith("more…")
    assert len(text) <= LONGEST + 2
    assert [part.text for part in parts if part.is_match] == ["owl"]


def test_excerpt_without_a_match_is_the_beginning() -> None:
    (part,) = cut_excerpt("Once upon " + "a time " * 200, ["zebra"])
    assert part.text.startswith("Once upon a time")
    assert part.text.endswith(" a…")
