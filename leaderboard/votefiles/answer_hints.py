"""What to do about answers that are not known: options that can be pasted as they stand."""

import json
import re
import shlex
from collections.abc import Sequence
from math import isfinite
from typing import Any

from leaderboard.votefiles.answer_labels import NAME, SKIP, WINNERS, as_text, read_truth

_BEFORE = r"(?:(?:the )?(?:model|assistant|image|img|option|answer|response|output|system|candidate|choice|side)s?)?"
_AFTER = r"(?:(?:'s)?[\s_-]*(?:(?:is )?(?:much |slightly |significantly )?better|wins?|won|preferred|chosen))?"
_SIDE = re.compile(
    rf"{_BEFORE}[\s_-]*(?:(?P<left>a|1|l|left|first|one)|(?P<right>b|2|r|right|second|two)){_AFTER}", re.IGNORECASE
)
_TIE = re.compile(
    r"(?:a )?tied?|draw|same|equal(?:ly good)?|both|both[\s_-]*(?:good|equal)|no[\s_-]*preference|no[\s_-]*difference"
    r"|indifferent|similar",
    re.IGNORECASE,
)
_BAD = re.compile(r"neither|none of them|both[\s_-]*(?:are )?(?:bad|poor)|both[\s_-]*equally[\s_-]*bad", re.IGNORECASE)
_NO_ANSWER = re.compile(
    r"skip(?:ped)?|n/?a|nan|null|none|unsure|not sure|unclear|unknown|can'?t (?:choose|say|tell)|cannot (?:say|tell)"
    r"|error|invalid|flag(?:ged)?|report(?:ed)?|\?+|-+",
    re.IGNORECASE,
)
# At most this many labels are explained in one message.
_MOST = 6


def explain_unknown(value: Any, every: Sequence[Any]) -> str:
    """Say that an answer is unknown, and what can be done; `every` has all unknown answers of the file."""
    text = as_text(value)
    labels = list(dict.fromkeys(label for label in map(as_text, every) if label))
    if not text:
        skip, tie = as_option("skip-missing"), as_option("answer", "=tie")
        others = f". Others are not known either. {_propose(labels)}" if labels else ""
        return f"there is no answer. {skip} leaves such rows out; {tie} and the like say what it means{others}"
    known = ", ".join(WINNERS)
    return f"{text!r} is none of {known}, and neither side has this name. {_propose(labels)}"


def explain_double(value: Any) -> str:
    """Say that an answer has two meanings, and how to choose one."""
    text = as_text(value)
    side = as_option("answer", f"{text}={_outcome_of(text)}")
    name = as_option("answer", f"{text}={NAME}")
    return f"{text!r} is an answer and also the name of a contender, and here they differ. {side} or {name} decides"


def explain_nested(text: str, kind: str, role: str, column: str) -> str:
    """Say that a list or an object, given as JSON, is no label, and how to name what is in it."""
    value = json.loads(text)
    keys = [key for key, each in value.items() if not isinstance(each, list | dict)] if isinstance(value, dict) else []
    inside = f"{as_option(role, f'{column}.{keys[0]}')} reads what is in it, and " if keys else ""
    return f"a {kind} cannot be a label; {inside}--voter '' and the like leave a column out"


def as_option(name: str, value: str | None = None) -> str:
    """An option as a shell takes it, also with a value that begins with a hyphen or holds spaces."""
    return shlex.quote(f"--{name}" if value is None else f"--{name}={value}")


def _outcome_of(text: str) -> str:
    return ("left", "right", "tie", "both_bad")[WINNERS[text.casefold()]]


def _propose(labels: list[str]) -> str:
    numbers = sorted({number for label in labels if (number := _whole(label)) is not None})
    if len(numbers) == len(labels) > 1 and set(numbers) <= {-1, 0, 1}:
        return _ask_direction(labels)
    if len(labels) == 3 and numbers == [0, 1, 2]:
        return _ask_zero(labels)
    if len(labels) > 2 and len(_numbers(labels)) == len(labels):
        return (
            "If these numbers are grades, say which one means wholly the left side and which wholly the right: "
            f"{as_option('graded', f'{_plain(min(_numbers(labels)))}..{_plain(max(_numbers(labels)))}')}"
        )
    sides = [_side(label) for label in labels]
    # A lone number may as well be one of 0 and 1.
    known = {"left", "right"} <= set(sides) or (len(labels) == 1 and not _numbers(labels))
    options = [_option(label, side if known else None) for label, side in zip(labels, sides, strict=True)][:_MOST]
    sure = [option for option, asked in options if not asked]
    doubtful = [option for option, asked in options if asked]
    parts = []
    if sure:
        parts.append(f"If they mean what they seem to: {' '.join(sure)}.")
    if doubtful:
        parts.append(f"Say what they mean: {' '.join(doubtful)} (or =right, =tie, =both_bad, ={SKIP})")
    return " ".join(parts).rstrip(".")


def _option(label: str, side: str | None) -> tuple[str, bool]:
    """The option that a label seems to need, and whether its meaning is only an example."""
    if side:
        return as_option("answer", f"{label}={side}"), False
    if _TIE.fullmatch(label):
        return as_option("answer", f"{label}=tie"), False
    if _BAD.fullmatch(label):
        return as_option("answer", f"{label}=both_bad"), False
    if _NO_ANSWER.fullmatch(label):
        return as_option("skip-answer", label), False
    return as_option("answer", f"{label}=left"), True


def _side(label: str) -> str | None:
    found = _SIDE.fullmatch(label)
    return None if found is None else "left" if found["left"] else "right"


def _ask_direction(labels: list[str]) -> str:
    """Both readings of 0 and 1, of -1 and 1, or of all three."""
    high, low = max(labels, key=_as_number), min(labels, key=_as_number)
    tie = [as_option("answer", f"{label}=tie") for label in labels if label not in (high, low)]
    ways = [
        " ".join([as_option("answer", f"{high}={one}"), as_option("answer", f"{low}={two}"), *tie])
        for one, two in (("left", "right"), ("right", "left"))
    ]
    return f"If {high} means that the left side is better: {ways[0]}. If the right: {ways[1]}"


def _ask_zero(labels: list[str]) -> str:
    """Both readings of 0, 1 and 2: the sides by number, or a scale."""
    zero, one, two = sorted(labels, key=float)
    sides = [as_option("answer", f"{label}={side}") for label, side in ((one, "left"), (two, "right"), (zero, "tie"))]
    scale = [as_option("answer", f"{label}={side}") for label, side in ((zero, "left"), (one, "tie"), (two, "right"))]
    return (
        f"If {one} and {two} are the sides and {zero} is a tie: {' '.join(sides)}. If {zero} is the left side, {one} "
        f"the middle and {two} the right: {' '.join(scale)}"
    )


def _whole(label: str) -> int | None:
    try:
        number = _as_number(label)
    except ValueError:
        return None
    return int(number) if number.is_integer() else None


def _as_number(label: str) -> float:
    """The number of a label, also of true and false."""
    return float(read_truth(label))


def _numbers(labels: list[str]) -> list[float]:
    """The numbers among the labels."""
    found = []
    for label in labels:
        try:
            found.append(float(label))
        except ValueError:
            continue
    return [number for number in found if isfinite(number)]


def _plain(number: float) -> str:
    return f"{number:g}"
