"""How often the truth lies where the boards say: `uv run python -m benchmarks.coverage [worlds]`.

Each world has eight contenders of known strengths, voters with tastes of their own, and prompts whose images came out
better or worse. The truth is what the same method would find with infinitely many voters and prompts. The first table
gives, by setting, for method versions 2 and 3 side by side: how often a pairwise 95 % interval covers the true
gap, and its mean half-width in Elo; how often all rank ranges of a board hold at once, and how many places they have on
average; and how often mu - 3 sigma exceeds the true skill. All draws are seeded.

The second table looks sixty times at growing boards, with the always-valid answer and with the interval for one look.
For two equal contenders it gives how often either ever declares them different. For two that are 40 Elo apart it gives
how often the always-valid answer decides the gap within all votes, after how many votes on average, and after how many
votes a plan of fixed size has decided it in 95 % of the worlds.
"""

import sys
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.worlds import CONTENDERS, ELO, Setting, World, draw_world
from leaderboard.ratings.columns.counting import score_table
from leaderboard.ratings.columns.votelog import LEFT, RIGHT, TIE, VoteLog
from leaderboard.ratings.diagnostics.deciding import decide
from leaderboard.ratings.fits.bradley_terry import fit_strengths
from leaderboard.ratings.fits.skills import fit_skills
from leaderboard.ratings.lines import write_lines
from leaderboard.ratings.methods import METHOD, Method, estimate
from leaderboard.ratings.uncertainty.intervals import cluster_quantiles

Vector = NDArray[np.float64]

# Votes by a voter, on average.
VOTES = {5: (40, 200), 10: (40,), 20: (30, 100), 50: (30,), 200: (40,)}
# Version 4 has the errors of version 3, for votes that weigh differently: `limits` compares these two.
VERSIONS = ("2", "3")
LOOKS = np.unique(np.geomspace(200, 16_000, 60).astype(int)).tolist()
CALLED_GAP = 40.0
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(61)
# What a world differs in from one of equal activity without tastes or luck.
PLAIN = {"zipf": False, "taste": 0.0, "images": 0.0, "prompts": 100}
BOTH = {"zipf": True, "taste": 0.5, "images": 0.4, "prompts": 50}
WORLDS: dict[str, dict[str, Any]] = {
    "no tastes, no luck": PLAIN,
    "even activity": BOTH | {"zipf": False},
    "tastes and luck": BOTH,
    "strong tastes": BOTH | {"taste": 0.8},
    "few prompts": BOTH | {"prompts": 10},
    "strong luck, no tastes": BOTH | {"taste": 0.0, "images": 0.8, "prompts": 12},
    "unequal tastes": BOTH | {"unequal": 0.6},
    "shared taste": BOTH | {"factor": 0.4},
    "close pairs dealt": BOTH | {"adaptive": True},
    "no ties": BOTH | {"margin": 0.0},
    "many ties": BOTH | {"margin": 1.0},
    "30 % both bad": BOTH | {"bad": 0.3},
}


@dataclass
class Tally:
    """What held, over all worlds of one setting in which an interval was printed; places among those ranked."""

    held: list[bool] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    boards_held: list[bool] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    skills_over: list[bool] = field(default_factory=list)

    def row(self) -> str:
        """The five figures."""
        pairs = f"{np.mean(self.held):.3f} {np.mean(self.widths):5.0f}" if self.held else " none     -"
        ranks = f"{np.mean(self.places):5.1f}" if self.places else "    -"
        return f"{pairs}  {np.mean(self.boards_held):.2f} {ranks}  {np.mean(self.skills_over):.4f}"


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


def find_truth(strength: Vector, world: World) -> tuple[Vector, Vector]:
    """What both fits would find with infinitely many votes, voters and prompts: theta and skills, centred."""
    shifted = (strength[:, None] - strength)[:, :, None] + world.scatter[:, :, None] * NODES
    margin, total = world.setting.margin, WEIGHTS.sum()
    wins = (1 / (1 + np.exp(margin - shifted))) @ WEIGHTS / total
    losses = (1 / (1 + np.exp(margin + shifted))) @ WEIGHTS / total
    outcomes = np.zeros((4, CONTENDERS, CONTENDERS))
    for index, share in ((LEFT, wins), (RIGHT, losses), (TIE, 1 - wins - losses)):
        outcomes[index] = 1e9 * share * world.dealt / world.dealt.sum()
    theta = fit_strengths(score_table(outcomes), prior_sd=METHOD.prior_sd).theta
    skill = fit_skills(outcomes, METHOD).mode
    return theta - theta.mean(), skill - skill.mean() + METHOD.mu0


