"""What can be dealt in one ledger, held in memory: prompts in play, their done images, and what is known of contenders.

A pool names nobody: contenders are numbers here.
"""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

import numpy as np
from django.conf import settings
from django.db import connection
from numpy.typing import NDArray

from arena.catalog.models import Modality
from arena.generation.ingest.public_sources import NO_SOURCES, PromptSources, read_sources
from arena.voting.dealing.choice import PromptImages, Shelf, Strengths, pair_values
from arena.voting.models import Ledger

# What may be dealt: a prompt in play of an active category, not superseded, and published images of contenders not
# retired, without those that are hidden after reports.
DEALABLE = """
FROM generation_generation g
JOIN catalog_prompt p ON p.id = g.prompt_id AND g.state = 'done' AND g.hidden_at IS NULL
    AND g.entered_at IS NOT NULL AND p.state = 'play' AND p.superseded_by_id IS NULL
JOIN catalog_category c ON c.id = p.category_id AND c.state = 'active'
JOIN catalog_contender k ON k.id = g.contender_id AND (k.retired_on IS NULL OR k.retired_on > CURRENT_DATE)
JOIN catalog_imagemodel i ON i.id = k.image_model_id AND (i.shutdown_on IS NULL OR i.shutdown_on > CURRENT_DATE)
"""
# An image is no longer blind if its exact picture is public with a name, under an open prompt.
_PROMPTS = f"""
WITH public AS MATERIALIZED (
    SELECT DISTINCT o.pixels FROM generation_image o
    JOIN generation_generation og ON og.id = o.generation_id
    JOIN catalog_prompt op ON op.id = og.prompt_id AND op.state = 'open'
)
SELECT p.id, p.slug, p.title, p.text, p.language, c.slug, c.name, c.criterion, c.reasons,
    array_agg(g.id ORDER BY g.id), array_agg(g.contender_id ORDER BY g.id),
    array_agg(hashtextextended(mine.pixels, 0) ORDER BY g.id), c.weight, p.corrected_at,
    p.frozen_at IS NOT NULL, c.modality, c.gold
{DEALABLE}
LEFT JOIN generation_image mine ON mine.generation_id = g.id
WHERE mine.pixels IS NULL OR mine.pixels NOT IN (SELECT pixels FROM public)
GROUP BY p.id, c.id HAVING count(DISTINCT g.contender_id) >= 2
ORDER BY c.position, c.name, c.id, p.id
"""  # noqa: S608  # it is made of constants
_SUPERSEDED = "SELECT id, superseded_by_id FROM catalog_prompt WHERE superseded_by_id IS NOT NULL"
_NEW_VOTES = """
SELECT prompt, count(*), max(position) FROM voting_ledgerentry WHERE ledger_id = %s AND position > %s GROUP BY prompt
"""
_PAINTERS = """
SELECT k.id FROM catalog_contender k JOIN catalog_offering o ON o.id = k.offering_id
JOIN catalog_provider v ON v.id = o.provider_id AND v.family = 'painters'
"""
_KIND = "SELECT kind FROM voting_ledger WHERE id = %s"
_STRENGTHS = """
SELECT contender_id, mean, variance FROM voting_strength WHERE ledger_id = %s AND category_id IS NULL
"""


@dataclass(frozen=True)
class PromptFacts:
    """What a voter is told of a prompt before the vote."""

    prompt_id: int
    title: str
    text: str
    language: str
    category_slug: str
    category_name: str
    criterion: str
    reasons: tuple[str, ...]
    modality: str = Modality.TEXT_TO_IMAGE.value
    sources: PromptSources = NO_SOURCES
    corrected_at: datetime | None = None
    is_frozen: bool = False
    gold: bool = False


@dataclass(frozen=True)
class Scope:
    """What a voter wants to judge: one category, or all of one modality (slugs); everything where both are empty."""

    category: str = ""
    modality: str = ""

    def holds(self, facts: PromptFacts) -> bool:
        """Tell whether a prompt belongs to it."""
        return self.category in ("", facts.category_slug) and self.modality in ("", facts.modality)


EVERYTHING = Scope()


