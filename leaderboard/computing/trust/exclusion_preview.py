"""What the overall boards would be without some votes, before anybody decides: computed, never stored."""

from dataclasses import dataclass

import numpy as np

from arena.catalog.models import Contender
from arena.voting.excluding.entry_filter import Chosen, EntryFilter, count_entries, find_positions
from arena.voting.models import Ledger
from leaderboard.computing.entry_columns import read_columns
from leaderboard.queries.current_method import has_two_kinds, method_of
from leaderboard.ratings.boards import OVERALL, compute_board
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.results import ContenderResult


@dataclass(frozen=True)
class PreviewLine:
    """A contender's place by Elo, its Elo and its votes, before and after; None without numbers."""

    name: str
    place_before: int | None
    place_after: int | None
    elo_before: float | None
    elo_after: float | None
    votes_before: int
    votes_after: int

    @property
    def moves(self) -> bool:
        """Whether its place changes."""
        return self.place_before != self.place_after

    @property
    def change(self) -> float | None:
        """How much its Elo changes."""
        return None if self.elo_before is None or self.elo_after is None else self.elo_after - self.elo_before


@dataclass(frozen=True)
class PreviewBoard:
    """An overall board by place as it is; `kind` is official or all, or empty where there is only one."""

    modality: str
    kind: str
    lines: tuple[PreviewLine, ...]


@dataclass(frozen=True)
class Preview:
    """What a filter chooses up to a position, and the boards that lose votes by it."""

    chosen: Chosen
    upto: int
    boards: tuple[PreviewBoard, ...]


def preview_exclusion(*, ledger: Ledger, chosen: EntryFilter, upto: int | None = None) -> Preview:
    """Compute the overall boards with and without the entries up to a position that a filter chooses.

    Raises DomainError for a filter that chooses everything.
    """
    ledger.refresh_from_db(fields=["length"])
    last, asked = ledger.length if upto is None else min(upto, ledger.length), chosen.check()
    counted, gone = count_entries(ledger, asked, upto=last), np.array(find_positions(ledger, asked, upto=last))
    # No board counts votes on controls.
    if not len(gone) or ledger.kind == Ledger.Kind.CONTROL:
        return Preview(counted, last, ())
    names = dict(Contender.objects.values_list("slug", "name"))
    kinds = {"official": "", "all": "all"} if has_two_kinds(ledger) else {"": ""}
    boards = []
    for modality, votes in read_columns(ledger).votes.items():
        kept = votes.select(~np.isin(votes.position, gone))
        for kind, tiers in kinds.items() if len(kept) < len(votes) else ():
            lines = _compare(votes, kept, method_of(ledger, tiers=tiers), names)
            boards.append(PreviewBoard(modality, kind, lines))
    return Preview(counted, last, tuple(boards))


def _compare(votes: VoteLog, kept: VoteLog, method: Method, names: dict[str, str]) -> tuple[PreviewLine, ...]:
    before, after = (
        {line.contender: line for line in compute_board(log, OVERALL, method).contenders} for log in (votes, kept)
    )
    lines = [_join(names.get(slug, slug), line, after.get(slug)) for slug, line in before.items()]
    return tuple(sorted(lines, key=lambda line: (line.place_before is None, line.place_before, line.name)))


def _join(name: str, before: ContenderResult, after: ContenderResult | None) -> PreviewLine:
    return PreviewLine(
        name=name,
        place_before=before.rank_elo,
        place_after=after.rank_elo if after else None,
        elo_before=before.elo,
        elo_after=after.elo if after else None,
        votes_before=before.votes,
        votes_after=after.votes if after else 0,
    )
