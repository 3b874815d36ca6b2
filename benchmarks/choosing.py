"""How sure a choice over categories really is: `uv run python -m benchmarks.choosing [worlds]`.

In each world voters judge contenders in several categories, and what they like in one they like in part in the others.
The truth is the mean over categories of what the same method would find with infinitely many voters and prompts. For
each setting the table gives the correlation of tastes that was found, and then, with and without what errors of boards
have in common: how often a gap's 95 % interval covers the truth, the mean chance of the first, and how often it is the
best. All draws are seeded.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.boards import BoardKey, prepare_board
from leaderboard.ratings.columns.votelog import LEFT, RIGHT, VoteLog
from leaderboard.ratings.fits.bradley_terry import fit_strengths
from leaderboard.ratings.joint.combining import NORMAL_95, Combined, Part, combine_parts
from leaderboard.ratings.joint.shared_tastes import SharedErrors
from leaderboard.ratings.joint.weighing import share_boards
from leaderboard.ratings.methods import METHOD, fit_with_errors

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

LUCK = 0.3
PROMPTS = 40
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(41)


@dataclass(frozen=True)
class Setting:
    """How many contenders, categories, voters, and votes of each voter in each category.

    `taste` is the sd of a voter's liking of a contender in a category, in logits; `alike` its correlation between two
    categories.
    """

    contenders: int
    categories: int
    voters: int
    votes: int
    taste: float
    alike: float


SETTINGS = (
    Setting(6, 6, 30, 20, 0.8, 0.8),
    Setting(6, 6, 30, 20, 0.8, 0.0),
    Setting(6, 6, 12, 40, 0.8, 0.8),
    Setting(12, 4, 60, 15, 0.6, 0.6),
    Setting(20, 8, 40, 15, 0.6, 0.5),
)


@dataclass(frozen=True, eq=False)
class Outcome:
    """One world: the truth, what was found in common, and the categories combined with and without it."""

    truth: Vector
    shared: SharedErrors
    joint: Combined
    alone: Combined


def draw_votes(rng: np.random.Generator, setting: Setting) -> tuple[VoteLog, Vector]:
    """Draw a world's votes and its truth."""
    n, categories, voters = setting.contenders, setting.categories, setting.voters
    strength = rng.normal(0, 0.5, n) + rng.normal(0, 0.2, (categories, n))
    everywhere, here = rng.normal(size=(voters, 1, n)), rng.normal(size=(voters, categories, n))
    taste = setting.taste * (np.sqrt(setting.alike) * everywhere + np.sqrt(1 - setting.alike) * here)
    luck = rng.normal(0, LUCK, (categories, PROMPTS, n))
    votes = voters * categories * setting.votes
    voter, category = np.divmod(np.arange(votes) // setting.votes, categories)
    prompt, left = rng.integers(0, PROMPTS, votes), rng.integers(0, n, votes)
    right = (left + rng.integers(1, n, votes)) % n
    worth = strength[category] + taste[voter, category] + luck[category, prompt]
    gap = worth[np.arange(votes), left] - worth[np.arange(votes), right]
    log = VoteLog.from_codes(
        contenders=[f"c{index:02}" for index in range(n)],
        voters=[f"v{index:03}" for index in range(voters)],
        prompts=[f"p{index:04}" for index in range(categories * PROMPTS)],
        categories=[f"k{index:02}" for index in range(categories)],
        languages=["en"],
        position=np.arange(votes),
        left=left,
        right=right,
        outcome=np.where(rng.random(votes) < 1 / (1 + np.exp(-gap)), LEFT, RIGHT),
        voter=voter,
        prompt=category * PROMPTS + prompt,
        category=category,
        language=np.zeros(votes, dtype=np.int64),
    )
    scatter = np.sqrt(2 * (setting.taste**2 + LUCK**2))
    return log, np.mean([_see_from_afar(each, scatter) for each in strength], axis=0)


def _see_from_afar(strength: Vector, scatter: float) -> Vector:
    """The strengths that infinitely many votes would give, where the gap of a pair scatters between votes."""
    gap = (strength[:, None] - strength)[..., None] + scatter * NODES
    chance = (1 / (1 + np.exp(-gap))) @ (WEIGHTS / WEIGHTS.sum()) * (1 - np.eye(len(strength)))
    return fit_strengths(1e6 * np.stack([chance, chance.T]), prior_sd=100.0).theta


def play(rng: np.random.Generator, setting: Setting) -> Outcome:
    """Draw a world, and combine its categories with equal weights, in logits."""
    log, truth = draw_votes(rng, setting)
    keys = [BoardKey("category", slug) for slug in log.categories]
    errors = [fit_with_errors(*prepare_board(log, key))[1] for key in keys]
    shared = share_boards(log, keys, errors, METHOD)
    parts = [Part(own.theta, own.covariance, 1.0) for own in errors]
    return Outcome(truth, shared, combine_parts(parts, shared.covariances), combine_parts(parts, {}))


def count_covered(outcome: Outcome, combined: Combined) -> float:
    """The share of gaps whose 95 % interval covers the truth."""
    upper = np.triu_indices(len(outcome.truth), k=1)
    found, true = (values[:, None] - values for values in (combined.rating, outcome.truth))
    return float(np.mean((np.abs(found - true) <= NORMAL_95 * combined.gap_se)[upper]))


def _report(setting: Setting, outcomes: list[Outcome]) -> Iterator[str]:
    yield f"{setting}\n  correlation found: {np.mean([one.shared.correlation for one in outcomes]):.2f}"
    for name, chosen in (("joint", "joint"), ("as if independent", "alone")):
        combined: list[Combined] = [getattr(one, chosen) for one in outcomes]
        covered = np.mean([count_covered(*each) for each in zip(outcomes, combined, strict=True)])
        chance = np.mean([each.first.max() for each in combined])
        right = np.mean(
            [each.first.argmax() == one.truth.argmax() for one, each in zip(outcomes, combined, strict=True)]
        )
        yield f"  {name:<18} covered {covered:.3f}   chance of the first {chance:.2f}, right {right:.2f}"


def main() -> None:
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for setting in SETTINGS:
        rng = np.random.default_rng(1)
        print("\n".join(_report(setting, [play(rng, setting) for _ in range(worlds)])), flush=True)


if __name__ == "__main__":
    main()
