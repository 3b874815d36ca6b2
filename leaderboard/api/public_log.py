"""The public log over REST."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from leaderboard.api.reading import PageQuery, ReadView, answer_page, describe, page_schema
from leaderboard.presentation.log_sentences import state_change
from leaderboard.queries.changes.public_log import KINDS, LogEntry, read_log


class LogQuery(PageQuery):
    """Which changes are listed."""

    kind = serializers.ChoiceField(choices=KINDS, required=False)


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
        "method: method, version. exclusion: entries."
    )

    def get_text(self, entry: LogEntry) -> str:
        """State the change."""
        return state_change(entry)


class LogView(ReadView):
    """What changed, when and why."""

    @describe(query=LogQuery, answer=page_schema(LogEntrySerializer), operation_id="list_log")
    def get(self, request: Request) -> Response:
        """List additions, retirements, announced shutdowns, price and method changes and exclusions, newest first."""
        query: dict[str, Any] = LogQuery.read(request)
        entries = read_log(kind=query.get("kind", ""))
        return answer_page(request, entries, LogEntrySerializer, limit=query["limit"], offset=query["offset"])
