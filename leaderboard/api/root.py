"""The API's front door, its schema, and the answer to addresses that do not exist."""

from django.http import HttpResponsePermanentRedirect
from django.urls import resolve
from django.utils.translation import gettext as _
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema, inline_serializer
from drf_spectacular.views import SpectacularAPIView
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from arena.errors import NotFound
from leaderboard.api.reading import Query, ReadView, describe

LISTED = (
    "boards", "standings", "standings.csv", "history", "snapshots", "models", "contenders", "organizations",
    "categories", "choices", "prompts", "ledgers", "log", "schema",
)  # fmt: skip


class RootView(ReadView):
    """Where everything is."""

    @describe(
        answer=inline_serializer("Root", {name: serializers.URLField() for name in LISTED}), operation_id="read_root"
    )
    def get(self, request: Request) -> Response:
        """List the addresses of this API."""
        Query.read(request)
        return Response({name: reverse(f"api-{name}", request=request) for name in LISTED})


class SchemaQuery(Query):
    """How the description is written; without it, JSON for a program that asks for JSON, else YAML."""

    format = serializers.ChoiceField(choices=["yaml", "json"], required=False)


class SchemaView(ReadView, SpectacularAPIView):
    """The OpenAPI description of this API, as YAML, or as JSON with `?format=json`; errors are JSON either way."""

    renderer_classes = [JSONRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Write the description."""
        asked = SchemaQuery.read(request).get("format") or ("json" if _asks_for_json(request) else "yaml")
        renderer = OpenApiJsonRenderer() if asked == "json" else OpenApiYamlRenderer()
        request.accepted_renderer, request.accepted_media_type = renderer, renderer.media_type
        described: Response = self._get_schema_response(request)  # type: ignore[no-untyped-call]  # spectacular's own.
        return described


def _asks_for_json(request: Request) -> bool:
    return "json" in request.headers.get("Accept", "")


class NowhereView(ReadView):
    """Every other address below the API."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponsePermanentRedirect:
        """Redirect to the same address with a final slash if there is one, else answer 404 in the API's own shape."""
        slashed = f"{request.path_info}/"
        if not request.path_info.endswith("/") and resolve(slashed).url_name:
            query = request.META["QUERY_STRING"]
            return HttpResponsePermanentRedirect(f"{slashed}?{query}" if query else slashed)
        raise NotFound(_("There is nothing at this address. The API lists its addresses at its root."))
