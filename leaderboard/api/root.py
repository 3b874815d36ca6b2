"""The API's front door, its schema, and the answer to addresses that do not exist."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.urls import get_resolver, resolve
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from arena.errors import NotFound
from leaderboard.api.delivery.negotiating import weigh
from leaderboard.api.reading import Query, ReadView, describe


class RootSerializer(serializers.Serializer[Any]):
    """The address of everything that takes no name; a ledger's own addresses are told by `ledgers`."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """One address for each name."""
        return {name: serializers.URLField(help_text=f"Address of {name}.") for name in list_names()}


def list_names() -> list[str]:
    """Return the names of all addresses that take no argument."""
    found = [
        str(name).removeprefix("api-") for name in get_resolver("leaderboard.api_urls").reverse_dict if _is_named(name)
    ]
    return sorted(set(found) - {"root"})


def _is_named(name: Any) -> bool:
    if not isinstance(name, str):
        return False
    possibilities = get_resolver("leaderboard.api_urls").reverse_dict.getlist(name)
    return any(not params for found, *_rest in possibilities for _path, params in found)


class RootView(ReadView):
    """Where everything is."""

    @describe(answer=RootSerializer, operation_id="read_root")
    def get(self, request: Request) -> Response:
        """List the addresses of this API."""
        Query.read(request)
        return Response({name: reverse(f"api-{name}", request=request) for name in list_names()})


class SchemaQuery(Query):
    """How the description is written; without it, JSON for a program that asks for JSON, else YAML."""

    format = serializers.ChoiceField(choices=["yaml", "json"], required=False)


class SchemaView(ReadView):
    """The OpenAPI description of this API, as YAML, or as JSON with `?format=json`; errors are JSON either way."""

    renderer_classes = [JSONRenderer]
    sends = (OpenApiYamlRenderer.media_type, OpenApiJsonRenderer.media_type)

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """Answer with the description."""
        asked = SchemaQuery.read(request).get("format") or ("json" if _asks_for_json(request) else "yaml")
        text, kind = _write_schema(asked, get_language())
        named = {"Content-Disposition": f'inline; filename="easel-1.{asked}"'}
        return HttpResponse(text, content_type=kind, headers=named)


@lru_cache(maxsize=2 * len(settings.LANGUAGES))
def _write_schema(form: str, language: str) -> tuple[bytes, str]:
    """Return the description and its media type: the same for everybody who reads it in a language."""
    renderer = OpenApiJsonRenderer() if form == "json" else OpenApiYamlRenderer()
    text: bytes = renderer.render(_describe_api(language), renderer_context={})
    return text, str(renderer.media_type) if form == "json" else f"{renderer.media_type}; charset=utf-8"


@lru_cache(maxsize=len(settings.LANGUAGES))
def _describe_api(_language: str) -> Any:
    """Return the description in the language of this thread; to make it takes a second."""
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]


def _asks_for_json(request: Request) -> bool:
    accept = request.headers.get("Accept", "")
    yaml, as_json = (
        weigh(accept, str(OpenApiYamlRenderer.media_type)),
        weigh(accept, str(OpenApiJsonRenderer.media_type)),
    )
    return as_json > yaml


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