def measure(setting: Setting, votes: int, worlds: int) -> list[Tally]:
    """Draw worlds and count what holds, by version."""
    rng = np.random.default_rng([setting.voters, votes, setting.prompts, int(100 * setting.taste)])
    tallies = [Tally() for _ in VERSIONS]
    for _ in range(worlds):
        strength = rng.normal(0, 0.6, CONTENDERS)
        world = draw_world(rng, setting, votes, strength=strength)
        log, truth = world.vote(rng, world.worth(strength)), find_truth(strength, world)
        for version, tally in zip(VERSIONS, tallies, strict=True):
            count_world(log, *truth, replace(METHOD, version=version), tally)
    return tallies


def count_world(log: VoteLog, theta: Vector, skill: Vector, method: Method, tally: Tally) -> None:
    """Count what one board says rightly."""
    found, pairs = estimate(log, method), np.triu_indices(CONTENDERS, k=1)
    quantile = cluster_quantiles(found.effective, tail=0.025)
    width = (np.maximum(quantile[:, None], quantile) * found.gap_se)[pairs]
    miss = np.abs((found.theta[:, None] - found.theta) - (theta[:, None] - theta))[pairs]
    printed = ~np.isnan(width)
    tally.held += (miss <= width)[printed].tolist()
    tally.widths += (ELO * width[printed]).tolist()
    tally.skills_over += (found.skills.conservative > skill).tolist()
    lines = {line.contender: line for line in write_lines(log.contenders, found, method)}
    ranked = [index for index, name in enumerate(log.contenders) if lines[name].rank_low is not None]
    # Version 2 ranks among all contenders shown, version 3 among those whose rank it claims.
    among = theta[ranked] if method.pools else theta
    right = True
    for index in ranked:
        line = lines[log.contenders[index]]
        low, high = line.rank_low or 0, line.rank_high or 0
        right = right and low <= 1 + int(np.count_nonzero(among > theta[index])) <= high
        tally.places.append(high - low + 1)
    tally.boards_held.append(right)


def space_apart(strength: Vector, world: World, elo: float) -> Vector:
    """Put the first contender so far above the second that the method's true gap is `elo`."""
    low, high = strength[1], strength[1] + 1.0
    for _ in range(12 if elo else 0):
        strength[0] = (low + high) / 2
        theta = find_truth(strength, world)[0]
        low, high = (strength[0], high) if ELO * (theta[0] - theta[1]) < elo else (low, strength[0])
    strength[0] = low if elo else strength[1]
    return strength


def peek(setting: Setting, elo: float, worlds: int) -> Peeks:
    """Look at growing worlds whose first contender is `elo` better than the second."""
    rng, found = np.random.default_rng([int(elo), setting.voters, setting.zipf, setting.prompts]), Peeks()
    for _ in range(worlds):
        world = draw_world(rng, setting, LOOKS[-1])
        strength = space_apart(rng.normal(0, 0.6, CONTENDERS), world, elo)
        log = world.vote(rng, world.worth(strength))
        said, by_interval = [], []
        for votes in LOOKS:
            board = estimate(log.select(slice(0, votes)))
            answer = decide(log.contenders, board, 0, 1)
            fewest = board.effective[:2].min(keepdims=True)
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
    columns = "pairs  half  ranges places  mu-3s"
    print(f"{'voters  votes  world':39} | {columns} (version 2) | {columns} (version 3)")
    for name, changed in WORLDS.items():
        for voters, counts in VOTES.items():
            for each in counts:
                old, new = measure(Setting(voters=voters, **changed), voters * each, worlds)
                print(f"{voters:6} {voters * each:6}  {name:23} | {old.row():33} | {new.row()}", flush=True)


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
