"""The draw of a matchup from what a voter may still see: pure, no Django, no database.

Category uniform among those with something left, prompt with probability proportional to 1/(1 + votes on it), pair
half uniform and half where a vote teaches most, image uniform among the contender's unseen ones, side by a fair coin.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import accumulate
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
# The variance (logit²) of a contender of which nothing is known while others are rated.
UNKNOWN_VARIANCE = 1.0
# Draws of a prompt before the exact list of what is left is made.
QUICK_DRAWS = 16


@dataclass(frozen=True)
class PromptImages:
    """A prompt's images: contender index → its generation ids; and how many votes the prompt has."""

    prompt_id: int
    votes: int
    images: Mapping[int, tuple[int, ...]]


class Shelf:
    """The prompts of one category that a voter can read, ready for weighted draws."""

    def __init__(self, prompts: Sequence[PromptImages]) -> None:
        self.prompts = tuple(prompts)
        self.ids = frozenset(prompt.prompt_id for prompt in prompts)
        self.weights = tuple(1.0 / (1.0 + prompt.votes) for prompt in prompts)
        self._sums = tuple(accumulate(self.weights))

    def draw(self, rng: Random, *, exhausted: Set[int]) -> PromptImages:
        """Draw a prompt by weight among those not exhausted, of which there is at least one."""
        for _ in range(QUICK_DRAWS):
            place = bisect_right(self._sums, rng.random() * self._sums[-1])
            prompt = self.prompts[min(place, len(self.prompts) - 1)]
            if prompt.prompt_id not in exhausted:
                return prompt
        left = [at for at, prompt in enumerate(self.prompts) if prompt.prompt_id not in exhausted]
        return self.prompts[rng.choices(left, weights=[self.weights[at] for at in left])[0]]


@dataclass(frozen=True)
class Strengths:
    """What is known of the contenders, by index: mean and variance in logits; NaN where nothing is."""

    mean: NDArray[np.float64]
    variance: NDArray[np.float64]


@dataclass(frozen=True)
class Draw:
    """A matchup to be: generation ids by side, their contenders' indices, and the pair's probability."""

    prompt_id: int
    left: int
    right: int
    left_contender: int
    right_contender: int
    propensity: float


def pair_values(strengths: Strengths) -> NDArray[np.float64]:
    """Return the symmetric matrix of a_ij = b_i b_j log(1 + p_ij (1 - p_ij) v_ij), zero on the diagonal.

    p_ij is the expected score, v_ij the variance of the difference (trust sheet, section 2.2; covariances are taken
    as zero). With nothing known every pair is worth the same.
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


def draw_pair(rng: Random, contenders: Sequence[int], values: NDArray[np.float64]) -> tuple[int, int, float]:
    """Draw an unordered pair of at least two contenders; return their indices and the pair's probability."""
    index = np.asarray(contenders)
    first, second = np.triu_indices(len(index), k=1)
    worth = values[index[first], index[second]]
    total = worth.sum()
    share = np.full(len(first), 1.0 / len(first))
    if total > 0:
        share = UNIFORM_SHARE * share + (1.0 - UNIFORM_SHARE) * worth / total
    place = min(int(np.searchsorted(np.cumsum(share), rng.random(), side="right")), len(share) - 1)
    return contenders[first[place]], contenders[second[place]], float(share[place])


def unseen_images(prompt: PromptImages, seen: Set[int]) -> dict[int, list[int]]:
    """Return contender index → unseen generation ids, contenders without any left out."""
    left = {contender: [image for image in images if image not in seen] for contender, images in prompt.images.items()}
    return {contender: images for contender, images in left.items() if images}


def draw_matchup(
    rng: Random,
    shelves: Sequence[Shelf],
    *,
    values: NDArray[np.float64],
    seen: Set[int],
    touched: Mapping[int, PromptImages],
) -> Draw | None:
    """Draw a matchup from the shelves (one per category), or None when nothing is left.

    `seen` are generation ids that may not be dealt; `touched` the prompts (by id) that have any of them.
    """
    exhausted = {prompt_id for prompt_id, prompt in touched.items() if len(unseen_images(prompt, seen)) < 2}
    stocked = [shelf for shelf in shelves if len(shelf.ids) > len(shelf.ids & exhausted)]
    if not stocked:
        return None
    prompt = rng.choice(stocked).draw(rng, exhausted=exhausted)
    images = unseen_images(prompt, seen)
    first, second, propensity = draw_pair(rng, list(images), values)
    left, right = (first, second) if rng.random() < 0.5 else (second, first)
    return Draw(
        prompt_id=prompt.prompt_id,
        left=rng.choice(images[left]),
        right=rng.choice(images[right]),
        left_contender=left,
        right_contender=right,
        propensity=min(propensity, 1.0),
    )
