"""Fits labels of a file of votes for a ledger: on one line, of limited length, and as different as they were."""

import hashlib
from collections import Counter
from collections.abc import Sequence

# This many hexadecimal digits of a label's SHA-256 keep labels apart that would look the same.
_DIGITS = 16


def fit_labels(labels: Sequence[str], longest: int) -> list[str]:
    """Return one label for each of these different ones, in order: printable, at most `longest` characters.

    Different labels stay different, and only an empty label becomes an empty one: a label that had to be cut, or would
    equal another, ends in digits of its hash.
    """
    plain = [_plain(label) for label in labels]
    alike = Counter(plain)
    return [
        text if fits and (text == label or (text and alike[text] == 1)) else _hash(label, text, longest)
        for label, text, fits in zip(labels, plain, (len(text) <= longest for text in plain), strict=True)
    ]


def _plain(label: str) -> str:
    """The label on one line, without unprintable characters."""
    return "".join(each for each in " ".join(label.split()) if each.isprintable())


def _hash(label: str, text: str, longest: int) -> str:
    digits = hashlib.sha256(label.encode()).hexdigest()[:_DIGITS]
    return f"{text[: longest - _DIGITS - 1]}…{digits}"
