"""Two contenders on every board, and up to four side by side: what a comparison's page shows, as lists."""

from typing import Any, ClassVar

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from rest_framework import serializers

from arena.catalog.models import Contender, Fact, Modality
from arena.errors import NotFound
from leaderboard.api.lists import ListView, SearchField, SortField
from leaderboard.api.opening_boards import BoardAtQuery, open_asked
from leaderboard.api.page_tables.naming_rows import Row
from leaderboard.api.reading import ModalityField, PageQuery
from leaderboard.models import Board
from leaderboard.presentation.comparing.compare_address import MOST_COMPARED
from leaderboard.presentation.comparing.side_by_side import compare_side_by_side
from leaderboard.queries.comparing.compared_slices import gather_slices
from leaderboard.queries.standings import BoardView

_KINDS = ("prices", "calls", "facts", "settings")


class GapsQuery(BoardAtQuery, PageQuery):
    """Which two contenders are compared, on the slices of which board."""

    one = serializers.CharField(max_length=400, help_text="A contender, by its slug or label.")
    two = serializers.CharField(max_length=400, help_text="Another one.")
    search = SearchField()
    sort = SortField(["gap", "title"])


class GapSerializer(serializers.Serializer[Any]):
    """The gap of two contenders on one board, from the first one's side."""

    slice = serializers.ChoiceField(choices=Board.Slice.values)
    slice_value = serializers.CharField()
    title = serializers.CharField(help_text="The board's title.")
    gap = serializers.FloatField(help_text="Elo points by which the first is better.")
    gap_low = serializers.FloatField(allow_null=True, help_text="Lower end of its 95 % interval.")
    gap_high = serializers.FloatField(allow_null=True, help_text="Upper end of its 95 % interval.")
    votes = serializers.IntegerField(help_text="Votes on the two there, also against others.")


class GapsView(ListView):
    """List how two contenders compare on the boards of each category, language and axis where votes tell."""

    name = "gaps"
    query = GapsQuery
    item = GapSerializer
    searched = ("title", "slice_value")
    sorts: ClassVar = {name: name for name in ("gap", "title")}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them in the order of the boards. Raises NotFound for a contender that is not on the board."""
        board, pair = open_asked(query), [query["one"], query["two"]]
        _require(board, pair)
        rows = []
        for summary, opinion, lines in gather_slices(board, pair):
            verdict = opinion.judge(pair[0], pair[1], lines, forecast=False)
            if verdict is None:
                continue
            rows.append(
                {
                    "slice": summary.slice,
                    "slice_value": summary.slice_value,
                    "title": summary.title,
                    "gap": verdict.gap,
                    "gap_low": verdict.low,
                    "gap_high": verdict.high,
                    "votes": sum(lines[slug].votes for slug in pair if slug in lines),
                }
            )
        return rows


def _require(board: BoardView, slugs: list[str]) -> None:
    known = {row.contender_slug for row in board.rows}
    for slug in slugs:
        if slug not in known:
            raise NotFound(_("There is no contender “{slug}” on this board.").format(slug=slug))


class SideBySideQuery(PageQuery):
    """Which contenders are compared."""

    contenders = serializers.CharField(
        max_length=400, help_text=f"Contenders by their slugs, with commas, at most {MOST_COMPARED}."
    )
    modality = ModalityField(default=Modality.TEXT_TO_IMAGE)
    search = SearchField()
    sort = SortField(["line", "contender_slug"])


class SideBySideSerializer(serializers.Serializer[Any]):
    """What is known of one contender in one line of the comparison."""

    group = serializers.ChoiceField(choices=_KINDS, help_text="What the line is about.")
    line = serializers.CharField(help_text="The line's name; of facts, their key.")
    differs = serializers.BooleanField(help_text="Whether the contenders differ in it.")
    contender_slug = serializers.CharField()
    contender_name = serializers.CharField()
    value = serializers.CharField(allow_null=True, help_text="Money in USD, times in seconds, shares 0 to 1.")
    note = serializers.CharField(help_text="Of a price, who asks it.")
    source = serializers.CharField()  # type: ignore[assignment]  # Taken out of the class.


class SideBySideView(ListView):
    """List prices, speed, facts and settings of some contenders, line by line; lines of which nothing is known lack."""

    name = "side-by-side"
    query = SideBySideQuery
    item = SideBySideSerializer
    searched = ("line", "contender_slug", "contender_name")
    sorts: ClassVar = {name: name for name in ("line", "contender_slug")}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them in the page's order. Raises NotFound for an unknown contender."""
        slugs = list(dict.fromkeys(filter(None, query["contenders"].split(","))))[:MOST_COMPARED]
        facts = Prefetch("image_model__facts", queryset=Fact.objects.order_by("key", "id"))
        loaded = Contender.objects.select_related("image_model__organization").prefetch_related(facts)
        known = {each.slug: each for each in loaded.filter(slug__in=slugs)}
        for slug in slugs:
            if slug not in known:
                raise NotFound(_("There is no contender “{slug}”.").format(slug=slug))
        contenders = [known[slug] for slug in slugs]
        return [
            {
                "group": group.kind,
                "line": line.name,
                "differs": line.differs,
                "contender_slug": contender.slug,
                "contender_name": contender.name,
                "value": None if cell.value is None else str(cell.value),
                "note": cell.note,
                "source": cell.source,
            }
            for group in compare_side_by_side(contenders, modality=query["modality"])
            for line in group.lines
            for contender, cell in zip(contenders, line.cells, strict=True)
        ]
