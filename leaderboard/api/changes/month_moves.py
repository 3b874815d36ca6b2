"""What changed on a board since an earlier month ended, over REST: the rows of the page's tab *Changes*."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers

from arena.catalog.models import Modality
from arena.errors import NotFound
from leaderboard.api.lists import ListView, SearchField, SortField
from leaderboard.api.opening_boards import open_asked, wait_while
from leaderboard.api.reading import AxisField, CategoryField, LanguageField, LedgerField, ModalityField, PageQuery
from leaderboard.computing.month_end_boards import open_month_end
from leaderboard.queries.changes.month_ends import Since, list_month_ends, read_changes


@dataclass(frozen=True)
class _SinceThen:
    since: Since
    day: date

    @property
    def contender_slug(self) -> str:
        return self.since.row.contender_slug

    @property
    def contender_name(self) -> str:
        return self.since.row.contender_name

    @property
    def elo(self) -> float | None:
        return self.since.row.line.elo

    @property
    def elo_change(self) -> float | None:
        return self.since.change


class ChangesQuery(PageQuery):
    """Which board is read, and since when."""

    ledger = LedgerField()
    modality = ModalityField(default=Modality.TEXT_TO_IMAGE)
    category = CategoryField()
    language = LanguageField()
    axis = AxisField()
    since = serializers.RegexField(
        r"^[0-9]{4}-(0[1-9]|1[0-2])$",
        required=False,
        help_text="The month at whose end it is compared, as 2026-10; without it, the last before the newest vote's.",
    )
    search = SearchField()
    sort = SortField(["contender_name", "elo", "elo_change"])


class ChangeSerializer(serializers.Serializer[_SinceThen]):
    """One contender then and now; what it had then is null if it had no votes or numbers then."""

    since = serializers.DateField(source="day", help_text="The last day of the month that it is compared with.")
    contender_slug = serializers.CharField(
        source="since.row.contender_slug", help_text="The contender; of an imported ledger, the file's label."
    )
    contender_name = serializers.CharField(source="since.row.contender_name", help_text="Its name.")
    is_new = serializers.BooleanField(source="since.is_new", help_text="Whether it had no number then.")
    moved = serializers.BooleanField(
        source="since.moved", allow_null=True, help_text="Whether the change is more than luck; null: not known."
    )
    elo_change = serializers.FloatField(source="since.change", allow_null=True, help_text="Elo now less Elo then.")
    elo_change_low = serializers.FloatField(
        source="since.low", allow_null=True, help_text="Lower bound, only where it moved."
    )
    elo_change_high = serializers.FloatField(
        source="since.high", allow_null=True, help_text="Upper bound, only where it moved."
    )
    elo_then = serializers.FloatField(source="since.elo", allow_null=True, help_text="Elo then.")
    elo = serializers.FloatField(source="since.row.line.elo", help_text="Elo now.")
    rank_low_then = serializers.IntegerField(source="since.rank_low", allow_null=True, help_text="Best rank then.")
    rank_high_then = serializers.IntegerField(source="since.rank_high", allow_null=True, help_text="Worst rank then.")
    rank_low = serializers.IntegerField(
        source="since.row.line.rank_low", allow_null=True, help_text="Best rank that the votes leave open now."
    )
    rank_high = serializers.IntegerField(
        source="since.row.line.rank_high", allow_null=True, help_text="Worst rank that the votes leave open now."
    )


class ChangesView(ListView):
    """List who moved on a board since a month ended: those beyond luck by size, then new ones, then the others."""

    name = "changes"
    query = ChangesQuery
    item = ChangeSerializer
    searched = ("contender_slug", "contender_name")
    sorts: ClassVar = {"contender_name": "contender_name", "elo": "elo", "elo_change": "elo_change"}

    def rows(self, query: dict[str, Any]) -> list[_SinceThen]:
        """Return the contenders; wait for what was never computed. Raises NotFound without such a month."""
        board = open_asked(query | {"days": 0})
        months = {f"{day:%Y-%m}": day for day in list_month_ends(board)}
        if not months:
            raise NotFound(_("This board's votes name no month that ended before the newest of them."))
        if query.get("since", next(iter(months))) not in months:
            text = _("There is no such month here. There are: {months}.")
            raise NotFound(text.format(months=", ".join(months)))
        day = months[query.get("since", next(iter(months)))]
        month_end = wait_while(lambda: open_month_end(board, day), lambda found: found is None)
        assert month_end is not None
        changes = read_changes(board, month_end)
        return [_SinceThen(each, day) for each in (*changes.moved, *changes.new, *changes.others)]
