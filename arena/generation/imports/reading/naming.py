"""Names of folders and files as names for people, as slugs, and as keys that tell whether two names are alike; pure."""

import hashlib
import re
import unicodedata

# The longest that the catalogue's columns take.
MAX_NAME = 120
MAX_CONTENDER_SLUG, MAX_PROMPT_SLUG = 80, 120
DIGEST = 8
# Control characters, and the surrogates by which Python writes bytes that are not UTF-8: PostgreSQL accepts neither.
UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
APOSTROPHES = re.compile(r"['’ʼ]")
# Letters that do not decompose into an ASCII letter and an accent.
SPELLED = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"}
)
# Accents, and the marks that choose between two looks of an emoji.
ACCENTS = re.compile("[\u0300-\u036f\ufe0e\ufe0f]")


def tidy_name(name: str) -> str:
    """Return a name in composed form, with single spaces and none outside."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def show_name(name: str) -> str:
    """Return a name for people, with what no terminal or database takes spelled out."""
    return UNWRITABLE.sub(lambda found: ascii(found[0])[1:-1], name)


def shorten_name(name: str, longest: int) -> str:
    """Return the name, or its beginning and an ellipsis."""
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"


def fold_name(name: str) -> str:
    """Return what is left of a name without case, accents, spaces and punctuation: alike names have the same."""
    return "".join(char for char in _plain(name) if unicodedata.category(char)[0] in "LNMS")


def contender_slug(name: str) -> str:
    """Return a slug of ASCII letters, digits, hyphens and underscores, always the same for a name.

    What ASCII cannot spell, or what is too long, is told apart by a short hash of the whole name.
    """
    plain = APOSTROPHES.sub("", _plain(name).translate(SPELLED))
    slug = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")
    is_spelled = all(char.isascii() for char in plain if unicodedata.category(char)[0] in "LNM")
    return _finish(slug, name, "model", MAX_CONTENDER_SLUG, is_whole=is_spelled and not _has_signs(plain))


def prompt_slug(name: str) -> str:
    """Return a slug of letters and digits of any script, always the same for a name; else as `contender_slug`.

    Spaces, hyphens and underscores are the same: tools write one for the other.
    """
    plain = APOSTROPHES.sub("", unicodedata.normalize("NFKC", name).lower())
    slug = re.sub(r"[\W_]+", "-", plain).strip("-")
    is_whole = not _has_signs(plain) and not any(unicodedata.category(char)[0] == "M" for char in plain)
    return _finish(slug, name, "prompt", MAX_PROMPT_SLUG, is_whole=is_whole)


def other_slug(name: str, word: str, longest: int) -> str:
    """Return the slug `word` with a hash of the name, for a name whose own slug belongs to something else."""
    return _finish(word, name, word, longest, is_whole=False)


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    return unicodedata.normalize("NFC", ACCENTS.sub("", decomposed))


def _has_signs(text: str) -> bool:
    """Tell whether the text holds emoji, plus signs or the like, which no slug can hold."""
    return any(unicodedata.category(char)[0] == "S" for char in text)


def _finish(slug: str, name: str, word: str, longest: int, *, is_whole: bool) -> str:
    if slug and is_whole and len(slug) <= longest:
        return slug
    digest = hashlib.sha256(tidy_name(name).encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST]
    return f"{slug[: longest - DIGEST - 1].strip('-_') or word}-{digest}"
