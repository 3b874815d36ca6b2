"""Finding snapshots: the latest of each board, and the one in force at a given moment, if it is still stored."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from typing import Any, cast

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from arena.errors import DomainError, Gone, NotFound
from arena.voting.models import Ledger
from leaderboard.models import ON_DEMAND, Board, Snapshot
from leaderboard.ratings.boards import BoardKey, Slice


class SnapshotGone(Gone):
    """A snapshot that is no longer stored; `nearest` is the next later one that is."""

    def __init__(self, number: int, nearest: Snapshot) -> None:
        board = nearest.board
        super().__init__(
            _("Snapshot {number} is not kept any more. The next one kept is {nearest}, of {board}.").format(
                number=number,
                nearest=nearest.pk,
                board=" ".join([board.modality, board.slice, board.slice_value]).strip(),
            )
        )
        self.nearest = nearest.pk


def latest_snapshots(ledger: Ledger, *, modality: str | None = None) -> dict[BoardKey, Snapshot]:
    """Return the latest snapshot of each board that the refresh computes. One query, fast for any length of history."""
    if ledger.pk is None:
        return {}
    chosen = Q(ledger=ledger) if modality is None else Q(ledger=ledger, modality=modality)
    return newest_snapshots(Board.objects.filter(chosen).exclude(ON_DEMAND), brief=modality is not None)


def newest_by_axis(ledger: Ledger, *, modality: str | None = None) -> dict[BoardKey, Snapshot]:
    """Return the newest snapshot of each board by axis of all time that somebody has asked for."""
    if ledger.pk is None:
        return {}
    chosen = Q(ledger=ledger, slice=Board.Slice.AXIS, days=0, tiers="")
    return newest_snapshots(Board.objects.filter(chosen if modality is None else chosen & Q(modality=modality)))


def listed_snapshots(ledger: Ledger, *, modality: str, tiers: str = "") -> dict[BoardKey, Snapshot]:
    """Return the newest snapshots of all boards that a list names, with what it says of them: by axis, too. One query.

    Of these snapshots, what lists do not say is not read.
    """
    if ledger.pk is None:
        return {}
    boards = Board.objects.filter(ledger=ledger, modality=modality, days=0, tiers=tiers)
    boards = boards.exclude(slice="category_language")
    of_board = (f"board__{name}" for name in ("slice", "slice_value", "days", "modality", "tiers"))
    snapshots = Snapshot.objects.filter(pk__in=_newest_of(boards)).select_related("board")
    snapshots = snapshots.only("position", "computed_at", "votes", "voters", "method", *of_board)
    return {key_of(each.board): each for each in snapshots}


def newest_snapshots(boards: QuerySet[Board], *, brief: bool = False) -> dict[BoardKey, Snapshot]:
    """Return the newest snapshot of each of a ledger's boards that has one, in one query.

    `brief` leaves the list of anchors unread, which names every contender; reading it later takes a query more.
    """
    snapshots = Snapshot.objects.filter(pk__in=_newest_of(boards)).select_related("board", "axis_map")
    snapshots = snapshots.defer("anchor") if brief else snapshots
    return {key_of(each.board): each for each in snapshots}


def _newest_of(boards: QuerySet[Board]) -> QuerySet[Any, Any]:
    newest = Snapshot.objects.filter(board=OuterRef("pk")).order_by("-id").values("pk")[:1]
    return boards.order_by().annotate(newest=Subquery(newest)).values("newest")


def key_of(board: Board) -> BoardKey:
    """Return the key of a board within its ledger."""
    return BoardKey(cast(Slice, board.slice), board.slice_value, board.days, board.modality, board.tiers)


def find_snapshot(ledger: Ledger, key: BoardKey, at: str | int | None) -> Snapshot | None:
    """Return a board's latest snapshot, the one numbered `at`, or the last stored one up to an ISO date or time.

    None if there was none yet. Raises NotFound for the number of another board's snapshot, SnapshotGone for a snapshot
    that is no longer stored, DomainError if `at` cannot be read.
    """
    if ledger.pk is None:
        return None
    chosen = {f"board__{name}": value for name, value in asdict(key).items()}
    history = Snapshot.objects.filter(board__ledger=ledger, **chosen).select_related("axis_map")
    return history.first() if at is None else choose_snapshot(history, at)


def choose_snapshot(history: QuerySet[Snapshot], at: str | int) -> Snapshot | None:
    """Return the snapshot of a history that is numbered `at`, or its last one up to an ISO date or time.

    Raises what `find_snapshot` raises.
    """
    text = str(at).strip()
    # Longer numbers cannot be keys: PostgreSQL's bigint has at most 19 digits.
    if text.isascii() and text.isdecimal() and len(text) < 19:
        return _numbered(history, int(text))
    return history.filter(computed_at__lte=read_moment(text)).first()


def _numbered(history: QuerySet[Snapshot], number: int) -> Snapshot:
    found = history.filter(pk=number).first()
    if found is not None:
        return found
    if not Snapshot.objects.filter(pk=number).exists():
        refuse_removed(history, number)
    raise NotFound(_("There is no snapshot {number} here.").format(number=number))


def refuse_removed(history: QuerySet[Snapshot], number: int) -> None:
    """Raise SnapshotGone if a missing snapshot may have existed, which is so if this history has a later one."""
    # Thinning always keeps a later snapshot of the same board. Numbers begin with 1.
    if number < 1:
        return
    later = history.filter(pk__gt=number).select_related("board").order_by("pk").first()
    if later is not None:
        raise SnapshotGone(number, later)


def read_moment(text: str) -> datetime:
    """Read an ISO time, or an ISO date as the end of that day; UTC unless it names an offset. Raises DomainError."""
    try:
        day = parse_date(text)
        moment = datetime.combine(day, time.max) if day else parse_datetime(text)
        # PostgreSQL accepts fewer offsets than ISO 8601 has. Near the smallest and largest dates, some times have no
        # UTC.
        moment = moment.astimezone(UTC) if moment and moment.tzinfo else moment
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        said = _("“at” is a snapshot's number, an ISO date or an ISO time; not “{text}”.").format(text=text)
        # In an address, a plus sign means a space.
        hint = _("Write the plus sign of an offset as %2B.") if re.search(r"\d \d\d:?(\d\d)?$", text) else ""
        raise DomainError(f"{said} {hint}".strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def counts_of(method: Mapping[str, Any], tiers: str) -> str:
    """Return whether a board's snapshot counts `official` votes, or `all` beside such a board; empty for one kind."""
    return "official" if method.get("influence", {}).get("only_official") else tiers


def is_named(role: str, snapshot: Snapshot) -> bool:
    """Whether the votes name voters (or prompts), which is so if the snapshot's intervals are clustered by them."""
    return role in snapshot.method.get("clusters", ["voter", "prompt"])


def known_voters(snapshot: Snapshot | None) -> int | None:
    """The number of people who cast a snapshot's votes; None if the votes do not name them."""
    if snapshot is None:
        return 0
    return snapshot.voters if is_named("voter", snapshot) else None


def next_refresh(computed_at: datetime) -> datetime:
    """The next refresh after now; refreshes also happen when a board does not change."""
    every = timedelta(seconds=settings.REFRESH_SECONDS)
    turns = max(0, (timezone.now() - computed_at) // every) + 1
    return computed_at + turns * every
