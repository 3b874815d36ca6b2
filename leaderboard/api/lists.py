"""Lists of rows: as pages of JSON, and as CSV, JSONL and Parquet at the addresses that end so."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, cast, get_type_hints

from django.db.models import Q, QuerySet
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from leaderboard.api.delivery.answers import FileResponse, Held
from leaderboard.api.delivery.cursors import Rows, cut_page
from leaderboard.api.reading import (
    FORMS,
    ExcelField,
    PageQuery,
    Query,
    ReadView,
    address_of,
    answer_page,
    list_responses,
    page_schema,
)
from leaderboard.presentation.tables.table_files import MEDIA_TYPES, Form, Table, kind_of, write_table
from leaderboard.votefiles.parquet_writing import Kind

# As many rows as a table has at most; a Link header leads to the others.
MOST_ROWS = 5_000
_KINDS: Sequence[tuple[type[serializers.Field[Any, Any, Any, Any]], Kind]] = (
    (serializers.BooleanField, "boolean"),
    (serializers.IntegerField, "integer"),
    (serializers.FloatField, "number"),
    (serializers.DateTimeField, "moment"),
    (serializers.DateField, "date"),
)


class SearchField(serializers.CharField):
    """Words that the names of rows must contain."""

    def __init__(self, **options: Any) -> None:
        text = options.pop(
            "help_text", gettext_lazy("Only rows whose slug, name or title contains each of these words.")
        )
        super().__init__(max_length=80, required=False, help_text=text, **options)


class SortField(serializers.ChoiceField):
    """Columns by which rows can be sorted, rising, or falling with a leading minus."""

    def __init__(self, names: Sequence[str], **options: Any) -> None:
        choices = [each for name in names for each in (name, f"-{name}")]
        text = options.pop("help_text", gettext_lazy("The column that orders the rows; falling with a leading minus."))
        super().__init__(choices=choices, required=False, help_text=text, **options)


class TableQuery(Query):
    """How a table is sent."""

    fields_ = serializers.CharField(
        max_length=2000, required=False, help_text="Only these columns, separated by commas, in this order."
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Name `fields` so, which as an attribute's name is taken by the serializer itself."""
        return {name.rstrip("_"): field for name, field in super().get_fields().items()}


class CsvQuery(TableQuery):
    """How a CSV is sent."""

    excel = ExcelField()


class _RowsQuery(PageQuery):
    limit = serializers.IntegerField(
        min_value=1, max_value=MOST_ROWS, default=MOST_ROWS, help_text="Rows at most; a Link header leads to the next."
    )


def table_query(base: type[Query], form: Form) -> type[Query]:
    """Return the parameters of a table: those of what it shows, and those of its form."""
    options = CsvQuery if form == "csv" else TableQuery
    rows = (_RowsQuery,) if issubclass(base, PageQuery) else ()
    return type(f"{base.__name__}{form.title()}", (options, *rows, base), {"__doc__": base.__doc__})


def send_table(table: Table, form: Form, query: dict[str, Any], *, name: str, frozen: bool = False) -> FileResponse:
    """Send a table, or those of its columns that are asked for. Raises ValidationError naming a column it lacks."""
    content = Held(write_table(choose_columns(table, query), form, excel=query.get("excel") == "1"))
    return FileResponse(content, MEDIA_TYPES[form], name=f"{name}.{form}", frozen=frozen)


def choose_columns(table: Table, query: dict[str, Any]) -> Table:
    """Return the table with those of its columns that are asked for. Raises ValidationError naming one it lacks."""
    if "fields" not in query:
        return table
    asked = [each.strip() for each in query["fields"].split(",")]
    if unknown := [each for each in asked if each not in table.names]:
        text = _("There is no column “{name}”. There are: {known}.")
        raise ValidationError({"fields": [text.format(name=unknown[0], known=", ".join(table.names))]})
    return table.only(asked)


class ListView(ReadView):
    """Rows of one kind. A subclass says which; `list_addresses` makes its views for each form."""

    form: ClassVar[Form | None] = None
    name: ClassVar[str]
    query: ClassVar[type[PageQuery]]
    item: ClassVar[type[serializers.BaseSerializer[Any]]]
    # For a queryset: the fields that a search looks through, and the order by each name that sorts.
    searched: ClassVar[Sequence[str]] = ()
    sorts: ClassVar[Mapping[str, str]] = {}
    more_answers: ClassVar[Mapping[Any, Any]] = {}

    def rows(self, query: dict[str, Any]) -> Rows:
        """Return the rows that a query asks for, in their usual order."""
        raise NotImplementedError

    def arrange(self, rows: Rows, query: dict[str, Any]) -> Rows:
        """Return the rows in the order that a query asks for."""
        return _sort(rows, query, self.sorts)

    def get(self, request: Request) -> HttpResponseBase:
        """Send the rows."""
        query = self.query.read(request)
        rows = self.arrange(_search(self.rows(query), query, self.searched), query)
        if self.form is None:
            return answer_page(request, rows, self.item, query)
        page = cut_page(rows, limit=query["limit"], offset=query["offset"], cursor=query["cursor"])
        table = tabulate_rows(self.item, page.rows, request)
        response = send_table(table, self.form, query, name=self.name)
        response["X-Total-Count"] = str(page.count)
        if page.following:
            response["Link"] = f'<{address_of(request, page.following)}>; rel="next"'
        return response