@dataclass(frozen=True)
class VoteCounts:
    """Sealed votes by prompt slug, up to a ledger position."""

    position: int = 0
    by_prompt: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Pool:
    """Everything a draw needs. `contenders` gives each index its contender's key, `values` the value of each pair.

    `categories` are names by slug, `modalities` and `weights` (how often each is drawn beside others) theirs by slug.
    """

    facts: Mapping[int, PromptFacts]
    images: Mapping[int, PromptImages]
    prompt_of_image: Mapping[int, int]
    contenders: Sequence[int]
    values: NDArray[np.float64]
    counts: VoteCounts
    languages: Sequence[str]
    categories: Mapping[str, str]
    modalities: Mapping[str, str]
    weights: Mapping[str, int]
    _shelves: dict[tuple[Scope, tuple[str, ...]], list[Shelf]] = field(default_factory=dict, repr=False)

    def shelves(self, *, scope: Scope, languages: Sequence[str]) -> list[Shelf]:
        """Return one shelf for each category of the scope that has prompts in these languages."""
        key = scope, tuple(sorted(languages))
        if key not in self._shelves:
            self._shelves[key] = self._build_shelves(scope, frozenset(languages))
        return self._shelves[key]

    def holds(self, scope: Scope) -> bool:
        """Tell whether anything of the scope can be dealt, in whatever language."""
        return any(map(scope.holds, self.facts.values()))

    def _build_shelves(self, scope: Scope, languages: frozenset[str]) -> list[Shelf]:
        wanted = [facts for facts in self.facts.values() if facts.language in languages and scope.holds(facts)]
        groups = groupby(wanted, key=lambda facts: facts.category_slug)
        return [self._build_shelf(slug, [self.images[facts.prompt_id] for facts in group]) for slug, group in groups]

    def _build_shelf(self, category: str, prompts: list[PromptImages]) -> Shelf:
        by_pairs = settings.DRAW_CATEGORIES_BY == "pairs"
        return Shelf(prompts, weight=sum(prompt.pairs for prompt in prompts) if by_pairs else self.weights[category])


def load_pool(*, ledger_id: int, counts: VoteCounts) -> Pool:
    """Read what can be dealt now, and from the ledger only what it gained since `counts`. Seven queries."""
    sources = read_sources()
    with connection.cursor() as cursor:
        cursor.execute(_PROMPTS)
        rows = [row for found in cursor.fetchall() if _has_source(row := _Row(*found), sources)]
        cursor.execute(_PAINTERS)
        painters = frozenset(key for (key,) in cursor.fetchall())
        cursor.execute(_KIND, [ledger_id])
        is_simulated = (Ledger.Kind.DEMONSTRATION.value,) in cursor.fetchall()
        rows = _choose_painted(rows, painters) if is_simulated else _choose_makers(rows, painters=painters)
        cursor.execute(_NEW_VOTES, [ledger_id, counts.position])
        counts = _add_votes(counts, cursor.fetchall())
        cursor.execute(_SUPERSEDED)
        before = {successor: prompt for prompt, successor in cursor.fetchall()}
        cursor.execute(_STRENGTHS, [ledger_id])
        known = {contender: (mean, variance) for contender, mean, variance in cursor.fetchall()}
    contenders = sorted({contender for row in rows for contender in row.makers})
    index = {contender: at for at, contender in enumerate(contenders)}
    images = {row.prompt_id: _images(row, index, counts, before) for row in rows}
    # Where all contenders have the same picture, nobody can meet.
    rows = [row for row in rows if not images[row.prompt_id].twins or images[row.prompt_id].pairs]
    return Pool(
        facts={row.prompt_id: row.facts(sources) for row in rows},
        images={row.prompt_id: images[row.prompt_id] for row in rows},
        prompt_of_image={image: row.prompt_id for row in rows for image in row.images},
        contenders=contenders,
        values=pair_values(_strengths(contenders, known)),
        counts=counts,
        languages=sorted({row.language for row in rows}),
        categories={row.category_slug: row.category_name for row in rows},
        modalities={row.category_slug: row.modality for row in rows},
        weights={row.category_slug: row.weight for row in rows},
    )


