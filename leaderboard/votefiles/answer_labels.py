"""What the answers in a file of votes mean: known labels, labels that the caller explains, names of contenders."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.numbering import Ids
from leaderboard.ratings.columns.votelog import BOTH_BAD, LEFT, OUTCOMES, RIGHT, TIE

# What labels of the file mean that are not known here: an outcome (of `OUTCOMES`), or one of the two that follow.
Meanings = Mapping[str, str]
# Rows with this answer are left out; this answer is the name of the better side, whatever else it may mean.
SKIP, NAME = "skip", "name"

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
UNKNOWN = -1
_BY_NAME = -2
# Files with one column per answer may also use true and false, which CSV writes as words.
_TRUTHS = {"true": 1.0, "false": 0.0}


def code_answers(
    values: Sequence[Any], ids: Ids, sides: tuple[Ids, Ids], contenders: Sequence[str], meanings: Meanings
) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """The outcome of each row, int8[rows], -1 for an unknown answer, and whether its answer has two meanings.

    The answer of row r is `values[ids[r]]`. `sides` has the contender ids on the left and on the right of each row: an
    answer that is not a label may be the name of either. `meanings` take precedence over known labels. A known label
    that is also the name of one of the two has two meanings where these differ. Case, and space around a label, do not
    matter; of a name, case matters only where two names differ in nothing else.
    """
    told = {label.strip().casefold(): _code(meaning) for label, meaning in meanings.items()}
    known = WINNERS | told
    texts = [as_text(value) for value in values]
    outcomes = np.array([known.get(text.casefold(), UNKNOWN) for text in texts], dtype=np.int8)[ids]
    numbers = {name: number for number, name in enumerate(contenders)}
    alike = Counter(name.casefold() for name in contenders)
    folded = {name.casefold(): number for name, number in numbers.items() if alike[name.casefold()] == 1}
    better = np.array([numbers.get(text, folded.get(text.casefold(), UNKNOWN)) for text in texts], dtype=np.int32)
    doubtful = (better >= 0) & np.array([text.casefold() not in told for text in texts], dtype=bool)
    if (outcomes >= 0).all() and not doubtful.any():
        return np.asarray(outcomes), np.zeros(len(ids), dtype=bool)
    on_left, on_right = (better[ids] == side for side in sides)
    named = np.select([on_left, on_right], [LEFT, RIGHT], UNKNOWN).astype(np.int8)
    double = doubtful[ids] & (outcomes >= 0) & (named >= 0) & (named != outcomes)
    return np.where(outcomes >= 0, outcomes, named).astype(np.int8), double


def is_skipped(values: Sequence[Any], meanings: Meanings) -> NDArray[np.bool_]:
    """Whether rows with each of these answers are left out, bool[n_values]."""
    skipped = {label.strip().casefold() for label, meaning in meanings.items() if meaning == SKIP}
    return np.array([as_text(value).casefold() in skipped for value in values], dtype=bool)


def read_truth(value: Any) -> Any:
    """The number of a written true or false; any other value unchanged."""
    return _TRUTHS.get(value.strip().casefold(), value) if isinstance(value, str) else value


def as_text(value: Any) -> str:
    """An answer as text without space around it; None and not-a-number become empty."""
    return "" if value is None or (isinstance(value, float) and isnan(value)) else str(value).strip()


def _code(meaning: str) -> int:
    return _BY_NAME if meaning == NAME else UNKNOWN if meaning == SKIP else OUTCOMES.index(meaning)
