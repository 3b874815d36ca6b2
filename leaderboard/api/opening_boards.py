"""Which board a request asks for, and the answer while that board is computed for the first time."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from arena.catalog.models import Modality
from leaderboard.api.reading import (
    AxisField,
    CategoryField,
    ErrorSerializer,
    LanguageField,
    LedgerField,
    ModalityField,
    Query,
    WindowField,
    check_at,
)
from leaderboard.computing.on_demand import COME_AGAIN_SECONDS, open_board
from leaderboard.presentation.board_address import BoardQuestion
from leaderboard.queries.slices import default_ledger
from leaderboard.queries.standings import BoardView

PROMISED = OpenApiResponse(ErrorSerializer, "The board is being computed: ask again after `Retry-After` seconds.")
GONE = OpenApiResponse(ErrorSerializer, "The snapshot is not kept any more; the message names the next one that is.")


class BoardQuery(Query):
    """Which board is read."""

    ledger = LedgerField()
    modality = ModalityField(default=Modality.TEXT_TO_IMAGE)
    category = CategoryField()
    language = LanguageField()
    axis = AxisField()
    days = WindowField()


class BoardAtQuery(BoardQuery):
    """Which board is read, and as of when."""

    at = serializers.CharField(
        max_length=40,
        required=False,
        help_text="A snapshot's number, or an ISO date or time for the last kept up to then; without it, the latest.",
    )

    def validate_at(self, value: str) -> str:
        """Refuse what is neither number nor moment."""
        return check_at(value)


def open_asked(query: dict[str, Any]) -> BoardView:
    """Open the board that a BoardQuery names. Raises NotFound and SnapshotGone."""
    return open_board(**question_of(query))


def question_of(query: dict[str, Any]) -> BoardQuestion:
    """Return which board a BoardQuery means."""
    return {
        "ledger": query.get("ledger") or default_ledger(),
        "modality": query["modality"],
        "category": query.get("category"),
        "language": query.get("language"),
        "axis": query.get("axis"),
        "days": query["days"],
        "at": query.get("at"),
    }


def promise(request: Request) -> Response:
    """Answer 202 with the board's address and the time to wait."""
    text = _("This board is being computed. Ask again in {seconds} seconds.").format(seconds=COME_AGAIN_SECONDS)
    response = Response({"code": "being_computed", "message": text}, status=202)
    response["Location"] = request.build_absolute_uri()
    response["Retry-After"] = str(COME_AGAIN_SECONDS)
    response["Cache-Control"] = "no-store"
    return response
