"""Ledgers over REST: their heads, their entries as files, the meaning of each column."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from arena.voting.ledger.chain import GENESIS
from arena.voting.models import Ledger, LedgerEntry
from leaderboard.api.board_serializers import OriginSerializer
from leaderboard.api.delivery.answers import Content, FileResponse, Held, is_part
from leaderboard.api.delivery.downloads import take_place
from leaderboard.api.delivery.spooling import Spooled, spool
from leaderboard.api.lists import ListView, SearchField, SortField
from leaderboard.api.reading import (
    FORMS,
    ErrorSerializer,
    ExcelField,
    LedgerField,
    PageQuery,
    Query,
    ReadView,
    check_at,
    describe,
    list_responses,
)
from leaderboard.presentation.tables.column_dictionary import TABLES, DescribedColumn, describe_columns
from leaderboard.presentation.tables.entry_files import EntryFile, write_entries
from leaderboard.presentation.tables.table_files import MEDIA_TYPES, Form
from leaderboard.queries.exporting.ledger_export import (
    BATCH,
    SELECTIONS,
    describe_hashing,
    mark_exclusions,
    shown_columns,
)
from leaderboard.queries.past import Past, read_past
from leaderboard.queries.slices import default_ledger, find_ledger, find_origin

_GONE = OpenApiResponse(
    ErrorSerializer, "The snapshot, or what was excluded when it was computed, is not known any more."
)


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
    unit = serializers.CharField(help_text="What it is counted in; empty for what is not counted.")
    meaning = serializers.CharField()


class DictionarySerializer(serializers.Serializer[Any]):
    """The columns of an export, and how its chain is made."""

    columns = ColumnSerializer(many=True)
    canonical_json = serializers.CharField()


class LedgerQuery(PageQuery):
    """Which ledgers are listed."""

    search = SearchField()
    sort = SortField(["name", "slug", "length"])


class EntriesTableQuery(Query):
    """Which entries are sent, and which of their columns."""

    columns = serializers.ChoiceField(
        choices=SELECTIONS,
        default="all",
        help_text=(
            "votes: without salt, leaf and chain, which prove the votes. sealed: only what never changes at a "
            "position, so without `excluded`."
        ),
    )
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


class EntriesCsvQuery(EntriesTableQuery):
    """Which entries are sent as CSV."""

    excel = ExcelField()


class EntriesQuery(EntriesCsvQuery):
    """Which entries are sent, and in which form."""

    format = serializers.ChoiceField(choices=["jsonl", "csv"], default="jsonl", help_text="The file's form.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse to send for Excel what it does not read."""
        if attrs["excel"] == "1" and attrs["format"] != "csv":
            raise serializers.ValidationError({"excel": [_("Only CSV can be for Excel.")]})
        return attrs


class LedgersView(ListView):
    """List the ledgers."""

    name = "ledgers"
    query = LedgerQuery
    item = LedgerSerializer
    searched = ("name", "slug")
    sorts: ClassVar = {"name": "name", "slug": "slug", "length": "length"}

    def rows(self, query: dict[str, Any]) -> QuerySet[Ledger]:
        """Return all of them."""
        return Ledger.objects.select_related("origin").order_by("id")


class LedgerView(ReadView):
    """One ledger."""

    @describe(answer=LedgerSerializer, missing=True, operation_id="read_ledger")
    def get(self, request: Request, slug: str) -> Response:
        """Read a ledger's length and head."""
        Query.read(request)
        return Response(LedgerSerializer(find_ledger(slug, counted=False)).data)


class EntriesView(ReadView):
    """Send a ledger's entries in their order; length and head of the chain are in the response's headers.

    With `at`, head and length are those that the snapshot read, and `X-Exclusions-Hash` is the snapshot's own.
    """

    form: ClassVar[Form | None] = None
    query: ClassVar[type[Query]] = EntriesQuery
    sends = (FORMS["jsonl"], FORMS["csv"])

    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """Send the entries."""
        query = self.query.read(request)
        form = self.form or cast("Form", query["format"])
        ledger = find_ledger(slug, counted=False)
        past = read_past(ledger, query["at"]) if "at" in query else None
        length = past.position if past else ledger.length
        after = query["after"]
        last = max(after, min(length, after + query.get("limit", length)))
        selection = query["columns"]
        columns = shown_columns(ledger, selection, last=length)
        file = EntryFile(
            ledger, form, tuple(columns), after, last, past.excluded if past else None, query.get("excel") == "1"
        )
        content = _fill(request, file, query, past)
        whole = int(content.state.partition(".")[0]) if isinstance(content, Spooled) else last
        never_changes = selection == "sealed" and (last < length or last - after == query.get("limit"))
        frozen = never_changes or query.get("at", "").isdecimal()
        name = f"{ledger.slug}-{length}" if past else ledger.slug
        parts = [name, selection if selection != "all" else "", f"{after}-{last}" if "limit" in query or after else ""]
        response = FileResponse(
            content, MEDIA_TYPES[form], name=f"{'-'.join(filter(None, parts))}.{form}", frozen=frozen
        )
        _describe_chain(response, ledger, past, length if whole == last else whole)
        if last < length:
            following = replace_query_param(request.build_absolute_uri(), "after", last)
            response["Link"] = f'<{following}>; rel="next"'
        return response


