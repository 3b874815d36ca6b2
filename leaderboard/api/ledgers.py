"""Ledgers over REST: their heads, their entries as a file, the meaning of each column."""

from collections.abc import Iterator
from typing import Any, Literal

from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from arena.voting.models import Ledger
from leaderboard.api.board_serializers import OriginSerializer
from leaderboard.api.downloads import Download
from leaderboard.api.reading import (
    ErrorSerializer,
    ExcelField,
    PageQuery,
    Query,
    ReadView,
    answer_page,
    check_at,
    describe,
    is_for_excel,
    page_schema,
)
from leaderboard.queries.ledger_export import BATCH, describe_hashing, read_batches, shown_columns
from leaderboard.queries.past import read_past
from leaderboard.queries.slices import find_ledger, find_origin

_MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}


class LedgerSerializer(serializers.ModelSerializer[Ledger]):
    """A ledger and the head of its hash chain."""

    origin = serializers.SerializerMethodField(help_text="Where imported votes are from; null for any other ledger.")

    class Meta:
        model = Ledger
        fields = ["slug", "name", "kind", "length", "head", "origin"]
        extra_kwargs = {"length": {"min_value": None, "max_value": None}}

    @extend_schema_field(OriginSerializer(allow_null=True))
    def get_origin(self, ledger: Ledger) -> Any:
        """Tell where it is from."""
        origin = find_origin(ledger)
        return None if origin is None else OriginSerializer(origin).data


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
    """In which form entries are sent, from where on, and how many."""

    format = serializers.ChoiceField(choices=["jsonl", "csv"], default="jsonl")
    excel = ExcelField()
    after = serializers.IntegerField(
        min_value=0, max_value=2**62, default=0, help_text="Only entries after this position."
    )
    limit = serializers.IntegerField(
        min_value=1,
        max_value=BATCH,
        required=False,
        help_text="At most this many entries; a Link header leads to the next ones. Without it, all of them.",
    )
    at = serializers.CharField(
        max_length=40,
        required=False,
        help_text=(
            "A snapshot's number, or an ISO date or time for the last kept up to then: the entries that it read, with "
            "`excluded` as it was then."
        ),
    )

    def validate_at(self, value: str) -> str:
        """Refuse what is neither number nor moment."""
        return check_at(value)


class LedgersView(ReadView):
    """All ledgers."""

    @describe(query=PageQuery, answer=page_schema(LedgerSerializer), operation_id="list_ledgers")
    def get(self, request: Request) -> Response:
        """List the ledgers."""
        query = PageQuery.read(request)
        return answer_page(request, Ledger.objects.select_related("origin").order_by("id"), LedgerSerializer, **query)


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
            410: OpenApiResponse(
                ErrorSerializer, "The snapshot, or what was excluded when it was computed, is not known any more."
            ),
            503: OpenApiResponse(ErrorSerializer, "Too many downloads at once: come again after Retry-After seconds."),
        },
        missing=True,
        operation_id="export_entries",
    )
    def get(self, request: Request, slug: str) -> HttpResponse | StreamingHttpResponse:
        """Send a ledger's entries in their order; length and head of the chain are in the response's headers.

        With `at`, head and length are those that the snapshot read, and `X-Exclusions-Hash` is the snapshot's own.
        """
        query = EntriesQuery.read(request)
        excel = is_for_excel(query, query["format"])
        ledger = find_ledger(slug)
        past = read_past(ledger, query["at"]) if "at" in query else None
        length, head = (past.position, past.head) if past else (ledger.length, ledger.head)
        after = query["after"]
        last = min(length, after + query.get("limit", length))
        batches = read_batches(
            ledger, sends=query["format"], after=after, last=last, excluded=past.excluded if past else None, excel=excel
        )
        response = _send(request, batches, sends=query["format"], is_long=last - after > BATCH)
        name = f"{ledger.slug}-{length}" if past else ledger.slug
        response["Content-Disposition"] = f'attachment; filename="{name}.{query["format"]}"'
        response["X-Ledger-Head"] = head
        response["X-Ledger-Length"] = str(length)
        response["Cache-Control"] = "no-cache"
        if past:
            response["X-Exclusions-Hash"] = past.exclusions_hash
        if last < length:
            following = replace_query_param(request.build_absolute_uri(), "after", last)
            response["Link"] = f'<{following}>; rel="next"'
        return response


def _send(
    request: Request, batches: Iterator[bytes], *, sends: Literal["csv", "jsonl"], is_long: bool
) -> HttpResponse | StreamingHttpResponse:
    """Hand an answer of one batch to the server at once, so that no thread waits for its reader."""
    if request.method == "HEAD":
        return HttpResponse(content_type=_MEDIA_TYPES[sends])
    if is_long:
        return StreamingHttpResponse(Download(batches), content_type=_MEDIA_TYPES[sends])
    return HttpResponse(b"".join(batches), content_type=_MEDIA_TYPES[sends])


class DictionaryView(ReadView):
    """What an export's columns mean."""

    @describe(answer=DictionarySerializer, missing=True, operation_id="read_dictionary")
    def get(self, request: Request, slug: str) -> Response:
        """Read the meaning of each column of a ledger's export."""
        Query.read(request)
        columns = shown_columns(find_ledger(slug))
        return Response(
            {"columns": ColumnSerializer(columns, many=True).data, "canonical_json": describe_hashing(columns)}
        )
