"""Which board a request asks for, and how long it waits for one that is computed for the first time."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from arena.catalog.models import Modality
from arena.errors import Busy, NotFound
from arena.voting.models import Ledger
from leaderboard.api.delivery.answers import FileResponse
from leaderboard.api.reading import (
    AxisField,
    CategoryField,
    ErrorSerializer,
    LanguageField,
    LedgerField,
    ModalityField,
    Query,
    TiersField,
    WindowField,
    check_at,
)
from leaderboard.computing.on_demand import COME_AGAIN_SECONDS, open_board
from leaderboard.presentation.board_address import BoardQuestion
from leaderboard.presentation.tables.board_tables import name_file
from leaderboard.queries.exporting.all_boards import read_all_boards
from leaderboard.queries.slices import default_ledger, find_slice, split_slice
from leaderboard.queries.standings import BoardView

GONE = OpenApiResponse(ErrorSerializer, "The snapshot is not kept any more; the message names the next one that is.")


Opened = TypeVar("Opened")

# So long a request waits for a board that is computed for the first time: most take less than a second.
WAIT_SECONDS = 3.0
_LOOK_AGAIN_SECONDS = 0.2
# The web server has four threads; waiting readers leave it two.
_waiting = threading.BoundedSemaphore(2)


class BeingComputed(Busy):
    """A board is computed for the first time."""

    code = "being_computed"


class BoardQuery(Query):
    """Which board is read."""

    ledger = LedgerField()
    modality = ModalityField(default=Modality.TEXT_TO_IMAGE)
    category = CategoryField()
    language = LanguageField()
    axis = AxisField()
    days = WindowField()
    tiers = TiersField()


class BoardAtQuery(BoardQuery):
    """Which board is read, and as of when."""

    at = serializers.CharField(
        max_length=40,
        required=False,
        help_text=(
            "A snapshot's number, or an ISO date or time for the last kept up to then; without it, the latest. Write + "
            "in an address as %2B."
        ),
    )

    def validate_at(self, value: str) -> str:
        """Refuse what is neither number nor moment."""
        return check_at(value)


class TableOfBoardsQuery(BoardAtQuery):
    """Which board is read, or that all are."""

    board = serializers.ChoiceField(
        choices=["one", "all"],
        default="one",
        help_text=(
            "all: every board of the ledger that has votes (overall, categories, languages, and axes as far as they "
            "were computed; of all modalities unless one is named). With `at` a number, as they were when that "
            "snapshot was computed, without those by axis."
        ),
    )
    modality = ModalityField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse what names one board where all are asked for."""
        if attrs["board"] == "all":
            wrong: list[str] = [name for name in ("category", "language", "axis") if name in attrs]
            wrong += ["days"] * bool(attrs["days"]) + ["tiers"] * (attrs["tiers"] == "all")
            if wrong:
                raise serializers.ValidationError(
                    {name: [_("It names one board; leave out board=all.")] for name in wrong}
                )
        return attrs


def open_tabled(query: dict[str, Any]) -> Iterator[BoardView]:
    """Open the boards that a TableOfBoardsQuery names. Raises what `open_asked` does."""
    if query["board"] == "one":
        yield open_asked({"modality": Modality.TEXT_TO_IMAGE} | query)
        return
    ledger = query.get("ledger") or default_ledger(query.get("modality", ""))
    yield from read_all_boards(ledger=ledger, modality=query.get("modality"), at=query.get("at"))


def name_answer(response: FileResponse, boards: Sequence[BoardView], query: dict[str, Any]) -> FileResponse:
    """Name the file after the board that is in it, and give its snapshot in headers."""
    kind, form = str(response["Content-Disposition"]).partition('"')[2].rstrip('"').split(".")
    if query["board"] == "one":
        (board,) = boards
        name = name_file(kind, board)
        response["X-Snapshot"] = str(board.snapshot_id or "")
        response["X-Output-Hash"] = board.output_hash or ""
        response["X-Ledger-Position"] = str(board.position)
    else:
        ledger = query.get("ledger") or default_ledger(query.get("modality", ""))
        position = max((board.position for board in boards), default=0)
        name = "-".join(filter(None, [kind, ledger, query.get("modality"), "all-boards", str(position)]))
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def open_asked(query: dict[str, Any]) -> BoardView:
    """Open the board that a BoardQuery names; wait a moment for one that is computed for the first time.

    Raises NotFound, SnapshotGone, and BeingComputed if it takes longer.
    """
    question = question_of(query)
    return wait_while(lambda: open_board(**question), lambda board: board.is_promised)


def wait_while(look: Callable[[], Opened], is_awaited: Callable[[Opened], bool]) -> Opened:
    """Look, and again for WAIT_SECONDS while what is seen is awaited. Raises BeingComputed if it still is then."""
    seen = look()
    if is_awaited(seen) and _waiting.acquire(blocking=False):
        try:
            ends = time.monotonic() + WAIT_SECONDS
            while time.monotonic() < ends and is_awaited(seen):
                time.sleep(_LOOK_AGAIN_SECONDS)
                seen = look()
        finally:
            _waiting.release()
    if is_awaited(seen):
        text = _("This board is being computed. Ask again in {seconds} seconds.")
        raise BeingComputed(text.format(seconds=COME_AGAIN_SECONDS))
    return seen


def question_of(query: dict[str, Any]) -> BoardQuestion:
    """Return which board a BoardQuery means."""
    return {
        "ledger": query.get("ledger") or default_ledger(query["modality"]),
        "modality": query["modality"],
        "category": query.get("category"),
        "language": query.get("language"),
        "axis": query.get("axis"),
        "days": query["days"],
        "tiers": "all" if query.get("tiers") == "all" else "",
        "at": query.get("at"),
    }


def require_slice(ledger: Ledger, modality: str | None, kind: str | None, value: str | None) -> None:
    """Raise NotFound for a slice that neither catalogue nor ledger knows."""
    if not value or kind in (None, "overall"):
        return
    for each in [modality] if modality else Modality.values:
        with suppress(NotFound):
            find_slice(ledger=ledger, modality=each, **split_slice(kind, value))
            return
    raise NotFound(_("There is no board of “{value}” here.").format(value=value))
