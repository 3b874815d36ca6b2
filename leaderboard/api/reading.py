"""How every address of the API reads: strict parameters, pages, JSON whatever is accepted, one error shape."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from arena.catalog.models import Modality
from arena.errors import DomainError
from leaderboard.models import Board
from leaderboard.queries.snapshots import read_moment

Method = TypeVar("Method", bound=Callable[..., Any])

SLUG = r"[-\w]+"


class AlwaysJson(BaseContentNegotiation):
    """JSON, whatever the client accepts: a browser reads it as well as a program, and nothing answers 406."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        return next(iter(parsers), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, first.media_type


class ReadView(APIView):
    """Base of all views here: GET only, for everybody whom ACCESS lets in, without session or token."""

    authentication_classes = []
    permission_classes = []
    content_negotiation_class = AlwaysJson
    http_method_names = ["get", "head", "options"]


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

    limit = serializers.IntegerField(min_value=1, max_value=500, default=100)
    offset = serializers.IntegerField(min_value=0, max_value=2**31 - 1, default=0)


class LedgerField(serializers.SlugField):
    """A ledger's slug."""

    def __init__(self, **options: Any) -> None:
        text = gettext_lazy("The ledger's slug. Without it: native if it has votes, else the demonstration if it has.")
        super().__init__(max_length=80, required=False, help_text=text, **options)


class ModalityField(serializers.ChoiceField):
    """A modality."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=Modality.values, **options)


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


class ExcelField(serializers.ChoiceField):
    """Whether a CSV is for Excel."""

    def __init__(self, **options: Any) -> None:
        text = gettext_lazy(
            "1: a CSV for Excel. It begins with a byte order mark, and an apostrophe stands before text that a "
            "spreadsheet would run as a formula. Programs leave it out: some take the mark for part of a column's name."
        )
        super().__init__(choices=["0", "1"], default="0", help_text=text, **options)


def is_for_excel(query: dict[str, Any], sends: str) -> bool:
    """Tell whether a CSV for Excel is asked for. Raises ValidationError if something else is to be sent."""
    if query["excel"] == "1" and sends != "csv":
        raise ValidationError({"excel": [_("Only CSV can be for Excel.")]})
    return bool(query["excel"] == "1")


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

    code = serializers.CharField()
    message = serializers.CharField()
    fields_ = serializers.DictField(child=serializers.ListField(child=serializers.CharField()), required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `fields`, which as an attribute's name is taken by the serializer itself."""
        fields = super().get_fields()
        return {name.rstrip("_"): field for name, field in fields.items()}


def describe(
    *, answer: Any, operation_id: str, query: type[Query] | None = None, missing: bool = False
) -> Callable[[Method], Method]:
    """Describe a GET for the schema: what it takes, what it answers, and which errors."""
    responses: dict[Any, Any] = answer if isinstance(answer, dict) else {200: answer}
    responses |= {400: OpenApiResponse(ErrorSerializer, "A parameter is not valid.")}
    responses |= {403: OpenApiResponse(ErrorSerializer, "This arena requires signing in.")}
    if missing:
        responses |= {404: OpenApiResponse(ErrorSerializer, "What was asked for does not exist.")}
    parameters: list[Any] = [query] if query else []
    described: Callable[[Method], Method] = extend_schema(
        operation_id=operation_id, parameters=parameters, responses=responses
    )
    return described


def page_schema(item: type[serializers.BaseSerializer[Any]]) -> Any:
    """Return the schema of a page of items."""
    name = item.__name__.removesuffix("Serializer")
    return inline_serializer(
        f"{name}Page",
        fields={
            "count": serializers.IntegerField(help_text="Items in the whole list."),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": item(many=True),
        },
    )


def answer_page(
    request: Request,
    items: QuerySet[Any] | Sequence[Any],
    item: type[serializers.BaseSerializer[Any]],
    *,
    limit: int,
    offset: int,
) -> Response:
    """Return one page of a list, with the addresses of its neighbours."""
    count = items.count() if isinstance(items, QuerySet) else len(items)
    here = request.build_absolute_uri()
    following = replace_query_param(here, "offset", offset + limit) if offset + limit < count else None
    preceding = replace_query_param(here, "offset", max(0, offset - limit)) if offset else None
    results = item(items[offset : offset + limit], many=True, context={"request": request}).data
    return Response({"count": count, "next": following, "previous": preceding, "results": results})
