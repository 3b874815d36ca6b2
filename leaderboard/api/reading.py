"""How every address of the API reads: strict parameters, pages, one error shape, and its description."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from arena.catalog.models import Modality
from arena.errors import DomainError
from leaderboard.api.delivery.answers import deliver
from leaderboard.api.delivery.cursors import Rows, cut_page
from leaderboard.api.delivery.negotiating import AsAddressed
from leaderboard.models import Board
from leaderboard.queries.snapshots import read_moment

FORMS = {"csv": "text/csv", "jsonl": "application/jsonl", "parquet": "application/vnd.apache.parquet"}

Method = TypeVar("Method", bound=Callable[..., Any])

SLUG = r"[-\w]+"


class ReadView(APIView):
    """Base of all views here: GET only, for everybody whom ACCESS lets in, without session or token.

    `sends` are the media types of a successful answer.
    """

    sends: ClassVar[Sequence[str]] = ("application/json",)
    authentication_classes = []
    permission_classes = []
    content_negotiation_class = AsAddressed
    http_method_names = ["get", "head", "options"]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer as `deliver` says."""
        return deliver(self.initialize_request(request), super().dispatch(request, *args, **kwargs))

    def handle_exception(self, exc: Exception) -> Any:
        """Tell a reader of a table in plain text that it is to come again: a program would take JSON for rows."""
        response: Any = super().handle_exception(exc)
        # To be asked to come again is no fault that a log needs.
        response._has_been_logged = response.status_code == 503
        if response.status_code != 503 or "application/json" in self.sends or not isinstance(response.data, dict):
            return response
        text = f"{response.data['message']}\n"
        headers = {"Retry-After": response["Retry-After"]}
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8", headers=headers)


class Query(serializers.Serializer[Any]):
    """Base of a view's query parameters; unknown and repeated ones are refused by name, never ignored."""

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        """Return the valid parameters, defaults filled in. Raises ValidationError."""
        # As a plain dictionary: in form data, an empty value would count as missing.
        query = cls(data=request.query_params.dict())
        wrong = {name: [_("There is no such parameter.")] for name in request.query_params if name not in query.fields}
        wrong |= {name: [_("Give it once.")] for name, values in request.query_params.lists() if len(values) > 1}
        if wrong:
            raise ValidationError(wrong)
        query.is_valid(raise_exception=True)
        return dict(query.validated_data)


class PageQuery(Query):
    """Where a page of a list begins and how long it is."""

    limit = serializers.IntegerField(min_value=1, max_value=500, default=100, help_text="Rows on a page.")
    offset = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, default=0, help_text="Rows before the first page; not with a cursor."
    )
    cursor = serializers.CharField(
        max_length=2000,
        default="",
        help_text="Where another page begins, as `next` and `previous` say. Rows added meanwhile shift nothing.",
    )


class LedgerField(serializers.SlugField):
    """A ledger's slug."""

    def __init__(self, **options: Any) -> None:
        text = gettext_lazy(
            "The ledger's slug. Without it: the imported one that the operator chose as the site's main one, if any; "
            "else native if it has votes, else the demonstration if it has."
        )
        super().__init__(max_length=80, required=False, help_text=text, **options)


class ModalityField(serializers.ChoiceField):
    """A modality."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=Modality.values, **{"help_text": gettext_lazy("What was asked for.")} | options)


class CategoryField(serializers.CharField):
    """A category of a board; a file that was imported may call one whatever it likes."""

    def __init__(self, **options: Any) -> None:
        text = gettext_lazy("A category's slug (imported: its label).")
        super().__init__(max_length=80, required=False, help_text=text, **options)


class LanguageField(serializers.CharField):
    """A language of a board; an imported file may call one whatever it likes."""

    def __init__(self, **options: Any) -> None:
        text = gettext_lazy("A language's code (imported: its label).")
        super().__init__(max_length=80, required=False, help_text=text, **options)


class AxisField(serializers.CharField):
    """An axis of a board: what its prompts test."""

    def __init__(self, **options: Any) -> None:
        text = gettext_lazy(
            "An axis, by its slug: only votes on prompts that test it. Not with a category or language."
        )
        super().__init__(max_length=80, required=False, help_text=text, **options)


class WindowField(serializers.ChoiceField):
    """How many days a board covers."""

    def __init__(self, **options: Any) -> None:
        text = gettext_lazy("Only the votes of this many days, up to the newest vote's day; 0 for all time.")
        super().__init__(choices=Board.Window.values, default=0, help_text=text, **options)


class TiersField(serializers.ChoiceField):
    """Whether a board counts official votes or all."""

    def __init__(self, **options: Any) -> None:
        text = gettext_lazy(
            "all: the board of all votes, where the others count only those of official tiers of voters; computed when "
            "somebody asks. Where all votes are official there is no difference."
        )
        super().__init__(choices=["official", "all"], default="official", help_text=text, **options)


class ExcelField(serializers.ChoiceField):
    """Whether a CSV is for Excel."""

    def __init__(self, **options: Any) -> None:
        text = gettext_lazy(
            "1: a CSV for Excel, which begins with a byte order mark. Programs leave it out: some take the mark for "
            "part of a column's name."
        )
        super().__init__(choices=["0", "1"], default="0", help_text=text, **options)


def check_at(value: str) -> str:
    """Return an `at` that is a number or a moment. Raises ValidationError for anything else."""
    if not value.isdecimal():
        try:
            read_moment(value)
        except DomainError as error:
            raise serializers.ValidationError(error.message) from error
    return value


class ErrorSerializer(serializers.Serializer[Any]):
    """Every error: a stable code, a message for people, and for invalid parameters the messages by name."""

    code = serializers.CharField(help_text="Stable, for programs.")
    message = serializers.CharField(help_text="What is wrong and what to do, for people.")
    fields_ = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="Of invalid parameters: what is wrong with each, by name.",
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `fields`, which as an attribute's name is taken by the serializer itself."""
        fields = super().get_fields()
        return {name.rstrip("_"): field for name, field in fields.items()}


