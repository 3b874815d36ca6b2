"""The public log over REST."""

from collections.abc import Sequence
from typing import Any, ClassVar

from rest_framework import serializers

from leaderboard.api.lists import ListView, SearchField, SortField
from leaderboard.api.reading import PageQuery
from leaderboard.presentation.log_sentences import state_change
from leaderboard.queries.changes.public_log import KINDS, LogEntry, read_log


class LogQuery(PageQuery):
    """Which changes are listed."""

    kind = serializers.ChoiceField(choices=KINDS, required=False, help_text="Only changes of this kind.")
    search = SearchField()
    sort = SortField(["day", "name"])


class LogEntrySerializer(serializers.Serializer[LogEntry]):
    """One change of this arena, with its day and reason."""

    day = serializers.DateField()
    kind = serializers.ChoiceField(choices=KINDS)
    name = serializers.CharField(help_text="Of the contender, the model or the ledger, as it was then.")
    model = serializers.CharField(source="model_slug", help_text="The model's slug; empty if it is about none.")
    contender = serializers.CharField(source="contender_slug", help_text="The contender's slug; empty for a model.")
    text = serializers.SerializerMethodField(help_text="What happened, as a sentence that follows the name.")
    reason = serializers.CharField(help_text="Why; empty if it needs no reason.")
    source = serializers.CharField(help_text="A page that says so.")  # type: ignore[assignment]  # Taken out of the class.
    details = serializers.DictField(
        help_text="price: provider, item, unit, quality, size, currency, old, new. shutdown: day, provider. "
        "method: method, version. exclusion: entries, or lifted."
    )

    def get_text(self, entry: LogEntry) -> str:
        """State the change."""
        return state_change(entry)


class LogView(ListView):
    """List additions, retirements, announced shutdowns, price and method changes and exclusions, newest first."""

    name = "log"
    query = LogQuery
    item = LogEntrySerializer
    searched = ("name", "model_slug", "contender_slug")
    sorts: ClassVar = {"day": "day", "name": "name"}

    def rows(self, query: dict[str, Any]) -> Sequence[LogEntry]:
        """Return the changes, of one kind or of all."""
        return read_log(kind=query.get("kind", ""))
