"""Whom a model's contenders met on a board, how the votes split, and which of these matchups tell most."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from leaderboard.queries.audits import read_records
from leaderboard.queries.comparing.verdicts import Opinion, Record, Verdict, lines_of
from leaderboard.queries.standings import BoardView, StandingRow


@dataclass(frozen=True)
class Opponent:
    """One of a model's contenders against another one; record and verdict from the side of the first.

    The record has the votes between the two; the verdict is what all votes of the board say. It is None where no votes
    connect them or one has too few.
    """

    own: StandingRow
    other: StandingRow
    record: Record
    verdict: Verdict | None

    @property
    def ends(self) -> tuple[float, float] | None:
        """The interval of the expected share of votes, if there is one."""
        if self.verdict is None or self.verdict.share_low is None or self.verdict.share_high is None:
            return None
        return self.verdict.share_low, self.verdict.share_high


def list_opponents(board: BoardView, opinion: Opinion, model: str) -> tuple[Opponent, ...]:
    """Return everybody whom the model's contenders met, most votes first; nobody if no records were kept. One query."""
    rows, lines = {row.contender_slug: row for row in board.rows}, lines_of(board.rows)
    own = {row.contender_slug for row in board.rows if row.model_slug == model}
    found = []
    for pair in read_records(board, of=own) or ():
        record = Record(pair.wins, pair.ties, pair.losses, pair.both_bad)
        for one, two, seen in ((pair.first, pair.second, record), (pair.second, pair.first, record.turn())):
            if one in own and two in rows and seen.votes:
                found.append(Opponent(rows[one], rows[two], seen, opinion.judge(one, two, lines, forecast=False)))
    return tuple(sorted(found, key=lambda one: (one.own.contender_name, -one.record.votes, one.other.contender_name)))


def pick_matchups(opponents: Sequence[Opponent]) -> tuple[tuple[str, Opponent], ...]:
    """Return the `closest`, the `best` and the `worst` of the opponents that were met in enough votes for a share.

    Intervals decide, so that a few lucky votes never make the best matchup: the best has the highest lower end, the
    worst the lowest upper end, and the closest the interval that stays nearest to half of the votes. Nobody is named
    twice.
    """
    known = [(one, one.ends) for one in opponents if one.record.rated >= settings.THIN_VOTES]
    told = [(ends[0], ends[1], one) for one, ends in known if ends is not None and not _is_own(one)]
    best = max((each for each in told if each[0] + each[1] > 1), key=lambda each: each[0], default=None)
    worst = min((each for each in told if each[0] + each[1] < 1), key=lambda each: each[1], default=None)
    others = [each for each in told if each is not best and each is not worst]
    closest = min(others, key=lambda each: max(abs(each[0] - 0.5), abs(each[1] - 0.5)), default=None)
    named = (("closest", closest), ("best", best), ("worst", worst))
    return tuple((name, each[2]) for name, each in named if each is not None)


def _is_own(one: Opponent) -> bool:
    """Whether both are contenders of one model."""
    return bool(one.own.model_slug) and one.own.model_slug == one.other.model_slug