def list_addresses(view: type[ListView]) -> list[URLPattern]:
    """Return the addresses of a list: `name/`, `name.csv`, `name.jsonl`, `name.parquet`."""
    says = (view.__doc__ or "").strip()
    described = extend_schema(
        operation_id=f"list_{view.name}",
        description=says,
        parameters=[view.query],
        responses=list_responses(page_schema(view.item), missing=True),
    )
    pages: Any = extend_schema_view(get=described)(type(view.__name__, (view,), {"__doc__": says}))
    addresses = [path(f"{view.name}/", pages.as_view(), name=f"api-{view.name}")]
    return addresses + table_addresses(view, says)


def table_addresses(view: type[Any], says: str) -> list[URLPattern]:
    """Return the addresses of a view's tables; it has a `name`, a `query`, and sends what its `form` says."""
    addresses = []
    for form in cast("Sequence[Form]", tuple(FORMS)):
        query = table_query(view.query, form)
        own = {"form": form, "query": query, "sends": (FORMS[form],), "__doc__": says}
        kind = OpenApiTypes.BINARY if form == "parquet" else OpenApiTypes.STR
        described = extend_schema(
            operation_id=f"read_{view.name}_{form}",
            description=f"{says}\n\nAs {form.upper() if form != 'parquet' else 'Parquet'}.",
            parameters=[query],
            responses=list_responses(
                {(200, FORMS[form]): OpenApiResponse(kind, "A table: one row for each."), **view.more_answers},
                missing=True,
                form=form,
            ),
        )
        tables: Any = extend_schema_view(get=described)(type(f"{view.__name__}{form.title()}", (view,), own))
        addresses.append(path(f"{view.name}.{form}", tables.as_view(), name=f"api-{view.name}.{form}"))
    return addresses


def _search(rows: Rows, query: dict[str, Any], searched: Sequence[str]) -> Rows:
    words = query.get("search", "").split()
    if isinstance(rows, QuerySet):
        for word in words:
            found = Q()
            for name in searched:
                found |= Q(**{f"{name}__icontains": word})
            rows = rows.filter(found)
        return rows
    texts = [" ".join(str(_look_up(row, name)) for name in searched).casefold() for row in rows] if words else []
    return (
        [row for row, text in zip(rows, texts, strict=True) if all(w.casefold() in text for w in words)]
        if words
        else rows
    )


def _sort(rows: Rows, query: dict[str, Any], sorts: Mapping[str, str]) -> Rows:
    asked = query.get("sort", "")
    if not asked:
        return rows
    name, minus = sorts[asked.removeprefix("-")], "-" if asked.startswith("-") else ""
    if isinstance(rows, QuerySet):
        return rows.order_by(f"{minus}{name}", "id")
    value: Callable[[Any], Any] = lambda row: _look_up(row, name)  # noqa: E731  # A function of one use.
    known = sorted((row for row in rows if value(row) is not None), key=value, reverse=bool(minus))
    return [*known, *(row for row in rows if value(row) is None)]


def _look_up(row: Any, name: str) -> Any:
    """A row's value: rows of tables of pages are dictionaries by column."""
    return row[name] if isinstance(row, dict) else getattr(row, name)


def tabulate_rows(item: type[serializers.BaseSerializer[Any]], rows: Sequence[Any], request: Request) -> Table:
    """Return what a serializer sends of some rows, as a table."""
    shape = cast("serializers.Serializer[Any]", item(context={"request": request}))
    columns = tuple((name, _kind(shape, name, field)) for name, field in shape.fields.items())
    sent = cast("Any", item)(rows, many=True, context={"request": request}).data
    return Table(columns, [[_value(row[name], kind) for name, kind in columns] for row in sent])


def _kind(shape: Any, name: str, field: serializers.Field[Any, Any, Any, Any]) -> Kind:
    if isinstance(field, serializers.SerializerMethodField):
        return kind_of(get_type_hints(getattr(shape, f"get_{name}")).get("return", str))
    if isinstance(field, serializers.ChoiceField) and all(isinstance(each, int) for each in field.choices):
        return "integer"
    return next((kind for known, kind in _KINDS if isinstance(field, known)), "text")


def _value(value: Any, kind: Kind) -> Any:
    """What JSON would say, as a value of a table: lists of words are joined by spaces, other nested values are JSON."""
    if isinstance(value, str) and value and kind in ("moment", "date"):
        return datetime.fromisoformat(value) if kind == "moment" else date.fromisoformat(value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return " ".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
