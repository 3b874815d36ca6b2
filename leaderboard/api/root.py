"""The API's front door, its schema, and the answer to addresses that do not exist."""

from django.http import HttpResponsePermanentRedirect
from django.urls import resolve
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, inline_serializer
from drf_spectacular.views import SpectacularAPIView
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from arena.errors import NotFound
from leaderboard.api.reading import Query, ReadView, describe

LISTED = (
    "boards", "standings", "standings.csv", "snapshots", "models", "contenders", "organizations", "categories",
    "prompts", "ledgers", "schema",
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


class SchemaView(SpectacularAPIView):
    """The OpenAPI description of this API, as YAML, or as JSON with `?format=json`."""

    authentication_classes = []
    permission_classes = []


class NowhereView(ReadView):
    """Every other address below the API."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponsePermanentRedirect:
        """Lead on to the address that only lacks its last slash, or answer 404 in the API's own shape."""
        slashed = f"{request.path_info}/"
        if not request.path_info.endswith("/") and resolve(slashed).url_name:
            query = request.META["QUERY_STRING"]
            return HttpResponsePermanentRedirect(f"{slashed}?{query}" if query else slashed)
        raise NotFound(_("There is nothing at this address. The API lists its addresses at its root."))