class _Row(NamedTuple):
    """One prompt with its dealable images, their makers and a number for each picture, in the same order."""

    prompt_id: int
    slug: str
    title: str
    text: str
    language: str
    category_slug: str
    category_name: str
    criterion: str
    reasons: list[str]
    images: list[int]
    makers: list[int]
    pictures: list[int | None]
    weight: int
    corrected_at: datetime | None
    is_frozen: bool
    modality: str
    gold: bool

    def facts(self, sources: Mapping[int, PromptSources]) -> PromptFacts:
        """Return what a voter is told of the prompt."""
        return PromptFacts(
            self.prompt_id, self.title, self.text, self.language, self.category_slug, self.category_name,
            self.criterion, reasons=tuple(self.reasons), modality=self.modality,
            sources=sources.get(self.prompt_id, NO_SOURCES), corrected_at=self.corrected_at,
            is_frozen=self.is_frozen, gold=self.gold,
        )  # fmt: skip

    def without(self, makers: Set[int]) -> "_Row":
        """Return the prompt without these makers' images."""
        kept = [at for at, maker in enumerate(self.makers) if maker not in makers]
        return self._replace(
            images=[self.images[at] for at in kept],
            makers=[self.makers[at] for at in kept],
            pictures=[self.pictures[at] for at in kept],
        )


def _has_source(row: _Row, sources: Mapping[int, PromptSources]) -> bool:
    """Tell whether a prompt has a source image or needs none: an edit is judged beside its source."""
    if row.modality != Modality.IMAGE_EDITING:
        return True
    return row.prompt_id in sources and bool(sources[row.prompt_id].pictures)


def _choose_makers(rows: list[_Row], *, painters: Set[int]) -> list[_Row]:
    """Leave the built-in painters out once other contenders can meet, unless the operator keeps them in play."""
    if settings.PAINTERS_IN_PLAY == "always":
        return rows
    others = [row.without(painters) for row in rows]
    return [row for row in others if len(set(row.makers)) >= 2] or rows


def _choose_painted(rows: list[_Row], painters: Set[int]) -> list[_Row]:
    """Keep the built-in painters' images where they can meet: simulated votes would say nothing of anybody's models."""
    others = {maker for row in rows for maker in row.makers} - painters
    painted = [row.without(others) for row in rows]
    return [row for row in painted if len(set(row.makers)) >= 2] or rows


def _add_votes(counts: VoteCounts, gained: list[tuple[str, int, int]]) -> VoteCounts:
    by_prompt = dict(counts.by_prompt)
    for prompt, votes, _ in gained:
        by_prompt[prompt] = by_prompt.get(prompt, 0) + votes
    return VoteCounts(max([counts.position, *(last for _, _, last in gained)]), by_prompt)


def _images(row: _Row, index: Mapping[int, int], counts: VoteCounts, before: Mapping[int, int]) -> PromptImages:
    by_contender: dict[int, list[int]] = {}
    for image, maker in zip(row.images, row.makers, strict=True):
        by_contender.setdefault(index[maker], []).append(image)
    frozen = {contender: tuple(own) for contender, own in by_contender.items()}
    return PromptImages(
        prompt_id=row.prompt_id,
        votes=counts.by_prompt.get(row.slug, 0),
        images=frozen,
        twins=_twins(row),
        superseded=_superseded(row.prompt_id, before),
    )


def _superseded(prompt_id: int, before: Mapping[int, int]) -> tuple[int, ...]:
    """Return the prompts that this one replaces, the latest first."""
    found: list[int] = []
    while (earlier := before.get(found[-1] if found else prompt_id)) and earlier not in found:
        found.append(earlier)
    return tuple(found)


def _twins(row: _Row) -> dict[int, int]:
    """Return the number of each picture that several images show."""
    times = Counter(row.pictures)
    return {
        image: picture
        for image, picture in zip(row.images, row.pictures, strict=True)
        if picture is not None and times[picture] > 1
    }


def _strengths(contenders: Sequence[int], known: Mapping[int, tuple[float, float]]) -> Strengths:
    unknown = (np.nan, np.nan)
    columns = np.array([known.get(contender, unknown) for contender in contenders], dtype=np.float64).reshape(-1, 2)
    return Strengths(mean=columns[:, 0], variance=columns[:, 1])
