"""How often declared shares hold: `uv run python -m benchmarks.shares [WORLDS]`, 100 by default.

In each world two categories disagree on eight contenders, and one has four times as many votes as the other. The truth
is what a board of endless votes in the declared shares would say. Prints how many pairwise 95 % intervals cover it, by
the declared shares and by votes, and the mean half-width in Elo.
"""

import sys

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.shares import Shares
from leaderboard.ratings.columns.strata import name_anchors, weigh_by_shares
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.fits.bradley_terry import fit_strengths
from leaderboard.ratings.methods import estimate
from leaderboard.ratings.parameters import METHOD
from leaderboard.ratings.uncertainty.intervals import cluster_quantiles

_CONTENDERS, _PROMPTS = 8, 50
_SETTINGS = ((5, 1_000), (20, 2_000), (200, 8_000))
_MIXES = ((1, 1), (3, 1), (1, 9))
_COMMON = 0.8
_DISAGREE, _TASTE, _LUCK = 0.5, 0.5, 0.4

Vector = NDArray[np.float64]


def draw_world(rng: np.random.Generator, voters: int, votes: int) -> tuple[VoteLog, NDArray[np.float64]]:
    """Votes of busy and casual voters, and the strengths by category, float64[2, contenders]."""
    strength = rng.normal(0, 0.6, _CONTENDERS) + rng.normal(0, _DISAGREE, (2, _CONTENDERS))
    taste = rng.normal(0, _TASTE, (voters, _CONTENDERS))
    luck = rng.normal(0, _LUCK, (2 * _PROMPTS, _CONTENDERS))
    busy = 1 / np.arange(1, voters + 1)
    voter = rng.choice(voters, votes, p=busy / busy.sum())
    category = (rng.random(votes) > _COMMON).astype(int)
    prompt = category * _PROMPTS + rng.integers(0, _PROMPTS, votes)
    left = rng.integers(0, _CONTENDERS, votes)
    right = (left + rng.integers(1, _CONTENDERS, votes)) % _CONTENDERS
    logit = strength[category, left] - strength[category, right]
    logit += taste[voter, left] - taste[voter, right] + luck[prompt, left] - luck[prompt, right]
    wins = rng.random(votes) < 1 / (1 + np.exp(-logit))
    log = VoteLog.from_codes(
        contenders=[f"c{index}" for index in range(_CONTENDERS)],
        voters=[f"v{index:03}" for index in range(voters)],
        prompts=[f"p{index:03}" for index in range(2 * _PROMPTS)],
        categories=["common", "rare"],
        languages=["en"],
        position=np.arange(votes),
        left=left,
        right=right,
        outcome=np.where(wins, 0, 1),
        voter=voter,
        prompt=prompt,
        category=category,
        language=np.zeros(votes, dtype=int),
    )
    return log.compact(), strength


def find_truth(rng: np.random.Generator, strength: NDArray[np.float64], mix: tuple[int, int]) -> Vector:
    """The strengths that endless votes of endless voters and prompts in this mix would give, float64[contenders]."""
    spread = np.sqrt(2 * (_TASTE**2 + _LUCK**2)) * rng.normal(size=20_001)
    points = np.zeros((2, _CONTENDERS, _CONTENDERS))
    for share, own in zip(np.array(mix) / sum(mix), strength, strict=True):
        gap = own[:, None] - own[None, :]
        chance = np.mean(1 / (1 + np.exp(-(gap[..., None] + spread))), axis=-1)
        np.fill_diagonal(chance, 0.0)
        points += share * np.stack([chance, chance.T])
    return fit_strengths(points * 1e6, prior_sd=METHOD.prior_sd).theta


def main() -> None:
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    upper = np.triu_indices(_CONTENDERS, 1)
    print(f"{'voters, votes':<16}{'mix':<8}{'shares: pairs':>14}{'Elo ±':>8}{'by votes: pairs':>18}{'Elo ±':>8}")
    for voters, votes in _SETTINGS:
        for mix in _MIXES:
            shares = Shares.from_numbers("mix", {"category": {"common": mix[0], "rare": mix[1]}}, {})
            held: list[list[float]] = [[], []]
            width: list[list[float]] = [[], []]
            for world in range(worlds):
                rng = np.random.default_rng([voters, mix[0], mix[1], world])
                log, strength = draw_world(rng, voters, votes)
                truth = find_truth(rng, strength, mix)
                ways = (weigh_by_shares(log, shares, METHOD), (log, name_anchors(log, METHOD)))
                for way, (own, method) in enumerate(ways):
                    found = estimate(own, method)
                    quantile = cluster_quantiles(found.effective, tail=(1 - method.confidence) / 2)
                    half = found.gap_se * np.maximum(quantile[:, None], quantile[None, :])
                    error = found.theta[:, None] - found.theta[None, :] - (truth[:, None] - truth[None, :])
                    held[way].append(float(np.mean(np.abs(error)[upper] <= half[upper])))
                    width[way].append(float(np.mean(half[upper])) * method.elo_per_logit)
            figures = "".join(f"{np.mean(held[way]):>{14 + 4 * way}.3f}{np.mean(width[way]):>8.0f}" for way in (0, 1))
            print(f"{f'{voters}, {votes:,}':<16}{f'{mix[0]}:{mix[1]}':<8}{figures}")


if __name__ == "__main__":
    main()
