"""The options that tell a command what the answers in a file of votes mean, and which rows it leaves out."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from math import isfinite
from typing import Any

from leaderboard.ratings.columns.votelog import OUTCOMES
from leaderboard.votefiles.answer_labels import NAME, SKIP
from leaderboard.votefiles.row_rules import RowRules

_MEANINGS = (*OUTCOMES, SKIP, NAME)


def add_row_options(parser: ArgumentParser) -> None:
    """Add `--answer LABEL=MEANING`, the rules that leave rows out, and the scale of graded answers."""
    parser.add_argument(
        "--answer", type=_read_pair, action="append", default=[], metavar="LABEL=MEANING",
        help=f"what an answer of the file means: {', '.join(OUTCOMES)}, {SKIP} (the row is left out) or {NAME} (it is "
        "the better side's name); =tie for an empty one; may repeat",
    )  # fmt: skip
    parser.add_argument(
        "--skip-answer", action="append", default=[], metavar="LABEL",
        help="leave out rows with this answer, and count them; may repeat",
    )  # fmt: skip
    parser.add_argument(
        "--skip-missing", action="store_true", help="leave out rows without an answer or the name of a side"
    )
    parser.add_argument("--skip-self", action="store_true", help="leave out rows in which a contender meets itself")
    parser.add_argument(
        "--skip-lines", type=_read_number, default=0, metavar="N", help="leave out N lines above the header"
    )
    parser.add_argument(
        "--graded", type=_read_scale, metavar="LEFT..RIGHT",
        help="answers are numbers from LEFT, wholly the left side, to RIGHT, wholly the right (--graded=-10..10): "
        "each is a part of a win for either side",
    )  # fmt: skip


def read_meanings(options: Mapping[str, Any]) -> dict[str, str]:
    """What `--answer` and `--skip-answer` say, by label."""
    return dict(options["answer"]) | dict.fromkeys(options["skip_answer"], SKIP)


def read_rules(options: Mapping[str, Any]) -> RowRules:
    """The rules that the other options set."""
    return RowRules(**{name: options[name] for name in ("skip_self", "skip_missing", "skip_lines", "graded")})


def _read_number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ArgumentTypeError(f"{text!r} is no number of lines")
    return int(text)


def _read_pair(text: str) -> tuple[str, str]:
    label, equals, meaning = text.rpartition("=")
    if not equals or meaning not in _MEANINGS:
        raise ArgumentTypeError(f"{text!r} is not LABEL=MEANING with one of {', '.join(_MEANINGS)}")
    return label, meaning


def _read_scale(text: str) -> tuple[float, float]:
    try:
        low, high = map(float, text.split(".."))
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not LEFT..RIGHT with two numbers") from error
    if not (isfinite(low) and isfinite(high)) or low == high:
        raise ArgumentTypeError(f"{text!r} is not LEFT..RIGHT with two different numbers")
    return low, high
