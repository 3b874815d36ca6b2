"""What the answers in a file of votes mean: known labels, labels that the caller explains, names of contenders."""

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.numbering import Ids
from leaderboard.ratings.columns.votelog import BOTH_BAD, LEFT, OUTCOMES, RIGHT, TIE

# The outcome (of `OUTCOMES`) of labels of the file that are not known here.
Meanings = Mapping[str, str]

WINNERS = {
    "model_a": LEFT,
    "left": LEFT,
    "leftvote": LEFT,
    "model_b": RIGHT,
    "right": RIGHT,
    "rightvote": RIGHT,
    "tie": TIE,
    "draw": TIE,
    "tievote": TIE,
    # MT-Bench's judge, asked in both orders, preferred the same side twice.
    "tie (inconsistent)": TIE,
    "tie (bothbad)": BOTH_BAD,
    "bothbad_vote": BOTH_BAD,
    "both_bad": BOTH_BAD,
    "bothbad": BOTH_BAD,
}
_UNKNOWN = -1
# Files with one column per answer may also use true and false, which CSV writes as words.
_TRUTHS = {"true": 1.0, "false": 0.0}


def code_answers(
    values: Sequence[Any], ids: Ids, sides: tuple[Ids, Ids], contenders: Sequence[str], meanings: Meanings
) -> NDArray[np.int8]:
    """The outcome of each row, int8[rows], -1 for an unknown answer. The answer of row r is `values[ids[r]]`.

    `sides` has the contender ids on the left and on the right of each row: an answer that is not a label may be the
    name of either. `meanings` take precedence over known labels. Case, and space around a label, do not matter.
    """
    known = WINNERS | {label.strip().casefold(): OUTCOMES.index(outcome) for label, outcome in meanings.items()}
    texts = [_text(value) for value in values]
    outcomes = np.array([known.get(text.casefold(), _UNKNOWN) for text in texts], dtype=np.int8)[ids]
    if (outcomes >= 0).all():
        return np.asarray(outcomes)
    numbers = {name: number for number, name in enumerate(contenders)}
    better = np.array([numbers.get(text, _UNKNOWN) for text in texts], dtype=np.int32)[ids]
    on_left, on_right = (better == side for side in sides)
    return np.select([outcomes >= 0, on_left, on_right], [outcomes, LEFT, RIGHT], _UNKNOWN).astype(np.int8)


def explain_unknown(value: Any) -> str:
    """Say that an answer is unknown, and what can be done."""
    text = _text(value)
    way = f"--answer '{text}=tie' and the like say what it means"
    if not text:
        return f"there is no answer: leave such rows out of the file, or {way}"
    return f"{value!r} is none of {', '.join(WINNERS)}, and neither side has this name; {way}"


def read_truth(value: Any) -> Any:
    """The number of a written true or false; any other value unchanged."""
    return _TRUTHS.get(value.strip().casefold(), value) if isinstance(value, str) else value


def _text(value: Any) -> str:
    return "" if value is None or (isinstance(value, float) and isnan(value)) else str(value).strip()
