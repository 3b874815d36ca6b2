"""How often boards say "moved" when nothing did, and when something did: `uv run python -m benchmarks.moves [worlds]`.

Each world has eight contenders, voters with tastes of their own, and prompts whose images came out better or worse. Its
votes are split into an earlier part and a new part. In the new part the first contender is as good as before, or
better. The table gives, by setting: in how many boards some contender is said to have moved though none did (at most 5
in 100 are allowed); how many answers were known; and how often the contender that became better is said to have moved
up. In a setting with new people, other voters cast the new votes. All draws are seeded.
"""

import sys
from dataclasses import dataclass
from itertools import product

import numpy as np

from benchmarks.worlds import CONTENDERS, ELO, Setting, draw_world
from leaderboard.ratings.diagnostics.moves import Move, find_moves

VOTES = {10: 60, 30: 40, 200: 20}
DRIFTS = (50.0, 100.0, 200.0)


@dataclass(frozen=True)
class MoveSetting(Setting):
    """One kind of world that grows; `new` is the share of votes that are new."""

    new: float
    new_people: bool


@dataclass
class Tally:
    """What the boards of one setting said."""

    boards: int = 0
    wrong: int = 0
    known: int = 0
    found: int = 0


def draw_moves(rng: np.random.Generator, setting: MoveSetting, drift: float) -> dict[str, Move]:
    """Draw one world in which the first contender became `drift` Elo better, and compare its two logs."""
    votes = setting.voters * VOTES[setting.voters]
    is_new = np.arange(votes) >= round(votes * (1 - setting.new))
    world = draw_world(rng, setting, votes, others=is_new & setting.new_people)
    worth = world.worth(rng.normal(0, 0.6, CONTENDERS))
    worth[:, 0] += drift / ELO * is_new
    return find_moves(world.vote(rng, worth), earlier=~is_new, later=np.ones(votes, dtype=bool))


def measure(setting: MoveSetting, worlds: int, drift: float = 0.0) -> Tally:
    """Draw worlds and count what their boards said."""
    seed = [setting.voters, setting.zipf, int(10 * setting.taste), setting.prompts, int(100 * setting.new), int(drift)]
    rng, tally = np.random.default_rng(seed), Tally()
    for _ in range(worlds):
        moves = draw_moves(rng, setting, drift)
        tally.boards += 1
        tally.wrong += any(move.moved for move in moves.values())
        tally.known += sum(move.moved is not None for move in moves.values())
        first = moves.get("c0")
        tally.found += first is not None and bool(first.moved) and first.change > 0
    return tally


def main() -> None:
    """Print one line for each setting."""
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    few = max(1, worlds // 4)
    grown = "  ".join(f"+{drift:.0f} found" for drift in DRIFTS)
    print(f"voters activity taste images prompts   new people | moved though nobody did  known  {grown}")
    spreads = product(VOTES, (False, True), ((0.0, 0.0), (0.5, 0.5)), (10, 100), (0.1, 0.5, 0.9), (False, True))
    for voters, zipf, (taste, images), prompts, new, people in spreads:
        setting = MoveSetting(voters, zipf, taste, images, prompts, new, people)
        null = measure(setting, worlds)
        found = "  ".join(f"{measure(setting, few, drift).found / few:10.3f}" for drift in DRIFTS)
        print(
            f"{voters:6} {'zipf' if zipf else 'even':8} {taste:5} {images:6} {prompts:7} {new:5.0%} "
            f"{'other' if people else 'same':6} |{null.wrong / null.boards:20.4f} "
            f"{null.known / null.boards / CONTENDERS:10.2f}  {found}",
            flush=True,
        )


if __name__ == "__main__":
    main()
