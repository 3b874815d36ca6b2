"""Every pair of a board: its counts within the board's votes, and the chances of its next vote."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, islice

from leaderboard.queries.audits import AuditView, read_audit, read_counts, read_model
from leaderboard.queries.row_order import sort_rows
from leaderboard.queries.standings import BoardView, StandingRow
from leaderboard.ratings.columns.pair_records import PairCounts
from leaderboard.ratings.diagnostics.pair_chances import PairChance, PairModel, find_chance

# This many contenders make 31,125 pairs; a table cannot show more.
MOST_CONTENDERS = 250
# Shares and chances are given to so many decimal places, as ratings are.
_PLACES = 6


@dataclass(frozen=True)
class PairLine:
    """One contender against one below it on the board; counts from the upper one's side.

    `share` is wins plus half the ties over rated votes. Counts are None if no records were stored. Chances are None
    without an audit, if one of the two is thin, or if no votes connect them.
    """

    contender_slug: str
    contender_name: str
    opponent_slug: str
    opponent_name: str
    wins: int | None
    ties: int | None
    losses: int | None
    both_bad: int | None
    share: float | None
    p_win: float | None
    p_tie: float | None
    p_loss: float | None
    p_share: float | None
    p_share_low: float | None
    p_share_high: float | None

    @property
    def rated(self) -> int:
        return (self.wins or 0) + (self.ties or 0) + (self.losses or 0)

    def turn(self) -> "PairLine":
        """The same pair from the other contender's side."""
        return PairLine(
            contender_slug=self.opponent_slug,
            contender_name=self.opponent_name,
            opponent_slug=self.contender_slug,
            opponent_name=self.contender_name,
            wins=self.losses,
            ties=self.ties,
            losses=self.wins,
            both_bad=self.both_bad,
            share=_less(self.share),
            p_win=self.p_loss,
            p_tie=self.p_tie,
            p_loss=self.p_win,
            p_share=_less(self.p_share),
            p_share_low=_less(self.p_share_high),
            p_share_high=_less(self.p_share_low),
        )


def _less(share: float | None) -> float | None:
    return None if share is None else round(1 - share, _PLACES)


@dataclass(frozen=True)
class PairTable:
    """All pairs of a board, contenders in the order of the board page; `records_kept` is False for old snapshots.

    Only the first MOST_CONTENDERS are included. Records are those of the board's snapshot; chances are those of
    `audit`, which may belong to an earlier snapshot. If `contender` is given, only its row of the matrix was asked for.
    `is_once` tells whether each pair is told once, from the side of the one higher on the board.
    """

    board: BoardView
    rows: tuple[StandingRow, ...]
    records_kept: bool
    audit: AuditView | None
    pairs: tuple[PairLine, ...]
    contender: str | None = None
    is_once: bool = False

    @property
    def told(self) -> tuple[PairLine, ...]:
        """The lines that were asked for; a contender's own are always from its side."""
        return self.pairs if self.is_once and self.contender is None else self.both_ways

    @property
    def is_whole(self) -> bool:
        """Whether all contenders of the board are included."""
        return len(self.rows) == len(self.board.rows)

    @property
    def both_ways(self) -> tuple[PairLine, ...]:
        """Each pair from both sides, contenders in the order of the board: the rows of the matrix."""
        lines = {(line.contender_slug, line.opponent_slug): line for pair in self.pairs for line in (pair, pair.turn())}
        slugs = [row.contender_slug for row in self.rows]
        asked = slugs if self.contender is None else [self.contender]
        return tuple(lines[one, two] for one in asked for two in slugs if (one, two) in lines)

    @property
    def audited_snapshot(self) -> int | None:
        """The snapshot that the chances belong to."""
        return self.audit.snapshot_id if self.audit else None


@dataclass(frozen=True)
class PairSource:
    """What the lines of any pairs of a board are made from; `met` is None if the snapshot kept no records.

    Only the first MOST_CONTENDERS in the order of the board page are included.
    """

    board: BoardView
    rows: tuple[StandingRow, ...]
    audit: AuditView | None
    model: PairModel | None
    met: PairCounts | None
    places: Mapping[str, int]

    @property
    def records_kept(self) -> bool:
        return self.met is not None

    @property
    def is_whole(self) -> bool:
        """Whether all contenders of the board are included."""
        return len(self.rows) == len(self.board.rows)

    def record(self, one: StandingRow, two: StandingRow) -> tuple[int, int, int, int]:
        """Wins, ties, losses and both bad, from the side of the first; zeros without records."""
        return (0, 0, 0, 0) if self.met is None else self.met.find(one.contender_slug, two.contender_slug)

    def chance(self, one: StandingRow, two: StandingRow) -> PairChance | None:
        """The chances of their next vote; None if they are not known."""
        return _chance(self.model, self.places, one, two)

    def line(self, one: StandingRow, two: StandingRow) -> PairLine:
        """The pair from the side of the first, also if the two never met."""
        record = None if self.met is None else self.record(one, two)
        return _line(one, two, record, self.chance(one, two))

    def lines(self, start: int = 0, stop: int | None = None) -> tuple[PairLine, ...]:
        """All pairs, the contender higher on the board first; or some of them, by their place among all."""
        return tuple(self.line(one, two) for one, two in islice(combinations(self.rows, 2), start, stop))


def open_pairs(board: BoardView) -> PairSource:
    """Read what is known of a board's pairs. At most two queries."""
    rows = sort_rows(board.rows, "")[:MOST_CONTENDERS]
    audit = read_audit(board)
    model = read_model(audit.facts) if audit else None
    places = {slug: place for place, slug in enumerate(model.contenders)} if model else {}
    return PairSource(board, rows, audit, model, read_counts(board), places)


def read_pairs(board: BoardView, *, contender: str | None = None, is_once: bool = False) -> PairTable:
    """Return every pair of the board's first MOST_CONTENDERS, including pairs that never met; or one contender's."""
    source = open_pairs(board)
    if contender is None:
        lines = source.lines()
    else:
        pairs = combinations(source.rows, 2)
        lines = tuple(
            source.line(one, two) for one, two in pairs if contender in (one.contender_slug, two.contender_slug)
        )
    return PairTable(board, source.rows, source.records_kept, source.audit, lines, contender, is_once)


def _chance(
    model: PairModel | None, places: Mapping[str, int], one: StandingRow, two: StandingRow
) -> PairChance | None:
    if model is None or one.contender_slug not in places or two.contender_slug not in places:
        return None
    return find_chance(model, places[one.contender_slug], places[two.contender_slug])


def _line(
    one: StandingRow, two: StandingRow, record: tuple[int, int, int, int] | None, chance: PairChance | None
) -> PairLine:
    wins, ties, losses, both_bad = record or (None, None, None, None)
    rated = sum(record[:3]) if record else 0
    return PairLine(
        contender_slug=one.contender_slug,
        contender_name=one.contender_name,
        opponent_slug=two.contender_slug,
        opponent_name=two.contender_name,
        wins=wins,
        ties=ties,
        losses=losses,
        both_bad=both_bad,
        share=_round((record[0] + record[1] / 2) / rated) if record and rated else None,
        p_win=_round(chance.win) if chance else None,
        p_tie=_round(chance.tie) if chance else None,
        p_loss=_round(chance.loss) if chance else None,
        p_share=_round(chance.share) if chance else None,
        p_share_low=_round(chance.share_low) if chance else None,
        p_share_high=_round(chance.share_high) if chance else None,
    )


def _round(share: float | None) -> float | None:
    return None if share is None else round(share, _PLACES)
