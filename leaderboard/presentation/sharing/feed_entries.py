"""Entries of feeds: what moved beyond luck, who came and went, what else the public log tells; newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from arena.languages.written_figures import write_day
from leaderboard.models import Standing
from leaderboard.presentation.board_address import BoardAddress
from leaderboard.presentation.board_page.figure_texts import NONE, magnitude, rank_range
from leaderboard.presentation.ledger_choice import find_usual_ledger
from leaderboard.presentation.log_sentences import state_change
from leaderboard.queries.changes.public_log import LogEntry, read_log
from leaderboard.queries.changes.rank_moves import RankMove, read_moves
from leaderboard.queries.slices import find_ledger, shown_modalities
from leaderboard.queries.standings import BoardView, read_line

MOST_ENTRIES = 100
# What of the log concerns everybody who follows rankings; prices and exclusions are in the log's own feed.
_TOLD = frozenset({"added", "retired", "returned", "shutdown", "method"})


@dataclass(frozen=True)
class FeedEntry:
    """One entry: `key` is unique among all feeds and stays; `url` is a page of this site."""

    key: str
    day: date
    title: str
    text: str
    url: str

    @property
    def moment(self) -> datetime:
        """The start of its day (UTC): the log knows no times of day."""
        return datetime.combine(self.day, time.min, UTC)


def list_site_entries() -> list[FeedEntry]:
    """What everybody who follows this arena wants to know: moves on every board, contenders, methods."""
    moves = [
        _tell_move(move, find_usual_ledger(modality), usual=True)
        for modality in shown_modalities()
        for move in read_moves(find_ledger(find_usual_ledger(modality)), modality=modality)
    ]
    return _newest([*moves, *(_tell_log(entry) for entry in read_log() if entry.kind in _TOLD)])


def list_board_entries(board: BoardView) -> list[FeedEntry]:
    """What happened on one board: moves, its own contenders, methods of its ledger. Imported votes have only moves."""
    own = Q(slice=board.slice, slice_value=board.slice_value, days=0)
    usual = find_usual_ledger(board.modality) == board.ledger_slug
    moves = read_moves(find_ledger(board.ledger_slug), modality=board.modality, boards=own)
    contenders = {row.contender_slug for row in board.rows}
    log = [
        _tell_log(entry)
        for entry in ([] if board.origin else read_log())
        if (entry.kind in _TOLD and entry.contender_slug in contenders)
        or (entry.kind == "method" and entry.name == board.ledger_name)
    ]
    return _newest([*(_tell_move(move, board.ledger_slug, usual=usual) for move in moves), *log])


def list_model_entries(slug: str) -> list[FeedEntry]:
    """What happened to one model: moves of its contenders, and everything that the log says of it, prices too."""
    own = Q(contender__image_model__slug=slug)
    moves = [
        _tell_move(move, find_usual_ledger(modality), usual=True)
        for modality in shown_modalities()
        for move in read_moves(find_ledger(find_usual_ledger(modality)), modality=modality, chosen=own)
    ]
    return _newest([*moves, *(_tell_log(entry) for entry in read_log() if entry.model_slug == slug)])


def list_log_entries() -> list[FeedEntry]:
    """The public log."""
    return _newest(_tell_log(entry) for entry in read_log())


def _newest(entries: Iterable[FeedEntry]) -> list[FeedEntry]:
    return sorted(entries, key=lambda entry: (entry.day, entry.key), reverse=True)[:MOST_ENTRIES]


def _tell_move(move: RankMove, ledger: str, *, usual: bool) -> FeedEntry:
    up = move.elo_change > 0
    title = _("{name} went up on {board}") if up else _("{name} went down on {board}")
    address = _address(move, "" if usual else ledger)
    return FeedEntry(
        key=f"move/{ledger}/{move.board_pk}/{move.contender_slug}",
        day=move.day,
        title=title.format(name=move.contender_name, board=move.board.title),
        text=_state_move(move),
        url=address.tab_url("history", contender=move.contender_slug),
    )


def _address(move: RankMove, ledger: str) -> BoardAddress:
    key = move.board.key
    plain = BoardAddress(key.modality, ledger=ledger)
    return plain if key.slice == "overall" else plain.but(**{key.slice: key.slice_value})


def _state_move(move: RankMove) -> str:
    now, before = _ranks(move.now), NONE if move.before is None else _ranks(move.before)
    change = f"{'+' if move.elo_change > 0 else '−'}{magnitude(move.elo_change)}"
    values = {
        "change": change,
        "now": now,
        "before": before,
        "since": "" if move.since is None else write_day(move.since.date()),
    }
    if now == NONE or not values["since"]:
        return _("Its Elo has changed by {change}, more than chance explains.").format(**values)
    if before == NONE:
        text = _("Since {since} its Elo has changed by {change}, more than chance explains. Its rank range is {now}.")
    else:
        text = _(
            "Since {since} its Elo has changed by {change}, more than chance explains. Its rank range is {now}; it was "
            "{before}."
        )
    return text.format(**values)


def _ranks(standing: Standing) -> str:
    return rank_range(read_line(standing))


def _tell_log(entry: LogEntry) -> FeedEntry:
    text = state_change(entry)
    return FeedEntry(
        key=f"log/{entry.key}",
        day=entry.day,
        title=_("{name}: {change}").format(name=entry.name, change=text),
        text=entry.reason or text,
        url=reverse("model", args=[entry.model_slug]) if entry.model_slug else f"{reverse('log')}?kind={entry.kind}",
    )
