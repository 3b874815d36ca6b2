"""Where a model stands on the overall board of every ledger, and on its boards of a category in a language."""

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from arena.voting.models import Ledger
from leaderboard.models import Board, Snapshot, Standing, of_model
from leaderboard.queries.standings import read_line
from leaderboard.ratings.results import Line


@dataclass(frozen=True)
class ArenaLine:
    """One contender's line on the overall board of a ledger; `ranked` counts the contenders ranked there."""

    ledger: Ledger
    modality: str
    contender_name: str
    line: Line
    ranked: int


def list_arenas(model: str) -> tuple[ArenaLine, ...]:
    """Return the model's lines on the overall boards of all ledgers, this arena's first. One query."""
    boards = Board.objects.filter(slice=Board.Slice.OVERALL, days=0, tiers="")
    ranked = Count("snapshot__standings", filter=Q(snapshot__standings__rank_low__isnull=False))
    found = _newest(boards, model).select_related("snapshot__board__ledger", "contender", "imported")
    in_order = ("snapshot__board__ledger", "-snapshot__board__modality", "rank_elo", "pk")
    return tuple(
        ArenaLine(
            ledger=standing.snapshot.board.ledger,
            modality=standing.snapshot.board.modality,
            contender_name=standing.contender.name if standing.contender else standing.slug,
            line=read_line(standing),
            ranked=standing.ranked,
        )
        for standing in found.annotate(ranked=ranked).order_by(*in_order)
    )


def lines_by_language(ledger: str, model: str) -> dict[tuple[str, str, str], Line]:
    """Return lines by modality, contender and slice, as far as boards of a category in a language were computed.

    Nobody computes them unless somebody asks, so most may be missing. One query.
    """
    boards = Board.objects.filter(ledger__slug=ledger, slice=Board.Slice.CATEGORY_LANGUAGE, days=0, tiers="")
    found = _newest(boards, model).select_related("snapshot__board", "contender", "imported")
    return {(one.snapshot.board.modality, one.slug, one.snapshot.board.slice_value): read_line(one) for one in found}


def _newest(boards: QuerySet[Board], model: str) -> QuerySet[Standing]:
    """The model's standings in the newest snapshot of each board."""
    newest = Snapshot.objects.filter(board=OuterRef("pk")).order_by("-id").values("pk")[:1]
    chosen = boards.order_by().annotate(newest=Subquery(newest))
    return Standing.objects.filter(of_model(model), snapshot__in=chosen.values("newest"))
