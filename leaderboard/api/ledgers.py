"""Ledgers over REST: their heads, their entries as a file, the meaning of each column."""

from dataclasses import asdict
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from arena.voting.models import Ledger
from leaderboard.api.reading import PageQuery, Query, ReadView, answer_page, describe, page_schema
from leaderboard.ledger_export import CANONICAL_JSON, COLUMNS, stream_entries
from leaderboard.slices import find_ledger

_MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}


class LedgerSerializer(serializers.ModelSerializer[Ledger]):
    """A ledger and the head of its hash chain."""

    class Meta:
        model = Ledger
        fields = ["slug", "name", "kind", "length", "head"]
        extra_kwargs = {"length": {"min_value": None, "max_value": None}}


class ColumnSerializer(serializers.Serializer[Any]):
    """One exported column."""

    name = serializers.CharField()
    type = serializers.CharField()
    meaning = serializers.CharField()


class DictionarySerializer(serializers.Serializer[Any]):
    """The columns of an export, and how its chain is made."""

    columns = ColumnSerializer(many=True)
    canonical_json = serializers.CharField()


class EntriesQuery(Query):
    """In which form entries are sent, and from where on."""

    format = serializers.ChoiceField(choices=["jsonl", "csv"], default="jsonl")
    after = serializers.IntegerField(
        min_value=0, max_value=2**62, default=0, help_text="Only entries behind this position."
    )


class LedgersView(ReadView):
    """All ledgers."""

    @describe(query=PageQuery, answer=page_schema(LedgerSerializer), operation_id="list_ledgers")
    def get(self, request: Request) -> Response:
        """List the ledgers."""
        query = PageQuery.read(request)
        return answer_page(request, Ledger.objects.order_by("id"), LedgerSerializer, **query)


class LedgerView(ReadView):
    """One ledger."""

    @describe(answer=LedgerSerializer, missing=True, operation_id="read_ledger")
    def get(self, request: Request, slug: str) -> Response:
        """Read a ledger's length and head."""
        Query.read(request)
        return Response(LedgerSerializer(find_ledger(slug)).data)


class EntriesView(ReadView):
    """A ledger's entries."""

    @describe(
        query=EntriesQuery,
        answer={
            (200, "application/jsonl"): OpenApiResponse(OpenApiTypes.STR, "One JSON object per line."),
            (200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, "A header line, then one line per entry."),
        },
        missing=True,
        operation_id="export_entries",
    )
    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        """Stream a ledger's entries in their order; head and length of the chain stand in the response's head."""
        query = EntriesQuery.read(request)
        ledger = find_ledger(slug)
        asked = request.method != "HEAD"
        lines = stream_entries(ledger, sends=query["format"], after=query["after"]) if asked else iter(())
        response = StreamingHttpResponse(lines, content_type=_MEDIA_TYPES[query["format"]])
        response["Content-Disposition"] = f'attachment; filename="{ledger.slug}.{query["format"]}"'
        response["X-Ledger-Head"] = ledger.head
        response["X-Ledger-Length"] = str(ledger.length)
        response["Cache-Control"] = "no-cache"
        return response


class DictionaryView(ReadView):
    """What an export's columns mean."""

    @describe(answer=DictionarySerializer, missing=True, operation_id="read_dictionary")
    def get(self, request: Request, slug: str) -> Response:
        """Read the meaning of each column of a ledger's export."""
        Query.read(request)
        find_ledger(slug)
        return Response({"columns": [asdict(column) for column in COLUMNS], "canonical_json": CANONICAL_JSON})
