"""Where a reader's words stand in a text: the text in parts, of which those that match are marked."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# As long as a text may be that is shown whole, and what stands before the first match of a longer one.
LONGEST = 240
_BEFORE = 60
# Of a very long text only so much is looked through.
_READ = 8_000
# A word is marked in another form if it begins with all but the last letters of what was typed.
_LEAST_STEM, _ENDING = 4, 3
# Letters that decompose into none without marks.
_SPELLED = {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ς": "σ"}
# Scripts that write without spaces: a word may begin anywhere.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True)
class Part:
    """Some of a text, and whether it is what the reader looks for."""

    text: str
    is_match: bool


def fold(text: str) -> str:
    """Return a text without accents and case, as the database compares it."""
    plain = (sign for sign in unicodedata.normalize("NFKD", text) if not _is_mark(sign))
    return "".join(_SPELLED.get(sign, sign) for sign in "".join(plain).lower())


def mark_words(text: str, words: Sequence[str]) -> tuple[Part, ...]:
    """Return a text in parts, marked where one of these words begins a word of it. `words` are squashed."""
    parts, done = [], 0
    for start, end in _join(_find(text, words)):
        parts += [Part(text[done:start], is_match=False), Part(text[start:end], is_match=True)]
        done = end
    return tuple(part for part in (*parts, Part(text[done:], is_match=False)) if part.text)


def cut_excerpt(text: str, words: Sequence[str], *, longest: int = LONGEST) -> tuple[Part, ...]:
    """Return what stands around the first match, marked; of a text without one, its beginning."""
    text = " ".join(text[:_READ].split())
    if len(text) <= longest:
        return mark_words(text, words)
    first = min((start for start, _ in _find(text, words)), default=0)
    start = _between_words(text, max(0, min(first - _BEFORE, len(text) - longest)))
    end = start + longest
    cut = text[start:end].rstrip()
    if end < len(text) and " " in cut[_BEFORE:]:
        cut = cut[: cut.rindex(" ")]
    return mark_words(f"{'…' if start else ''}{cut}{'…' if start + len(cut) < len(text) else ''}", words)


def _between_words(text: str, place: int) -> int:
    """Return the next beginning of a word, if one is near."""
    space = text.find(" ", place, place + _BEFORE // 2) if place else -1
    return place if space < 0 else space + 1


def _is_mark(sign: str) -> bool:
    return sign == "\u0640" or (unicodedata.combining(sign) > 0 and sign not in "\u3099\u309a")


def _find(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where words stand in a text, from and to; overlapping ones, too."""
    squashed, places, starts = _squash(text)
    return [
        (places[start], _past_marks(text, places[start + len(sought) - 1] + 1))
        for word in words
        for sought in _forms(fold(word), squashed, starts)
        for start in sorted(starts)
        if squashed.startswith(sought, start)
    ]


def _past_marks(text: str, place: int) -> int:
    while place < len(text) and _is_mark(text[place]):
        place += 1
    return place


def _forms(word: str, squashed: str, starts: set[int]) -> Iterator[str]:
    """Yield the longest beginning of a word with which a word of the text begins, if enough of it is left."""
    for length in range(len(word), max(_LEAST_STEM, len(word) - _ENDING) - 1, -1):
        sought = word[:length]
        if any(squashed.startswith(sought, start) for start in starts):
            yield sought
            return
    if 0 < len(word) < _LEAST_STEM:
        yield word


def _squash(text: str) -> tuple[str, list[int], set[int]]:
    """Return the folded letters of a text, the place of each in the text, and which of them begin a word."""
    letters: list[str] = []
    places: list[int] = []
    starts: set[int] = set()
    before = ""
    for place, sign in enumerate(text):
        folded = "".join(letter for letter in fold(sign) if letter.isalnum() or letter in "\u3099\u309a")
        if folded and (not before or before.isdigit() != folded[0].isdigit() or _UNSPACED.match(sign)):
            starts.add(len(letters))
        letters += folded
        places += [place] * len(folded)
        # A mark that stands alone belongs to the letter before it.
        before = folded[-1:] or ("" if not _is_mark(sign) else before)
    return "".join(letters), places, starts


def _join(found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
