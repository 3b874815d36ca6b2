"""Pages that are kept until what they show changes, and that a browser which has them need not load again."""

import gzip
import hashlib
from collections.abc import Callable
from functools import wraps

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

from arena.catalog.models import Organization
from arena.web.compression import is_free_of_secrets
from leaderboard.models import is_on_demand
from leaderboard.presentation.board_address import AXIS_OPTION, CHOICES, PRICE_STEPS, clean_choice
from leaderboard.queries.page_stamp import read_page_stamp

KEPT_SECONDS = 600
# Free text and other prices than those offered make endless addresses, an earlier snapshot may be removed, and boards
# by axis are computed on demand.
_NOT_KEPT = ("q", "at", "axis", "open", "contender", "one", "two", "pair", "c", "page")
# What boards and those of their tabs that are kept read.
_READ = {*CHOICES, "form", "first"}

View = Callable[..., HttpResponse]


def keep_page(view: View) -> View:
    """Keep what a view of a modality answers to readers without an account; answer 304 to whoever has it already.

    A kept page is only served while its stamp is that of all it may show. Boards on demand are not kept, because to
    open one has it computed.
    """

    @wraps(view)
    def answer(request: HttpRequest, modality: str) -> HttpResponse:
        if not _may_keep(request.GET):
            return view(request, modality)
        key = _key(request)
        stamp = read_page_stamp(modality=modality)
        kept = caches["pages"].get(key)
        if kept is not None and kept[0] == stamp and is_free_of_secrets(request, HttpResponse()):
            return _serve(request, kept[1], kept[2])
        response = view(request, modality)
        if response.status_code != 200 or not is_free_of_secrets(request, response):
            return response
        etag = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        # Pages are kept as most browsers get them.
        packed = gzip.compress(response.content, compresslevel=4, mtime=0)
        caches["pages"].set(key, (stamp, etag, packed), KEPT_SECONDS)
        return _serve(request, etag, packed)

    return answer


def _may_keep(query: QueryDict) -> bool:
    days, category = query.get("days", ""), query.get("category", "")
    # To open the tab of changes has a month's end computed.
    if query.get("view") == "changes" or query.get("max_price", "") not in ("", *PRICE_STEPS):
        return False
    maker = query.get("organization", "")
    if maker and not Organization.objects.filter(slug=clean_choice(maker)).exists():
        return False
    kind = "category_language" if category and query.get("language") else ""
    kind = "axis" if category.strip().startswith(AXIS_OPTION) else kind
    return not any(name in query for name in _NOT_KEPT) and not is_on_demand(kind, bool(days), query.get("tiers", ""))


def _key(request: HttpRequest) -> str:
    query = request.GET.urlencode()
    # Of a table, only canonical addresses are answered. Tabs answer any; what none of them reads makes no other page.
    if "view" in request.GET:
        query = str([(name, request.GET.getlist(name)) for name in sorted(_READ & request.GET.keys())])
    whole = f"{request.scheme} {request.get_host()} {get_language()} {request.path} {query}"
    return f"page:{hashlib.sha256(whole.encode()).hexdigest()}"


def _serve(request: HttpRequest, etag: str, packed: bytes) -> HttpResponse:
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(packed if takes_gzip else gzip.decompress(packed))
    if takes_gzip:
        response["Content-Encoding"] = "gzip"
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Accept-Encoding", "Cookie", "Accept-Language"])
    conditional = get_conditional_response(request, etag=etag, response=response)
    return conditional if isinstance(conditional, HttpResponse) else response
