"""What an imported prompt gets where its file says nothing: a title, a slug, a category."""

import hashlib
import unicodedata
from collections.abc import Sequence

from django.utils.text import slugify

from arena.catalog.models import RESERVED_SLUGS

# The category of prompts that name none, and the criterion of categories that an import makes.
CATEGORY = "Imported"
EDITS = "Imported edits"
CRITERION = "which image fits the prompt better?"
EDIT_CRITERION = "which image makes the change that was asked for – and keeps the rest as it was?"
# Characters of a text that make its title and its slug, and of a category's slug.
TITLE, SLUG, CATEGORY_SLUG = 70, 60, 80
DIGEST = 8


def make_title(text: str) -> str:
    """Return the beginning of a text, cut between words, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= TITLE else line[: TITLE - 1].rsplit(" ", 1)[0] + "…"


def make_slug(text: str, language: str, pictures: Sequence[str] = ()) -> str:
    """Return a prompt's slug: the beginning of its text, and a hash of all of it, its language and its pictures."""
    words = slugify(text, allow_unicode=True)[:SLUG].strip("-") or "prompt"
    digest = _digest("\n".join([language, text, *pictures]))
    return f"{words}-{digest}"


def make_category_slug(name: str) -> str:
    """Return the slug of a category by its name; what ASCII cannot spell is told apart by a hash of the name."""
    slug = slugify(name)[:CATEGORY_SLUG].strip("-")
    if not slug or any(letter.isalnum() and not letter.isascii() for letter in unicodedata.normalize("NFKD", name)):
        slug = f"{slug[: CATEGORY_SLUG - DIGEST - 1].strip('-') or 'category'}-{_digest(name)}"
    return f"{slug}-category" if slug in RESERVED_SLUGS else slug


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST]
