"""The same rating jobs with Easel's engine and with packages that others use, on the same votes in the same run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from re import search
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.counting import Counts, count_outcomes, residual_table, score_table
from leaderboard.ratings.columns.votelog import BOTH_BAD, OUTCOMES, TIE, VoteLog
from leaderboard.ratings.fits.bradley_terry import fit_strengths, logistic
from leaderboard.ratings.fits.sequential_trueskill import replay
from leaderboard.ratings.methods import METHOD
from leaderboard.ratings.speed.acceleration import kernels
from leaderboard.ratings.uncertainty.clusters import outer_differences

Vector = NDArray[np.float64]
Run = Callable[[], Vector]

# The peers have no prior; with a prior this weak, the optimum equals theirs to 1e-9 Elo.
NO_PRIOR = 1e5
ELO = 400 / np.log(10)
ROUNDS = 3
# The trueskill package needs a tenth of a millisecond for one vote.
REPLAYED = 20_000


@dataclass(frozen=True)
class Job:
    """One job done by both sides; each returns the estimates, float64[n], so that they can be compared."""

    name: str
    package: str
    ours: Run
    theirs: Run
    optimum: Vector | None
    floor: float


@dataclass(frozen=True)
class Took:
    """The fastest of a few runs in seconds, the extra memory at its peak in MB, and the estimates."""

    seconds: float
    memory: float
    estimates: Vector


def rate_plainly(counts: Counts) -> tuple[Vector, Vector]:
    """Elo around 0 without a prior, and its sandwich standard error without clusters, float64[n] each."""
    fitted = fit_strengths(score_table(counts), prior_sd=NO_PRIOR)
    chance = logistic(fitted.theta[:, None] - fitted.theta[None, :])
    residual = residual_table(chance)
    inverse = np.linalg.inv(fitted.total)
    inverse -= inverse.mean(axis=0)
    meat = outer_differences(np.einsum("yij,yij,yij->ij", counts[:BOTH_BAD], residual[:BOTH_BAD], residual[:BOTH_BAD]))
    return ELO * (fitted.theta - fitted.theta.mean()), ELO * np.sqrt(np.diag(inverse @ meat @ inverse.T))


def compare(log: VoteLog) -> Iterator[str]:
    """A line of text per job, or a line that says how to add the package."""
    rated = log.select(log.outcome != BOTH_BAD)
    for package, prepare in (("evalica", _evalica), ("arena_rank", _arena_rank), ("trueskill", _trueskill)):
        if find_spec(package) is None:
            added = f"uv run --with {package.replace('_', '-')} python -m benchmarks.ratings"
            yield f"{package}: absent; add it by `{added}`"
            continue
        yield _describe(prepare(rated))


def _describe(job: Job) -> str:
    ours, theirs = _time_both(job)
    optimum = ours.estimates if job.optimum is None else job.optimum
    away = [float(np.max(np.abs(side.estimates - optimum))) for side in (ours, theirs)]
    return (
        f"{job.name:<44}{job.package:<11}{ours.seconds * 1e3:>9,.1f} ms {theirs.seconds * 1e3:>9,.1f} ms"
        f"{theirs.seconds / ours.seconds:>8,.1f}x (floor {job.floor:,.0f}x)"
        f"{ours.memory:>7,.0f} {theirs.memory:>6,.0f} MB   {away[0]:.1e} {away[1]:.1e}"
    )


def _time_both(job: Job) -> tuple[Took, Took]:
    """Ours and theirs run in turns, so that other load on the machine affects both alike."""
    runs = (job.ours, job.theirs)
    memory = [_measure_memory(run) for run in runs]
    times = [[_time(run) for run in runs] for _ in range(ROUNDS)]
    ours, theirs = (
        Took(min(row[side] for row in times), memory[side][0], memory[side][1]) for side in range(len(runs))
    )
    return ours, theirs


def _time(run: Run) -> float:
    start = perf_counter()
    run()
    return perf_counter() - start


def _measure_memory(run: Run) -> tuple[float, Vector]:
    """Peak resident memory of one run above the memory resident before, in MB (Linux only), and the run's result."""
    Path("/proc/self/clear_refs").write_text("5")
    before = _resident("VmRSS")
    estimates = run()
    return (_resident("VmHWM") - before) / 1024, estimates


def _resident(name: str) -> int:
    found = search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) if found else 0


def _evalica(rated: VoteLog) -> Job:
    evalica: Any = import_module("evalica")
    winner = evalica.Winner
    winners = np.array([winner.X, winner.Y, winner.Draw], dtype=object)[rated.outcome].tolist()
    left, right, ones = rated.left.tolist(), rated.right.tolist(), [1.0] * len(rated)

    def solve(tolerance: float, limit: int) -> Vector:
        inner = import_module("evalica._brzo").bradley_terry
        scores, _ = inner(left, right, winners, ones, len(rated.contenders), 1.0, 0.5, tolerance, limit)
        return _centred(ELO * np.log(np.asarray(scores)))

    return Job(
        "Bradley–Terry from ids",
        "evalica",
        lambda: _centred(ELO * fit_strengths(score_table(count_outcomes(rated)), prior_sd=NO_PRIOR).theta),
        lambda: solve(1e-6, 100),
        solve(1e-15, 100_000),
        20,
    )


def _arena_rank(rated: VoteLog) -> Job:
    pandas, data = import_module("pandas"), import_module("arena_rank.utils.data_utils")
    model: Any = import_module("arena_rank.models.bradley_terry").BradleyTerry
    names = np.array(rated.contenders, dtype=object)
    left, right = names[rated.left].tolist(), names[rated.right].tolist()
    winner = np.array(["model_a", "model_b", "tie"], dtype=object)[rated.outcome].tolist()
    outcome = np.array(OUTCOMES, dtype=object)[rated.outcome].tolist()

    def ours() -> Vector:
        log = VoteLog.from_columns(position=rated.position, left=left, right=right, outcome=outcome)
        return rate_plainly(count_outcomes(log))[0]

    def theirs() -> Vector:
        frame = pandas.DataFrame({"model_a": left, "model_b": right, "winner": winner})
        dataset = data.PairDataset.from_pandas(frame)
        found = model(len(dataset.competitors)).compute_ratings_and_cis(dataset)
        order = np.argsort(found["competitors"])
        return _centred(np.asarray(found["ratings"], dtype=np.float64)[order])

    return Job(
        "Bradley–Terry with intervals from names",
        "arena-rank",
        ours,
        theirs,
        rate_plainly(count_outcomes(rated))[0],
        25,
    )


def _trueskill(rated: VoteLog) -> Job:
    trueskill: Any = import_module("trueskill")
    log = rated.select(slice(REPLAYED))
    votes = list(zip(log.left.tolist(), log.right.tolist(), log.outcome.tolist(), strict=True))

    def theirs() -> Vector:
        # The default backend, whose normal tail is off by 1e-7. The exact backend takes twenty times as long.
        environment = trueskill.TrueSkill()
        ratings = [environment.create_rating() for _ in log.contenders]
        for left, right, outcome in votes:
            first, second = (right, left) if outcome == 1 else (left, right)
            ratings[first], ratings[second] = trueskill.rate_1vs1(
                ratings[first], ratings[second], drawn=outcome == TIE, env=environment
            )
        return np.array([rating.mu for rating in ratings])

    return Job(
        f"sequential TrueSkill, {REPLAYED:,} votes",
        "trueskill",
        lambda: replay(log, METHOD).mu,
        theirs,
        None,
        1000 if kernels() else 100,
    )


def _centred(elo: Vector) -> Vector:
    return np.asarray(elo - elo.mean())
