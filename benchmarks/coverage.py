"""How often the truth lies where the boards say: `uv run python -m benchmarks.coverage [worlds]`.

Each world has eight contenders of known strengths, voters with tastes of their own, and prompts whose images came out
better or worse. The truth is what the same method would find with infinitely many voters and prompts. The first table
gives, by setting: how often a pairwise 95 % interval covers the true gap; how often all rank ranges of a board hold at
once; the median width of a pairwise interval in Elo; and how often mu - 3 sigma exceeds the true skill. All draws are
seeded.

The second table looks sixty times at growing boards, with the always-valid answer and with the interval for one look.
For two equal contenders it gives how often either ever declares them different. For two that are 40 Elo apart it gives
how often the always-valid answer decides the gap within all votes, after how many votes on average, and after how many
votes a plan of fixed size has decided it in 95 % of the worlds.
"""

import sys
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray

from benchmarks.worlds import CONTENDERS, ELO, TIE_MARGIN, Setting, draw_world
from leaderboard.ratings.columns.counting import score_table
from leaderboard.ratings.columns.votelog import LEFT, RIGHT, TIE
from leaderboard.ratings.diagnostics.deciding import decide
from leaderboard.ratings.fits.bradley_terry import fit_strengths
from leaderboard.ratings.fits.skills import fit_skills
from leaderboard.ratings.methods import METHOD, estimate
from leaderboard.ratings.uncertainty.intervals import cluster_quantiles, rank_ranges

Vector = NDArray[np.float64]

VOTES = {5: 40, 10: 40, 20: 30, 50: 30, 500: 10}
LOOKS = np.unique(np.geomspace(200, 16_000, 60).astype(int)).tolist()
CALLED_GAP = 40.0
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(61)


@dataclass
class Tally:
    """What held, over all worlds of one setting in which an interval was printed."""

    pairs: int = 0
    pairs_held: int = 0
    boards: int = 0
    boards_held: int = 0
    skills: int = 0
    skills_over: int = 0
    widths: list[float] = field(default_factory=list)


@dataclass
class Peeks:
    """What sixty looks at each of some worlds said about two contenders; `fixed` counts the right calls by look."""

    worlds: int = 0
    wrong: int = 0
    wrong_by_interval: int = 0
    stops: list[int] = field(default_factory=list)
    fixed: Vector = field(default_factory=lambda: np.zeros(len(LOOKS)))

    def fixed_size(self) -> int | None:
        """Votes at the first look where the interval for one look decides rightly in 95 % of the worlds."""
        enough = np.flatnonzero(self.fixed >= 0.95 * self.worlds)
        return LOOKS[enough[0]] if len(enough) else None


def find_truth(strength: Vector, setting: Setting) -> tuple[Vector, Vector]:
    """What both fits would find with infinitely many votes, voters and prompts: theta and skills, centred."""
    gap = strength[:, None] - strength[None, :]
    scatter = np.sqrt(2 * (setting.taste**2 + setting.images**2)) * NODES
    shifted = gap[:, :, None] + scatter
    wins = (1 / (1 + np.exp(TIE_MARGIN - shifted))) @ WEIGHTS / WEIGHTS.sum()
    losses = (1 / (1 + np.exp(TIE_MARGIN + shifted))) @ WEIGHTS / WEIGHTS.sum()
    outcomes = np.zeros((4, CONTENDERS, CONTENDERS))
    for index, share in ((LEFT, wins), (RIGHT, losses), (TIE, 1 - wins - losses)):
        outcomes[index] = 1e7 * share * (1 - np.eye(CONTENDERS))
    theta = fit_strengths(score_table(outcomes), prior_sd=METHOD.prior_sd).theta
    skill = fit_skills(outcomes, METHOD).mode
    return theta - theta.mean(), skill - skill.mean() + METHOD.mu0


def measure(setting: Setting, worlds: int) -> Tally:
    """Draw worlds and count what holds."""
    rng, tally = np.random.default_rng(list(map(int, (setting.voters, setting.zipf, setting.prompts)))), Tally()
    pairs = np.triu_indices(CONTENDERS, k=1)
    for _ in range(worlds):
        strength = rng.normal(0, 0.6, CONTENDERS)
        world = draw_world(rng, setting, setting.voters * VOTES[setting.voters])
        log = world.vote(rng, world.worth(strength))
        found = estimate(log)
        theta, skill = find_truth(strength, setting)
        effective = found.dependence.effective
        quantile = cluster_quantiles(effective, tail=0.025)
        width = np.maximum(quantile[:, None], quantile[None, :]) * found.gap_se
        miss = np.abs((found.theta[:, None] - found.theta) - (theta[:, None] - theta))
        printed = ~np.isnan(width[pairs])
        tally.pairs += int(np.count_nonzero(printed))
        tally.pairs_held += int(np.count_nonzero(miss[pairs] <= width[pairs]))
        tally.widths += (2 * ELO * width[pairs][printed]).tolist()
        rank = 1 + np.count_nonzero(theta[None, :] > theta[:, None], axis=1)
        ranges = rank_ranges(
            found.theta, found.gap_se, effective=effective, part=found.connectivity.part, confidence=0.95
        )
        tally.boards += 1
        tally.boards_held += bool(np.all((ranges.low <= rank) & (rank <= ranges.high)))
        tally.skills += CONTENDERS
        tally.skills_over += int(np.count_nonzero(found.skills.conservative > skill))
    return tally


