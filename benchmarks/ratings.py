"""Times the rating engine on a synthetic log, and other packages beside it.

`uv run --with arena-rank python -m benchmarks.ratings [votes [contenders]]`; without `--with` that package is left out.
One thread on one core gives the clearest figures: `OMP_NUM_THREADS=1 taskset -c 1 uv run …`.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

import numpy as np

from benchmarks.rating_peers import compare, rate_plainly
from leaderboard.ratings.boards import compute_boards
from leaderboard.ratings.columns.counting import count_cube, count_outcomes
from leaderboard.ratings.columns.votelog import BOTH_BAD, VoteLog
from leaderboard.ratings.fits.sequential_trueskill import replay
from leaderboard.ratings.methods import METHOD, estimate, fit

VOTERS, CATEGORIES, LANGUAGES = 50_000, 20, 5


def simulate(votes: int, contenders: int) -> VoteLog:
    """Random pairs, 23 % ties, 7 % both bad, heavy-tailed voters; seeded."""
    rng = np.random.default_rng(1)
    theta = rng.normal(0, 0.7, contenders)
    left = rng.integers(0, contenders, votes)
    right = (left + rng.integers(1, contenders, votes)) % contenders
    prefer = rng.random(votes) < 1 / (1 + np.exp(theta[right] - theta[left]))
    kind = rng.random(votes)
    voter = np.minimum((rng.pareto(1.1, votes) * VOTERS / 20).astype(np.int64), VOTERS - 1)
    return VoteLog.from_codes(
        contenders=[f"c{index:05}" for index in range(contenders)],
        voters=[f"v{index:06}" for index in range(VOTERS)],
        prompts=[f"p{index:03}" for index in range(500)],
        categories=[f"k{index:02}" for index in range(CATEGORIES)],
        languages=[f"l{index}" for index in range(LANGUAGES)],
        position=np.arange(votes),
        left=left,
        right=right,
        outcome=np.where(kind < 0.07, 3, np.where(kind < 0.3, 2, np.where(prefer, 0, 1))),
        voter=voter,
        prompt=rng.integers(0, 500, votes),
        category=rng.integers(0, CATEGORIES, votes),
        language=rng.integers(0, LANGUAGES, votes),
    )


def rate_categories(log: VoteLog) -> None:
    """Fit each category separately, from one pass over the votes."""
    for counts in count_cube(log):
        rate_plainly(counts)


def best_of(run: Callable[[], object], rounds: int) -> float:
    """Seconds of the fastest of a few runs, since noise only makes a run slower."""
    times = []
    for _ in range(rounds):
        start = perf_counter()
        run()
        times.append(perf_counter() - start)
    return min(times)


def main() -> None:
    votes, contenders = (int(text) for text in (sys.argv[1:] + ["1000000", "100"][len(sys.argv) - 1 :]))
    log = simulate(votes, contenders)
    rated = int(np.count_nonzero(log.outcome != BOTH_BAD))
    unweighted = replace(METHOD, equal_category_weights=False)
    rows: list[tuple[str, float]] = [
        ("Bradley–Terry, plain sandwich (floor: 8)", best_of(lambda: rate_plainly(count_outcomes(log)), 5)),
        (f"the same in {CATEGORIES} categories (floor: 40)", best_of(lambda: rate_categories(log), 5)),
        ("estimates clustered by vote", best_of(lambda: estimate(log, replace(unweighted, clusters=())), 3)),
        ("estimates clustered by voter", best_of(lambda: estimate(log, replace(unweighted, clusters=("voter",))), 3)),
        ("estimates clustered by voter and prompt", best_of(lambda: estimate(log, unweighted), 3)),
        ("input hash", best_of(log.input_hash, 3)),
        ("TrueSkill, sequential", trueskill := best_of(lambda: replay(log, METHOD), 3)),
        ("fit: one board, everything", best_of(lambda: fit(log, unweighted), 3)),
        (f"compute_boards: {1 + CATEGORIES + LANGUAGES} boards, everything", best_of(lambda: compute_boards(log), 1)),
    ]
    print(f"{votes:,} votes ({rated:,} rated), {contenders} contenders, {VOTERS:,} voters")
    for name, seconds in rows:
        print(f"{name:<48} {seconds * 1000:>10,.0f} ms")
    print(f"{'TrueSkill, rated votes per second':<48} {rated / trueskill:>10,.0f}    (floor: 500,000)")
    print("\nEasel and the package: time, ratio, memory at the peak, and how far each is from the converged optimum")
    for line in compare(log):
        print(line)


if __name__ == "__main__":
    main()
