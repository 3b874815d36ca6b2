"""What of the catalogue a reader's words find: models, organizations, categories and public prompts, nearest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from arena.catalog.models import Category, Contender, ImageModel, Offering, Organization
from leaderboard.queries.competitions.shown_prompts import listed_prompts
from leaderboard.queries.searching.word_columns import Distance, Holds

KINDS = ("models", "organizations", "categories", "prompts")
# What a reader may type; more is cut off.
LONGEST = 200
MOST_WORDS = 8

_WORDS = """
    SELECT word, catalog_squash(word), catalog_is_filler(word)
    FROM unnest(%s::text[]) WITH ORDINALITY AS given (word, place) ORDER BY place
"""


@dataclass(frozen=True)
class Word:
    """A reader's word: as typed, without accents, case and punctuation, and whether texts are full of it ("the")."""

    typed: str
    squashed: str
    is_filler: bool


@dataclass(frozen=True)
class Wanted:
    """A reader's words. A name must hold all of them, a text those that tell something."""

    words: tuple[Word, ...] = ()

    @property
    def telling(self) -> "Wanted":
        """Those that a text must hold: all if there are only fillers."""
        return Wanted(tuple(word for word in self.words if not word.is_filler) or self.words)

    @property
    def squashed(self) -> list[str]:
        """The words without accents, case and punctuation."""
        return [word.squashed for word in self.words]


@dataclass(frozen=True)
class Found:
    """The keys of what was found, by kind, nearest first; and the words that were looked for."""

    wanted: Wanted
    keys: Mapping[str, Sequence[int]]

    @property
    def count(self) -> int:
        """How much it is in all."""
        return sum(map(len, self.keys.values()))


def clean_words(text: str) -> str:
    """Return what a reader typed on one line, without control characters, and not longer than is looked for."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:LONGEST].rstrip()


def read_words(text: str) -> Wanted:
    """Return the words of a text to look for, without what is only punctuation. One query."""
    typed = list(dict.fromkeys(clean_words(text).split()))
    if not typed:
        return Wanted()
    with connection.cursor() as cursor:
        cursor.execute(_WORDS, [typed])
        return Wanted(tuple(Word(*row) for row in cursor.fetchall() if row[1])[:MOST_WORDS])


def search_catalogue(text: str, *, kinds: Sequence[str] = KINDS, modality: str = "") -> Found:
    """Find what holds every word of a text, of these kinds and, if one is named, of a modality. A query for each kind.

    A word finds what has a word that begins so; in Arabic, English, German and Spanish prompts other forms of it, too.
    A model is found by its contenders, its organization and its names at providers as well.
    """
    wanted = read_words(text)
    rows: dict[str, QuerySet[Any]] = {
        "models": _models(wanted, modality),
        "organizations": _organizations(wanted, modality),
        "categories": _categories(wanted.telling, modality),
        "prompts": _prompts(wanted.telling, modality),
    }
    if not wanted.words:
        return Found(wanted, {kind: [] for kind in kinds})
    return Found(wanted, {kind: list(rows[kind].values_list("pk", flat=True)) for kind in kinds})


def _models(wanted: Wanted, modality: str) -> QuerySet[ImageModel]:
    rows = ImageModel.objects.filter(modalities__contains=[modality]) if modality else ImageModel.objects.all()
    for word in wanted.words:
        # Each in a query of its own, so that each uses its own index.
        rows = rows.filter(
            Q(pk__in=ImageModel.objects.filter(Holds(word.typed)).values("pk"))
            | Q(organization__in=Organization.objects.filter(Holds(word.typed)).values("pk"))
            | Q(pk__in=Contender.objects.filter(Holds(word.typed)).values("image_model"))
            | Q(pk__in=Offering.objects.filter(Holds(word.typed)).values("image_model"))
        )
    return rows.order_by(Distance(wanted.squashed), "name", "pk")


def _organizations(wanted: Wanted, modality: str) -> QuerySet[Organization]:
    rows = Organization.objects.all()
    if modality:
        makers = ImageModel.objects.filter(modalities__contains=[modality])
        rows = rows.filter(pk__in=makers.values("organization"))
    for word in wanted.words:
        rows = rows.filter(Holds(word.typed))
    return rows.order_by(Distance(wanted.squashed), "name", "pk")


def _categories(wanted: Wanted, modality: str) -> QuerySet[Category]:
    rows = Category.objects.filter(state=Category.State.ACTIVE, **({"modality": modality} if modality else {}))
    for word in wanted.words:
        rows = rows.filter(Holds(word.typed))
    return rows.order_by(Distance(wanted.squashed), "position", "name", "pk")


def _prompts(wanted: Wanted, modality: str) -> QuerySet[Any]:
    """Of equally near ones, those come first whose pictures can be looked at; "open" sorts before "play"."""
    rows = listed_prompts().filter(**({"category__modality": modality} if modality else {}))
    for word in wanted.words:
        rows = rows.filter(Holds(word.typed))
    return rows.order_by(Distance(wanted.squashed), "state", "category__position", "pk")