def space_apart(strength: Vector, setting: Setting, elo: float) -> Vector:
    """Put the first contender so far above the second that the method's true gap is `elo`."""
    low, high = strength[1], strength[1] + 1.0
    for _ in range(12 if elo else 0):
        strength[0] = (low + high) / 2
        theta = find_truth(strength, setting)[0]
        low, high = (strength[0], high) if ELO * (theta[0] - theta[1]) < elo else (low, strength[0])
    strength[0] = low if elo else strength[1]
    return strength


def peek(setting: Setting, elo: float, worlds: int) -> Peeks:
    """Look at growing worlds whose first contender is `elo` better than the second."""
    rng, found = np.random.default_rng([int(elo), setting.voters, setting.zipf, setting.prompts]), Peeks()
    for _ in range(worlds):
        strength = space_apart(rng.normal(0, 0.6, CONTENDERS), setting, elo)
        world = draw_world(rng, setting, LOOKS[-1])
        log = world.vote(rng, world.worth(strength))
        said, by_interval = [], []
        for votes in LOOKS:
            board = estimate(log.select(slice(0, votes)))
            answer = decide(log.contenders, board, 0, 1)
            fewest = board.dependence.effective[:2].min(keepdims=True)
            single = ELO * float(cluster_quantiles(fewest, tail=0.025)[0] * board.gap_se[0, 1])
            ahead = answer.leader == log.contenders[0]
            said.append((votes, ahead) if answer.decided else None)
            by_interval.append(ahead if answer.gap > single else None)
        calls = [call for call in said if call]
        found.worlds += 1
        found.wrong += any(not elo or not ahead for _, ahead in calls)
        found.wrong_by_interval += any(ahead is not None and (not elo or not ahead) for ahead in by_interval)
        found.stops += [votes for votes, _ in calls[:1]]
        found.fixed += [bool(ahead) for ahead in by_interval]
    return found


def print_coverage(worlds: int) -> None:
    """Print one line for each setting."""
    print("voters activity taste images prompts | pairwise  all ranks  median width  mu-3sigma over truth")
    spreads = product(VOTES, (False, True), (0.0, 0.5, 0.8), (0.0, 0.5), (10, 100))
    for voters, zipf, taste, images, prompts in spreads:
        tally = measure(Setting(voters, zipf, taste, images, prompts), worlds)
        held = f"{tally.pairs_held / tally.pairs:9.3f}" if tally.pairs else "     none"
        width = f"{np.median(tally.widths):9.0f} Elo" if tally.widths else "            -"
        print(
            f"{voters:6} {'zipf' if zipf else 'even':8} {taste:5} {images:6} {prompts:7} |{held}"
            f"{tally.boards_held / tally.boards:11.3f} {width} {tally.skills_over / tally.skills:14.4f}",
            flush=True,
        )


def print_peeks(worlds: int) -> None:
    """Print one line per setting; a world that was never decided counts with all its votes."""
    print(
        "\nvoters activity taste images prompts | null: decided  by interval | 40 Elo: called  wrong  votes  fixed plan"
    )
    settings = (
        Setting(500, zipf=False, taste=0.0, images=0.0, prompts=100),
        Setting(500, zipf=True, taste=0.5, images=0.0, prompts=100),
        Setting(500, zipf=False, taste=0.5, images=0.5, prompts=100),
        Setting(20, zipf=True, taste=0.5, images=0.5, prompts=10),
    )
    for setting in settings:
        null, apart = peek(setting, 0.0, worlds), peek(setting, CALLED_GAP, worlds)
        votes = (sum(apart.stops) + LOOKS[-1] * (worlds - len(apart.stops))) / worlds
        print(
            f"{setting.voters:6} {'zipf' if setting.zipf else 'even':8} {setting.taste:5} {setting.images:6} "
            f"{setting.prompts:7} |{null.wrong / worlds:14.3f} {null.wrong_by_interval / worlds:12.3f} |"
            f"{len(apart.stops) / worlds:15.3f} {apart.wrong / worlds:6.3f} {votes:6.0f} "
            f"{apart.fixed_size() or 'never':>11}",
            flush=True,
        )


def main() -> None:
    """Print both tables."""
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    print_coverage(worlds)
    print_peeks(worlds)


if __name__ == "__main__":
    main()