def _fill(request: Request, file: EntryFile, query: dict[str, Any], past: Past | None) -> Content:
    """A file of one batch is made in memory, a longer one on disk; making it takes one of the places of downloads."""
    if file.last - file.after <= BATCH:
        return Held(file.to_bytes())
    question = f"{file.ledger.slug} {file.form} {query['columns']} {file.after} {query.get('excel')} {query.get('at')}"
    marks = past.exclusions_hash[:16] if past else mark_exclusions(file.ledger)
    with take_place():
        return spool(question, f"{file.last}.{marks}", partial(write_entries, file), fresh_enough=is_part(request))


def _describe_chain(response: HttpResponseBase, ledger: Ledger, past: Past | None, length: int) -> None:
    head = past.head if past else ledger.head
    if not past and length != ledger.length:
        entry = LedgerEntry.objects.filter(ledger=ledger.pk, position=length).values_list("chain", flat=True)
        head = entry.first() or GENESIS
    response["X-Ledger-Head"] = head
    response["X-Ledger-Length"] = str(length)
    if past:
        response["X-Exclusions-Hash"] = past.exclusions_hash


def entry_addresses() -> Iterator[URLPattern]:
    """Yield the addresses of a ledger's entries: `entries/` with a format, and one for each form."""
    strings = {
        "jsonl": OpenApiResponse(OpenApiTypes.STR, "One JSON object per line."),
        "csv": OpenApiResponse(OpenApiTypes.STR, "A header line, then one line per entry."),
        "parquet": OpenApiResponse(OpenApiTypes.BINARY, "A row group for each 5,000 entries."),
    }
    base = "ledgers/<slug:slug>/entries"
    for form in (None, "csv", "jsonl", "parquet"):
        query = EntriesQuery if form is None else EntriesCsvQuery if form == "csv" else EntriesTableQuery
        own: dict[str, Any] = {"form": form, "query": query, "__doc__": EntriesView.__doc__}
        forms = ["jsonl", "csv"] if form is None else [form]
        own["sends"] = tuple(FORMS[each] for each in forms)
        answers: dict[Any, Any] = {}
        for each in forms:
            answers |= list_responses({(200, FORMS[each]): strings[each], 410: _GONE}, missing=True, form=each)
        described = extend_schema(
            operation_id=f"export_entries_{form}" if form else "export_entries", parameters=[query], responses=answers
        )
        view: Any = extend_schema_view(get=described)(type(f"Entries{(form or '').title()}View", (EntriesView,), own))
        if form:
            yield path(f"{base}.{form}", view.as_view(), name=f"api-entries.{form}")
        else:
            yield path(f"{base}/", view.as_view(), name="api-entries")


class DictionaryView(ReadView):
    """What an export's columns mean."""

    @describe(answer=DictionarySerializer, missing=True, operation_id="read_dictionary")
    def get(self, request: Request, slug: str) -> Response:
        """Read the meaning of each column of a ledger's export."""
        Query.read(request)
        ledger = find_ledger(slug, counted=False)
        columns = ColumnSerializer(describe_columns(ledger, "entries"), many=True).data
        return Response({"columns": columns, "canonical_json": describe_hashing(shown_columns(ledger))})


class ColumnsQuery(PageQuery):
    """Of which ledger and table the columns are listed."""

    ledger = LedgerField()
    table = serializers.ChoiceField(choices=TABLES, required=False, help_text="Only the columns of this table.")
    search = SearchField()
    sort = SortField(["table", "name", "type"])


class TableColumnSerializer(ColumnSerializer):
    """A column of one of a ledger's tables."""

    table = serializers.ChoiceField(choices=TABLES, help_text="The table that has it.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The table comes first."""
        fields = super().get_fields()
        return {"table": fields.pop("table"), **fields}


class ColumnsView(ListView):
    """List the columns of a ledger's entries, standings and pairs: type, unit and meaning."""

    name = "columns"
    query = ColumnsQuery
    item = TableColumnSerializer
    searched = ("table", "name", "meaning")
    sorts: ClassVar = {"table": "table", "name": "name", "type": "type"}

    def rows(self, query: dict[str, Any]) -> Sequence[DescribedColumn]:
        """Return them in the order of the files."""
        named = [query["table"]] if "table" in query else []
        return describe_columns(find_ledger(query.get("ledger") or default_ledger(), counted=False), *named)
