"""What can be dealt in one ledger, held in memory: prompts in play, their done images, and what is known of contenders.

A pool names nobody: contenders are numbers here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from arena.catalog.models import Modality
from arena.voting.dealing.choice import PromptImages, Shelf, Strengths, pair_values

# What may be dealt: a prompt in play of an active category, not superseded, and done images of contenders not retired.
# An edit is judged beside its source image. No prompt has one yet, so no editing prompt is dealt.
DEALABLE = f"""
FROM generation_generation g
JOIN catalog_prompt p ON p.id = g.prompt_id AND g.state = 'done' AND p.state = 'play' AND p.superseded_by_id IS NULL
JOIN catalog_category c ON c.id = p.category_id AND c.state = 'active'
    AND c.modality <> '{Modality.IMAGE_EDITING.value}'
JOIN catalog_contender k ON k.id = g.contender_id AND (k.retired_on IS NULL OR k.retired_on > CURRENT_DATE)
JOIN catalog_imagemodel i ON i.id = k.image_model_id AND (i.shutdown_on IS NULL OR i.shutdown_on > CURRENT_DATE)
"""
# An image is no longer blind if its exact bytes are public with a name, under an open prompt.
_PROMPTS = f"""
WITH public AS MATERIALIZED (
    SELECT DISTINCT o.sha256 FROM generation_image o
    JOIN generation_generation og ON og.id = o.generation_id
    JOIN catalog_prompt op ON op.id = og.prompt_id AND op.state = 'open'
)
SELECT p.id, p.slug, p.title, p.text, p.language, c.slug, c.name, c.criterion,
    array_agg(g.id ORDER BY g.id), array_agg(g.contender_id ORDER BY g.id)
{DEALABLE}
LEFT JOIN generation_image mine ON mine.generation_id = g.id
WHERE mine.sha256 IS NULL OR mine.sha256 NOT IN (SELECT sha256 FROM public)
GROUP BY p.id, c.id HAVING count(DISTINCT g.contender_id) >= 2
ORDER BY c.position, c.name, c.id, p.id
"""  # noqa: S608  # it is made of constants
_NEW_VOTES = """
SELECT prompt, count(*), max(position) FROM voting_ledgerentry WHERE ledger_id = %s AND position > %s GROUP BY prompt
"""
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


@dataclass(frozen=True)
class VoteCounts:
    """Sealed votes by prompt slug, up to a ledger position."""

    position: int = 0
    by_prompt: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Pool:
    """Everything a draw needs. `contenders` gives each index its contender's key, `values` the value of each pair."""

    facts: Mapping[int, PromptFacts]
    images: Mapping[int, PromptImages]
    prompt_of_image: Mapping[int, int]
    contenders: Sequence[int]
    values: NDArray[np.float64]
    counts: VoteCounts
    languages: Sequence[str]
    categories: Mapping[str, str]
    _shelves: dict[tuple[str | None, tuple[str, ...]], list[Shelf]] = field(default_factory=dict, repr=False)

    def shelves(self, *, category: str | None, languages: Sequence[str]) -> list[Shelf]:
        """Return one shelf for each category (or the one named) that has prompts in these languages."""
        key = category, tuple(sorted(languages))
        if key not in self._shelves:
            self._shelves[key] = self._build_shelves(category, frozenset(languages))
        return self._shelves[key]

    def _build_shelves(self, category: str | None, languages: frozenset[str]) -> list[Shelf]:
        wanted = [
            facts
            for facts in self.facts.values()
            if facts.language in languages and category in (None, facts.category_slug)
        ]
        groups = groupby(wanted, key=lambda facts: facts.category_slug)
        return [Shelf([self.images[facts.prompt_id] for facts in group]) for _, group in groups]


def load_pool(*, ledger_id: int, counts: VoteCounts) -> Pool:
    """Read what can be dealt now, and from the ledger only what it gained since `counts`. Three queries."""
    with connection.cursor() as cursor:
        cursor.execute(_PROMPTS)
        rows = cursor.fetchall()
        cursor.execute(_NEW_VOTES, [ledger_id, counts.position])
        counts = _add_votes(counts, cursor.fetchall())
        cursor.execute(_STRENGTHS, [ledger_id])
        known = {contender: (mean, variance) for contender, mean, variance in cursor.fetchall()}
    contenders = sorted({contender for row in rows for contender in row[9]})
    index = {contender: at for at, contender in enumerate(contenders)}
    return Pool(
        facts={row[0]: PromptFacts(row[0], *row[2:8]) for row in rows},
        images={row[0]: _images(row, index, counts) for row in rows},
        prompt_of_image={image: row[0] for row in rows for image in row[8]},
        contenders=contenders,
        values=pair_values(_strengths(contenders, known)),
        counts=counts,
        languages=sorted({row[4] for row in rows}),
        categories={row[5]: row[6] for row in rows},
    )


def _add_votes(counts: VoteCounts, gained: list[tuple[str, int, int]]) -> VoteCounts:
    by_prompt = dict(counts.by_prompt)
    for prompt, votes, _ in gained:
        by_prompt[prompt] = by_prompt.get(prompt, 0) + votes
    return VoteCounts(max([counts.position, *(last for _, _, last in gained)]), by_prompt)


def _images(row: Sequence[object], index: Mapping[int, int], counts: VoteCounts) -> PromptImages:
    prompt_id, slug, images, makers = row[0], row[1], row[8], row[9]
    assert isinstance(prompt_id, int)
    assert isinstance(slug, str)
    assert isinstance(images, list)
    assert isinstance(makers, list)
    by_contender: dict[int, list[int]] = {}
    for image, maker in zip(images, makers, strict=True):
        by_contender.setdefault(index[maker], []).append(image)
    frozen = {contender: tuple(own) for contender, own in by_contender.items()}
    return PromptImages(prompt_id=prompt_id, votes=counts.by_prompt.get(slug, 0), images=frozen)


def _strengths(contenders: Sequence[int], known: Mapping[int, tuple[float, float]]) -> Strengths:
    unknown = (np.nan, np.nan)
    columns = np.array([known.get(contender, unknown) for contender in contenders], dtype=np.float64).reshape(-1, 2)
    return Strengths(mean=columns[:, 0], variance=columns[:, 1])
