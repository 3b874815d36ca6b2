"""The draw of a matchup from what a voter may still see: pure, no Django, no database.

The category is drawn by weight among those with something left. The prompt has probability proportional to 1/(1 + its
votes). The pair is half uniform and half where a vote teaches most, the image uniform among the contender's unseen
ones, and the side a fair coin.

What a voter has seen is read prompt by prompt, since reading all of it would take longer with every vote. So all
prompts are put into a random order, and the first that has a pair left is taken. The probabilities are the same.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import accumulate
from operator import itemgetter
from random import Random

import numpy as np
from numpy.typing import NDArray

POLICY = "half-uniform-1"
# The share of draws that is uniform over pairs.
UNIFORM_SHARE = 0.5
# A contender whose 95 % half-width is above this many Elo is drawn with this boost, until it has caught up.
WIDE_ELO = 35.0
BOOST = 3.0
ELO_PER_LOGIT = 400.0 / math.log(10.0)
# The variance (logit²) that is assumed of an unrated contender while others are rated.
UNKNOWN_VARIANCE = 1.0
# After this many draws of a prompt, those that are left are put into order all at once.
QUICK_DRAWS = 64


@dataclass(frozen=True)
class PromptImages:
    """A prompt's images: contender index → its generation ids; and how many votes the prompt has.

    `twins` numbers the picture of each image whose exact picture another contender has too (generation id → number).
    Two images with the same number are never dealt against each other. `superseded` are the prompts that this one
    replaces: its images may have been seen under them.
    """

    prompt_id: int
    votes: int
    images: Mapping[int, tuple[int, ...]]
    twins: Mapping[int, int] = field(default_factory=dict)
    superseded: tuple[int, ...] = ()

    @property
    def pairs(self) -> int:
        """How many pairs of contenders can meet here."""
        return len(pairs_of(self, self.images))


class Shelf:
    """The prompts of one category that a voter can read, ready for weighted draws; and the category's own weight."""

    def __init__(self, prompts: Sequence[PromptImages], *, weight: float = 1.0) -> None:
        self.prompts = tuple(prompts)
        self.weight = weight
        self.ids = frozenset(prompt.prompt_id for prompt in prompts)
        self.weights = tuple(1.0 / (1.0 + prompt.votes) for prompt in prompts)
        self._sums = tuple(accumulate(self.weights))

    def order(self, rng: Random, *, exhausted: Set[int]) -> Iterator[PromptImages]:
        """Yield the prompts not exhausted, each once: the next is always drawn by weight among those that are left."""
        passed: set[int] = set()
        for _ in range(QUICK_DRAWS):
            place = bisect_right(self._sums, rng.random() * self._sums[-1])
            prompt = self.prompts[min(place, len(self.prompts) - 1)]
            if prompt.prompt_id not in passed and prompt.prompt_id not in exhausted:
                passed.add(prompt.prompt_id)
                yield prompt
        # Exponential waiting times with these rates end in the order of such draws.
        waits = [
            (rng.expovariate(weight), at)
            for at, (prompt, weight) in enumerate(zip(self.prompts, self.weights, strict=True))
            if prompt.prompt_id not in passed and prompt.prompt_id not in exhausted
        ]
        for _, at in sorted(waits):
            yield self.prompts[at]


@dataclass(frozen=True)
class Strengths:
    """What is known of the contenders, by index: mean and variance in logits; NaN where nothing is."""

    mean: NDArray[np.float64]
    variance: NDArray[np.float64]


@dataclass(frozen=True)
class Draw:
    """A matchup to be dealt: generation ids by side, their contenders' indices, and the pair's probability.

    `control` says what it tests of the voter, if anything.
    """

    prompt_id: int
    left: int
    right: int
    left_contender: int
    right_contender: int
    propensity: float
    control: str = ""


def pair_values(strengths: Strengths) -> NDArray[np.float64]:
    """Return the symmetric matrix of a_ij = b_i b_j log(1 + p_ij (1 - p_ij) v_ij), zero on the diagonal.

    p_ij is the expected score, v_ij the variance of the difference, with covariances taken as zero. If nothing is
    known, every pair has the same value.
    """
    size = len(strengths.mean)
    known = ~np.isnan(strengths.mean)
    if not known.any():
        return np.ones((size, size)) - np.eye(size)
    mean = np.where(known, strengths.mean, strengths.mean[known].mean())
    variance = np.where(known, strengths.variance, UNKNOWN_VARIANCE)
    boost = np.where(1.96 * np.sqrt(variance) * ELO_PER_LOGIT > WIDE_ELO, BOOST, 1.0)
    score = 1.0 / (1.0 + np.exp(mean[None, :] - mean[:, None]))
    spread = variance[:, None] + variance[None, :]
    values = np.outer(boost, boost) * np.log1p(score * (1.0 - score) * spread)
    np.fill_diagonal(values, 0.0)
    return np.asarray(values, dtype=np.float64)


