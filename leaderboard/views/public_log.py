"""The public log: what changed in this arena, when and why."""

from itertools import groupby

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leaderboard.presentation.log_sentences import state_change
from leaderboard.queries.public_log import KINDS, read_log

LINES_PER_PAGE = 100


@require_safe
def show_log(request: HttpRequest) -> HttpResponse:
    """The log by day, newest first; of one kind if chosen. `?page=` turns it."""
    labels = {
        "added": _("Additions"), "retired": _("Retirements"), "returned": _("Returns"), "shutdown": _("Shutdowns"),
        "price": _("Prices"), "method": _("Methods"), "exclusion": _("Exclusions"),
    }  # fmt: skip
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    page = Paginator(read_log(kind=kind), LINES_PER_PAGE).get_page(request.GET.get("page"))
    stated = [(entry, state_change(entry)) for entry in page]
    days = [(day, list(own)) for day, own in groupby(stated, key=lambda pair: pair[0].day)]
    here = reverse("log")
    tabs = [("", _("Everything"), here), *((name, label, f"{here}?kind={name}") for name, label in labels.items())]
    query = f"?kind={kind}" if kind else ""
    api = f"{reverse('api-log')}{query}"
    return render(
        request,
        "leaderboard/log.html",
        {"page": page, "days": days, "tabs": tabs, "kind": kind, "query": query, "json_url": api},
    )
