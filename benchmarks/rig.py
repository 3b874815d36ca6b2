"""What it takes to move a board: `uv run python -m benchmarks.rig [worlds]`.

A public arena has 3,000 honest votes on ten contenders that stand 35 Elo apart (`rigged_worlds`). Attackers know every
picture and care for one contender. The first table gives by attack how far that one moved on the board *Official* and
on *All*, in places (by Elo) and in Elo, on average and at most over all worlds, and in which share of the worlds the
e-process over the voters of the last week (`diagnostics.newcomers`) raised the alarm. The second gives how often it
does on honest boards, for the voters of the last week and of the last half. The third gives what it costs to lift the
contender by one place in half of the worlds. All draws are seeded.
"""

import sys
from dataclasses import dataclass, field

import numpy as np

from benchmarks.rigged_worlds import DAYS, SETTLED_DAYS, SETTLED_VOTES, TARGET, Arena, Goal, Votes, turn
from leaderboard.ratings.boards import OVERALL, prepare_board
from leaderboard.ratings.diagnostics.newcomers.cohort_evidence import watch_newcomers
from leaderboard.ratings.methods import METHOD, estimate
from leaderboard.ratings.parameters import Method

SIZES = ((1, 200), (10, 20), (50, 10), (100, 10), (500, 10))
# What is dealt to so many cookies stands for what is dealt to more.
DRAWN = 100
FEW = 3
BOARDS: dict[str, Method] = {"official": METHOD.for_official(), "all": METHOD}
# The newest voters are those who came on the last so many days.
WEEK, HALF = 7, DAYS // 2
HONEST_FOR_EACH = 10
NUMBERS = (1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40, 50, 64, 80, 100, 128, 160, 200, 256, 320, 400, 500)
# So many cookies of one network use up on a day what it may weigh on a contender.
IN_A_NETWORK = 2


@dataclass
class Tally:
    """What an attack did in each world: places and Elo by board, and whether it raised the alarm."""

    places: dict[str, list[int]] = field(default_factory=lambda: {name: [] for name in BOARDS})
    elo: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in BOARDS})
    flagged: list[bool] = field(default_factory=list)

    def row(self) -> str:
        """Its figures."""
        moved = (
            f"{np.mean(self.places[name]):5.2f} {max(self.places[name]):3} {np.mean(self.elo[name]):6.1f} "
            f"{max(self.elo[name]):6.1f}"
            for name in BOARDS
        )
        return f"{' | '.join(moved)} | {np.mean(self.flagged):.2f}"


@dataclass
class Price:
    """How many cookies it took in each world to lift the contender by one place; infinite where none sufficed."""

    cookies: list[float] = field(default_factory=list)

    def row(self, *, aged: bool, one_network: bool) -> str:
        """The cost in half of the worlds."""
        most = float(np.median(self.cookies))
        if not np.isfinite(most):
            return f"not with {NUMBERS[-1]} cookies"
        days = (most / IN_A_NETWORK if one_network else 1) + SETTLED_DAYS * aged
        networks = 1 if one_network else most
        votes = most * (10 + SETTLED_VOTES * aged)
        return f"{most:.0f} cookies, {votes:.0f} votes, {networks:.0f} networks, {np.ceil(days):.0f} days"


def rate(votes: Votes, method: Method) -> dict[str, float]:
    """The Elo of each contender that has votes."""
    log, own = prepare_board(votes.as_log(), OVERALL, method)
    log = log.compact()
    return dict(zip(log.contenders, estimate(log, own).elo.tolist(), strict=True))


def find_place(elo: dict[str, float]) -> int:
    """The target's place by Elo, from 0."""
    return sum(other > elo[f"c{TARGET}"] for other in elo.values())


def raise_alarm(votes: Votes, days: int) -> bool:
    """Whether the votes of those who came on the last days raise an alarm."""
    since = 1 + sum(day < DAYS - days for day in votes.day)
    return any(favour.alert for favour in watch_newcomers(votes.as_log(), since=since))


