"""Why contenders win or lose on a board: the reasons that voters gave with their votes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache

from arena.catalog.reasons import Reason
from arena.voting.ledger.reason_counts import ReasonCount, count_reasons
from leaderboard.queries.axes.axis_maps import read_axes_at
from leaderboard.queries.slices import find_ledger, split_slice
from leaderboard.queries.standings import BoardView

# A contender with fewer votes that carry reasons gets no shares: they would say little.
LEAST_VOTES = 10
# Nor does a share of fewer wins, or losses, than this.
LEAST_SIDE = 5
# A snapshot never changes; its table is kept only to spare the database.
KEPT_SECONDS = 3600


@dataclass(frozen=True)
class ReasonShare:
    """How often one reason was given for a contender's wins and losses; a share of fewer than LEAST_SIDE is None."""

    reason: str
    label: str
    wins: int
    losses: int
    win_share: float | None
    loss_share: float | None


@dataclass(frozen=True)
class ReasonLine:
    """One contender's votes that carry reasons: how many it won and lost; the rest are ties and both bad."""

    contender_slug: str
    contender_name: str
    votes: int
    wins: int
    losses: int
    reasons: tuple[ReasonShare, ...]


@dataclass(frozen=True)
class ReasonTable:
    """The lines of contenders with at least LEAST_VOTES such votes, in the board's order.

    `votes` counts all of the board's votes that carry reasons, `left_out` the contenders that have some, but too few.
    """

    board: BoardView
    votes: int
    least_votes: int
    least_side: int
    left_out: int
    lines: tuple[ReasonLine, ...]

    @property
    def labels(self) -> list[str]:
        """The names of all reasons, in the order of each line."""
        return [str(reason.label) for reason in Reason]


class _Tally:
    """What is counted of one contender: its votes by result, and by result and reason."""

    def __init__(self) -> None:
        self.results: Counter[str] = Counter()
        self.reasons: Counter[tuple[str, str]] = Counter()

    def add(self, result: str, counted: ReasonCount) -> None:
        self.results[result] += counted.votes
        for reason in counted.reasons:
            self.reasons[result, reason] += counted.votes

    def share(self, reason: Reason) -> ReasonShare:
        wins, losses = self.reasons["win", reason.value], self.reasons["loss", reason.value]
        return ReasonShare(
            reason=reason.value,
            label=str(reason.label),
            wins=wins,
            losses=losses,
            win_share=_share(wins, self.results["win"]),
            loss_share=_share(losses, self.results["loss"]),
        )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole >= LEAST_SIDE else None


def read_reasons(board: BoardView) -> ReasonTable:
    """Return the reasons given in the entries that the board's snapshot counts; at most one query."""
    counts = _read_counts(board)
    tallies = _tally(counts)
    lines = [
        ReasonLine(
            contender_slug=row.contender_slug,
            contender_name=row.contender_name,
            votes=tally.results.total(),
            wins=tally.results["win"],
            losses=tally.results["loss"],
            reasons=tuple(map(tally.share, Reason)),
        )
        for row in board.rows
        if (tally := tallies.get(row.contender_slug)) and tally.results.total() >= LEAST_VOTES
    ]
    votes = sum(counted.votes for counted in counts)
    return ReasonTable(board, votes, LEAST_VOTES, LEAST_SIDE, left_out=len(tallies) - len(lines), lines=tuple(lines))


def _read_counts(board: BoardView) -> list[ReasonCount]:
    if board.computed_at is None:
        return []
    key = f"reasons:{board.snapshot_id}"
    counts: list[ReasonCount] | None = cache.get(key)
    if counts is None:
        ledger, parts = find_ledger(board.ledger_slug), split_slice(board.slice, board.slice_value)
        axes = read_axes_at(ledger, str(board.snapshot_id)) if parts["axis"] else None
        counts = count_reasons(
            ledger_id=ledger.pk,
            upto=board.position,
            at=board.computed_at,
            modality=board.modality,
            category=parts["category"],
            language=parts["language"],
            prompts=axes.prompts_on(board.slice_value) if axes else None,
            tiers=board.method["influence"]["official"] if board.counts == "official" else None,
            days=board.days,
        )
        cache.set(key, counts, KEPT_SECONDS)
    return counts


def _tally(counts: Iterable[ReasonCount]) -> dict[str, _Tally]:
    tallies: dict[str, _Tally] = {}
    results = {"left": ("win", "loss"), "right": ("loss", "win")}
    for counted in counts:
        left, right = results.get(counted.outcome, (counted.outcome, counted.outcome))
        tallies.setdefault(counted.left, _Tally()).add(left, counted)
        tallies.setdefault(counted.right, _Tally()).add(right, counted)
    return tallies