def draw_pair(rng: Random, pairs: NDArray[np.int64], values: NDArray[np.float64]) -> tuple[int, int, float]:
    """Draw one of at least one pair of contenders (rows of two indices); return it and its probability."""
    worth = values[pairs[:, 0], pairs[:, 1]]
    total = worth.sum()
    share = np.full(len(pairs), 1.0 / len(pairs))
    if total > 0:
        share = UNIFORM_SHARE * share + (1.0 - UNIFORM_SHARE) * worth / total
    place = min(int(np.searchsorted(np.cumsum(share), rng.random(), side="right")), len(share) - 1)
    first, second = pairs[place]
    return int(first), int(second), float(share[place])


def pairs_of(prompt: PromptImages, images: Mapping[int, Sequence[int]]) -> NDArray[np.int64]:
    """Return the pairs of contenders that can meet with these images of the prompt, as rows of two indices."""
    contenders = np.fromiter(images, dtype=np.int64, count=len(images))
    first, second = np.triu_indices(len(contenders), k=1)
    pairs: NDArray[np.int64] = np.column_stack([contenders[first], contenders[second]])
    if not prompt.twins:
        return pairs
    meet = [bool(_meetings(prompt, images[one], images[other])) for one, other in pairs.tolist()]
    meeting: NDArray[np.int64] = pairs[np.array(meet, dtype=bool)]
    return meeting


def _meetings(prompt: PromptImages, ones: Sequence[int], others: Sequence[int]) -> list[tuple[int, int]]:
    """Return the pairs of images that are not the same picture."""
    number = prompt.twins.get
    return [(a, b) for a in ones for b in others if number(a, a) != number(b, b)]


def unseen_images(prompt: PromptImages, seen: Set[int]) -> dict[int, list[int]]:
    """Return contender index → unseen generation ids, without the contenders that have none."""
    left = {contender: [image for image in images if image not in seen] for contender, images in prompt.images.items()}
    return {contender: images for contender, images in left.items() if images}


def has_pair(prompt: PromptImages, seen: Set[int]) -> bool:
    """Tell whether two contenders have images that are not among `seen` and are not the same picture."""
    return len(pairs_of(prompt, unseen_images(prompt, seen))) > 0


def count_pairs(prompt: PromptImages, seen: Set[int]) -> int:
    """Return how many matchups of this prompt could be dealt at most, one after the other, without an image twice."""
    sizes = [len(images) for images in unseen_images(prompt, seen).values()]
    return min(sum(sizes) // 2, sum(sizes) - max(sizes)) if sizes else 0


def order_prompts(
    rng: Random, shelves: Sequence[Shelf], *, exhausted: Set[int] = frozenset()
) -> Iterator[PromptImages]:
    """Yield the prompts of all shelves (one per category) that are not exhausted, in the order to be tried.

    Whichever prompts have a pair left, the first of them in this order is a proper draw: its category is drawn by
    weight among theirs, and it is drawn by weight within the category.
    """
    stocked = [shelf for shelf in shelves if not shelf.ids <= exhausted]
    # Exponential waiting times with these rates end in the order of such draws.
    for _, shelf in sorted(((rng.expovariate(shelf.weight), shelf) for shelf in stocked), key=itemgetter(0)):
        yield from shelf.order(rng, exhausted=exhausted)


def draw_matchup(rng: Random, prompt: PromptImages, *, values: NDArray[np.float64], seen: Set[int]) -> Draw | None:
    """Draw a matchup of this prompt, or None when no two contenders have an image that is not among `seen`."""
    images = unseen_images(prompt, seen)
    pairs = pairs_of(prompt, images)
    if not len(pairs):
        return None
    first, second, propensity = draw_pair(rng, pairs, values)
    left, right = (first, second) if rng.random() < 0.5 else (second, first)
    left_image, right_image = rng.choice(_meetings(prompt, images[left], images[right]))
    return Draw(
        prompt_id=prompt.prompt_id,
        left=left_image,
        right=right_image,
        left_contender=left,
        right_contender=right,
        propensity=min(propensity, 1.0),
    )