NOT_MODIFIED = OpenApiResponse(None, "What the client has, by its `If-None-Match`, is still so.")
_ERRORS = {
    400: OpenApiResponse(ErrorSerializer, "A parameter is not valid."),
    401: OpenApiResponse(ErrorSerializer, "The key that was sent is unknown here, or revoked."),
    403: OpenApiResponse(ErrorSerializer, "This arena requires signing in, or a key."),
    406: OpenApiResponse(ErrorSerializer, "The client's `Accept` refuses what this address sends."),
    429: OpenApiResponse(ErrorSerializer, "Too many requests: see `Retry-After`."),
}
_MISSING = OpenApiResponse(ErrorSerializer, "What was asked for does not exist.")


def list_responses(answer: Any, *, missing: bool = False, form: str = "json") -> dict[Any, Any]:
    """Return all answers of a GET for the schema: its own, and the errors of every address."""
    responses: dict[Any, Any] = dict(answer) if isinstance(answer, dict) else {200: answer}
    text = "Too much at once, or the database is away, or a board is being computed: see `Retry-After`."
    busy: dict[Any, Any] = {503: OpenApiResponse(ErrorSerializer, text)}
    if form != "json":
        part = OpenApiResponse(OpenApiTypes.BINARY if form == "parquet" else OpenApiTypes.STR, "The range asked for.")
        busy = {
            (206, FORMS[form]): part,
            416: OpenApiResponse(ErrorSerializer, "The range asked for lies outside."),
            (503, "text/plain"): OpenApiResponse(OpenApiTypes.STR, text),
        }
    return responses | {304: NOT_MODIFIED} | _ERRORS | ({404: _MISSING} if missing else {}) | busy


def describe(
    *, answer: Any, operation_id: str, query: type[Query] | None = None, missing: bool = False, form: str = "json"
) -> Callable[[Method], Method]:
    """Describe a GET for the schema: what it takes, what it answers, and which errors."""
    parameters: list[Any] = [query] if query else []
    described: Callable[[Method], Method] = extend_schema(
        operation_id=operation_id, parameters=parameters, responses=list_responses(answer, missing=missing, form=form)
    )
    return described


def page_schema(item: type[serializers.BaseSerializer[Any]]) -> Any:
    """Return the schema of a page of items."""
    name = item.__name__.removesuffix("Serializer")
    return inline_serializer(
        f"{name}Page",
        fields={
            "count": serializers.IntegerField(help_text="Rows of the whole list."),
            "next": serializers.URLField(allow_null=True, help_text="Address of the next page; null on the last."),
            "previous": serializers.URLField(
                allow_null=True, help_text="Address of the page before; null on the first."
            ),
            "results": item(many=True, help_text="The rows of this page."),
        },
    )


def answer_page(
    request: Request, rows: Rows, item: type[serializers.BaseSerializer[Any]], query: dict[str, Any]
) -> Response:
    """Return one page of a list, with the addresses of its neighbours."""
    page = cut_page(rows, limit=query["limit"], offset=query["offset"], cursor=query["cursor"])
    results = item(page.rows, many=True, context={"request": request}).data
    return Response(
        {
            "count": page.count,
            "next": address_of(request, page.following),
            "previous": address_of(request, page.preceding),
            "results": results,
        }
    )


def address_of(request: Request, cursor: str) -> str | None:
    """Return the address of the page at a cursor, None without one."""
    here = remove_query_param(request.build_absolute_uri(), "offset")
    return replace_query_param(here, "cursor", cursor) if cursor else None
