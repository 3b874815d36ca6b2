"""The search: models, organizations, categories and prompts by their words."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from arena.catalog.models import Modality
from leaderboard.presentation.searching.hits import Hit, Hits
from leaderboard.queries.searching.catalogue_search import KINDS, LONGEST, clean_words, search_catalogue

PER_PAGE = 25
# Of each kind, when all are shown.
MOST_OF_KIND = 5


@dataclass(frozen=True)
class FoundKind:
    """What was found of a kind: its first rows, and where all of it is."""

    kind: str
    heading: str
    count: int
    hits: tuple[Hit, ...]
    url: str


@require_safe
def show_search(request: HttpRequest) -> HttpResponse:
    """What `?q=` finds, in groups; all of one `?kind=` in pages; of one `?modality=` if chosen. Any text is allowed."""
    text = clean_words(request.GET.get("q", ""))
    kind = request.GET.get("kind", "")
    modality = request.GET.get("modality", "")
    kind, modality = kind if kind in KINDS else "", modality if modality in Modality.values else ""
    found = search_catalogue(text, modality=modality)
    here = [("q", text)] + ([("modality", modality)] if modality else [])
    asked = urlencode([*here, *([("kind", kind)] if kind else [])])
    groups = [
        FoundKind(each, heading, len(found.keys[each]), _first(Hits(found, each), kind), _link([*here, ("kind", each)]))
        for each, heading in _headings().items()
    ]
    page = Paginator(Hits(found, kind), PER_PAGE).get_page(request.GET.get("page")) if kind else None
    context = {
        "text": text,
        "kind": kind,
        "modality": modality,
        "modalities": Modality.choices,
        "count": found.count,
        "groups": groups,
        "page": page,
        "start": f"?{urlencode([*here, ('kind', kind)])}",
        "all_url": _link(here),
        "wider_url": _link([("q", text)]) if modality else "",
        "csv_url": f"{reverse('api-search.csv')}?{asked}",
        "json_url": f"{reverse('api-search')}?{asked}",
        "longest": LONGEST,
    }
    return render(request, "leaderboard/search.html", context)


def _headings() -> dict[str, str]:
    return {
        "models": _("Models"), "organizations": _("Organizations"), "categories": _("Categories"),
        "prompts": _("Competitions"),
    }  # fmt: skip


def _first(hits: Hits, kind: str) -> tuple[Hit, ...]:
    return () if kind else tuple(hits[:MOST_OF_KIND])


def _link(query: list[tuple[str, str]]) -> str:
    return f"{reverse('search')}?{urlencode(query)}"
