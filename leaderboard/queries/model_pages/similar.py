"""Which contenders of a board are like one of them: by rating, by price, and by what they are good and bad at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from leaderboard.models import Standing
from leaderboard.queries.comparing.verdicts import Opinion, Verdict, lines_of
from leaderboard.queries.slices import find_ledger
from leaderboard.queries.snapshots import latest_snapshots
from leaderboard.queries.standings import BoardView, StandingRow

MOST = 3
# Fewer categories in common make no profile.
LEAST_CATEGORIES = 3


@dataclass(frozen=True)
class Neighbour:
    """A contender like another one; the verdict is from the side of that other one."""

    row: StandingRow
    verdict: Verdict | None


@dataclass(frozen=True)
class ProfileNeighbour:
    """A contender with a like profile over some categories.

    `distance` is the mean difference of their ratings by category in Elo, once both levels are set aside. `apart` says
    whether any one category differs by more than the votes leave open.
    """

    row: StandingRow
    distance: float
    categories: int
    apart: bool


@dataclass(frozen=True)
class Similar:
    """The contenders most like `own` on a board, in each sense the nearest first."""

    own: StandingRow
    by_rating: tuple[Neighbour, ...]
    by_price: tuple[Neighbour, ...]
    by_profile: tuple[ProfileNeighbour, ...]


def find_similar(board: BoardView, own: StandingRow, opinion: Opinion) -> Similar:
    """Compare a contender with all others of its board, of each model the nearest one. Two queries."""
    others = [row for row in board.rows if row.line.level == "established" and not _is_same_model(row, own)]
    lines = lines_of(board.rows)

    def judge(rows: Sequence[StandingRow]) -> tuple[Neighbour, ...]:
        return tuple(
            Neighbour(row, opinion.judge(own.contender_slug, row.contender_slug, lines, forecast=False)) for row in rows
        )

    by_rating = sorted(others, key=lambda row: abs((row.line.elo or 0.0) - (own.line.elo or 0.0)))
    by_price = sorted((row for row in others if row.price), key=lambda row: _price_distance(row, own))
    rated = own.line.elo is not None
    return Similar(
        own,
        judge(_one_of_each_model(by_rating)) if rated else (),
        judge(_one_of_each_model(by_price)) if own.price else (),
        _like_profiles(others, own, _read_profiles(board)) if rated else (),
    )


def _is_same_model(row: StandingRow, own: StandingRow) -> bool:
    return row is own or (bool(row.model_slug) and row.model_slug == own.model_slug)


def _price_distance(row: StandingRow, own: StandingRow) -> tuple[float, float]:
    """How many times the price differs; of the same price, how far the rating is."""
    return abs(log(row.price or 1) - log(own.price or 1)), abs((row.line.elo or 0.0) - (own.line.elo or 0.0))


def _one_of_each_model(rows: Sequence[StandingRow]) -> list[StandingRow]:
    """The first few rows, of each model only the first."""
    first: dict[str, StandingRow] = {}
    for row in rows:
        first.setdefault(row.model_slug or row.contender_slug, row)
    return list(first.values())[:MOST]


Profile = Mapping[int, tuple[float, float]]


def _read_profiles(board: BoardView) -> dict[str, Profile]:
    """Each contender's established Elo on the category boards, with half its interval, by snapshot."""
    latest = latest_snapshots(find_ledger(board.ledger_slug), modality=board.modality)
    snapshots = [snapshot.pk for key, snapshot in latest.items() if key.slice == "category"]
    standings = Standing.objects.filter(snapshot__in=snapshots, level="established", elo_low__isnull=False).order_by()
    found: dict[str, dict[int, tuple[float, float]]] = {}
    for slug, label, snapshot, elo, low, high in standings.values_list(
        "contender__slug", "imported__label", "snapshot", "elo", "elo_low", "elo_high"
    ):
        found.setdefault(slug or label, {})[snapshot] = elo or 0.0, ((high or 0.0) - (low or 0.0)) / 2
    return dict(found)


def _like_profiles(
    rows: Sequence[StandingRow], own: StandingRow, profiles: Mapping[str, Profile]
) -> tuple[ProfileNeighbour, ...]:
    mine = profiles.get(own.contender_slug, {})
    found = []
    for row in rows:
        theirs = profiles.get(row.contender_slug, {})
        shared = [key for key in mine if key in theirs]
        if len(shared) >= LEAST_CATEGORIES:
            found.append(_compare_profiles(row, [(mine[key], theirs[key]) for key in shared]))
    nearest = {id(one.row): one for one in found}
    rows = _one_of_each_model([one.row for one in sorted(found, key=lambda one: one.distance)])
    return tuple(nearest[id(row)] for row in rows)


def _compare_profiles(
    row: StandingRow, shared: Sequence[tuple[tuple[float, float], tuple[float, float]]]
) -> ProfileNeighbour:
    gaps = [mine[0] - theirs[0] for mine, theirs in shared]
    level = sum(gaps) / len(gaps)
    widths = [sqrt(mine[1] ** 2 + theirs[1] ** 2) for mine, theirs in shared]
    apart = any(abs(gap - level) > width for gap, width in zip(gaps, widths, strict=True))
    return ProfileNeighbour(row, sum(abs(gap - level) for gap in gaps) / len(gaps), len(gaps), apart)