def draw_attacks(arena: Arena) -> dict[tuple[str, str, str, tuple[int, int]], Votes]:
    """Each attack's votes by goal, cookies, networks and size."""
    found: dict[tuple[str, str, str, tuple[int, int]], Votes] = {}
    goals: tuple[Goal, ...] = ("up", "up, voting on all", "up, rivals down")
    for goal in goals:
        drawn = {10: arena.attack(voters=DRAWN, each=10, goal=goal)}
        for voters, each in SIZES:
            attack = (drawn.get(each) or arena.attack(voters=voters, each=each, goal=goal)).of(voters)
            found[goal, "fresh", "own", (voters, each)] = attack
            if goal != "up":
                continue
            found["down", "fresh", "own", (voters, each)] = turn(attack)
            if voters > FEW:
                few = attack.but(network=[f"farm{int(name[1:]) % FEW}" for name in attack.voter])
                found[goal, "fresh", str(FEW), (voters, each)] = few
            if voters <= DRAWN:
                found[goal, "aged", "own", (voters, each)] = arena.age(attack)
    return found


def find_price(arena: Arena, honest: Votes, board: str, attack: Votes, *, aged: bool, one_network: bool) -> float:
    """The fewest cookies of NUMBERS that lift the target by a place, by bisection."""
    before, low, high = find_place(rate(honest, BOARDS[board])), -1, len(NUMBERS)
    settled = arena.age(attack) if aged else attack
    while high - low > 1:
        middle = (low + high) // 2
        votes = settled.of(NUMBERS[middle])
        if one_network:
            # One network has a label of its own on each of several days.
            votes = votes.but(network=[f"farm{int(name[1:]) // IN_A_NETWORK}" for name in votes.voter])
        lifted = find_place(rate(honest + votes, BOARDS[board])) < before
        low, high = (low, middle) if lifted else (middle, high)
    return NUMBERS[high] if high < len(NUMBERS) else np.inf


def main() -> None:
    """Print the tables."""
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    tallies: dict[tuple[str, str, str, tuple[int, int]], Tally] = {}
    prices: dict[tuple[str, bool, bool], Price] = {}
    deals, cast = 0, 0
    for seed in range(worlds):
        arena = Arena(seed)
        honest = arena.vote_honestly()
        before = {name: rate(honest, method) for name, method in BOARDS.items()}
        for key, attack in draw_attacks(arena).items():
            tally, rigged = tallies.setdefault(key, Tally()), honest + attack
            for name, method in BOARDS.items():
                after = rate(rigged, method)
                gained = find_place(before[name]) - find_place(after)
                tally.places[name].append(-gained if key[0] == "down" else gained)
                tally.elo[name].append(abs(after[f"c{TARGET}"] - before[name][f"c{TARGET}"]))
            tally.flagged.append(raise_alarm(rigged, WEEK))
        arena.deals = 0
        attack = arena.attack(voters=DRAWN, each=10, goal="up")
        deals, cast = deals + arena.deals, cast + len(attack.day)
        for board in BOARDS:
            for aged in (False, True):
                for one in (False, True):
                    cookies = find_price(arena, honest, board, attack, aged=aged, one_network=one)
                    prices.setdefault((board, aged, one), Price()).cookies.append(cookies)
        print(f"world {seed + 1} of {worlds}", file=sys.stderr, flush=True)
    print(f"{deals / cast:.1f} matchups dealt for each vote of those who skip until the target appears\n")
    print(
        "goal               cookies networks attack   | official: places, Elo     | all: places, Elo          | flagged"
    )
    for (goal, kind, networks, (voters, each)), tally in tallies.items():
        print(f"{goal:18} {kind:7} {networks:8} {voters:3} x {each:3} | {tally.row()}")
    print()
    boards = [Arena(1000 + seed).vote_honestly() for seed in range(worlds * HONEST_FOR_EACH)]
    for days in (WEEK, HALF):
        alarms = sum(raise_alarm(board, days) for board in boards)
        print(f"honest boards: {alarms} alarms on {len(boards)} boards for the voters of the last {days} days")
    print()
    for (board, aged, one), price in prices.items():
        route = f"{'aged' if aged else 'fresh'} cookies, {'one network' if one else 'own networks'}"
        print(f"one place on {board}, {route}: {price.row(aged=aged, one_network=one)}")


if __name__ == "__main__":
    main()
