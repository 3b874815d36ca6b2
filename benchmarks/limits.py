"""What limits on the influence of voters cost honest boards: `uv run python -m benchmarks.limits [worlds]`.

The worlds are those of `coverage`: eight contenders, voters with tastes and heavy-tailed activity, prompts with luck.
For method version 3 and version 4 on the same votes the first table gives how often a pairwise 95 % interval covers the
true gap, with the Monte Carlo error of that share; the bias of gaps and their root mean square error in Elo; and the
mean half-width of version 4 over that of version 3. The second table has the public arena of `rigged_worlds`, where
most voters come once: half-widths of today's two boards over those of version 3, which counted all votes alike. The
third has how long a board of a million votes takes. All draws are seeded.
"""

import sys
from dataclasses import dataclass, field, replace
from time import process_time
from typing import Any

import numpy as np

from benchmarks.coverage import BOTH, PLAIN, find_truth
from benchmarks.rigged_worlds import Arena
from benchmarks.worlds import CONTENDERS, ELO, Setting, draw_world
from leaderboard.ratings.boards import OVERALL, limit_votes, prepare_board
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.methods import METHOD, Method, estimate, fit
from leaderboard.ratings.uncertainty.intervals import cluster_quantiles

BEFORE = replace(METHOD, version="3")
SIZES = ((5, 1_000), (20, 2_000), (50, 5_000), (200, 8_000))
WORLDS: dict[str, dict[str, Any]] = {
    "no tastes, no luck": PLAIN | {"zipf": True},
    "tastes and luck": BOTH,
    "strong tastes": BOTH | {"taste": 0.8},
    "unequal tastes": BOTH | {"unequal": 0.6},
}
PAIRS = np.triu_indices(CONTENDERS, k=1)


@dataclass
class Tally:
    """One method's pairs: the share covered by world, errors of gaps towards the stronger side, and half-widths."""

    held: list[float] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)

    def row(self) -> str:
        """Coverage with its Monte Carlo error, bias and root mean square error."""
        error = np.std(self.held) / np.sqrt(len(self.held))
        rms = np.sqrt(np.mean(np.square(self.errors)))
        return f"{np.mean(self.held):.3f} ± {error:.3f} {np.mean(self.errors):+5.1f} {rms:5.1f}"


def count_world(log: VoteLog, truth: np.ndarray, method: Method, tally: Tally) -> None:
    """Count what one board says."""
    found = estimate(limit_votes(log, method), method)
    quantile = cluster_quantiles(found.effective, tail=0.025)
    width = (np.maximum(quantile[:, None], quantile) * found.gap_se)[PAIRS]
    gaps, true = ((each[:, None] - each)[PAIRS] for each in (found.theta, truth))
    printed = ~np.isnan(width)
    if printed.any():
        tally.held.append(float(np.mean((np.abs(gaps - true) <= width)[printed])))
        tally.widths.append(float(ELO * np.mean(width[printed])))
    tally.errors += (ELO * (gaps - true) * np.sign(true)).tolist()


def measure(setting: Setting, votes: int, worlds: int) -> tuple[Tally, Tally]:
    """Draw worlds and count what both versions say."""
    rng = np.random.default_rng([setting.voters, votes, int(100 * setting.taste), int(10 * setting.unequal)])
    before, now = Tally(), Tally()
    for _ in range(worlds):
        strength = rng.normal(0, 0.6, CONTENDERS)
        world = draw_world(rng, setting, votes, strength=strength)
        log, truth = world.vote(rng, world.worth(strength)), find_truth(strength, world)[0]
        for method, tally in ((BEFORE, before), (METHOD, now)):
            count_world(log, truth, method, tally)
    return before, now


def compare_boards(worlds: int) -> None:
    """Print half-widths on the public arena."""
    widths: dict[str, list[float]] = {}
    for seed in range(worlds):
        log = Arena(5_000 + seed).vote_honestly().as_log()
        for name, method in (("version 3", BEFORE), ("official", METHOD.for_official()), ("all", METHOD)):
            own, counted = prepare_board(log, OVERALL, method)
            widths.setdefault(name, []).append(float(np.nanmean(estimate(own.compact(), counted).half_width)))
    print("\npublic arena of 3,000 votes, mean half-width in Elo: ", end="")
    print(", ".join(f"{name} {np.mean(each):.0f}" for name, each in widths.items()))


def time_boards(votes: int = 1_000_000) -> None:
    """Print how much processor time a board of heavy-tailed activity takes, by version."""
    rng = np.random.default_rng(1)
    world = draw_world(rng, Setting(voters=votes // 20, **WORLDS["tastes and luck"]), votes)
    log = world.vote(rng, world.worth(rng.normal(0, 0.6, CONTENDERS)))
    taken = {}
    for method in (BEFORE, METHOD):
        times = []
        for _ in range(4):
            start = process_time()
            fit(limit_votes(log, method), method)
            times.append(process_time() - start)
        taken[method.version] = min(times)
    start = process_time()
    limit_votes(log, METHOD)
    alone = process_time() - start
    print(f"\n{votes:,} votes: version 3 {taken['3']:.2f} s, version 4 {taken['4']:.2f} s, of it limits {alone:.2f} s")


def main() -> None:
    """Print the tables."""
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    print(f"{'voters  votes  world':37} | version 3: covered, bias, rms | version 4                   | half-width")
    for name, changed in WORLDS.items():
        for voters, votes in SIZES:
            before, now = measure(Setting(voters=voters, **changed), votes, worlds)
            ratio = np.mean(now.widths) / np.mean(before.widths)
            print(f"{voters:6} {votes:6}  {name:22} | {before.row()} | {now.row()} | {ratio:.2f}", flush=True)
    compare_boards(max(1, worlds // 2))
    time_boards()


if __name__ == "__main__":
    main()
