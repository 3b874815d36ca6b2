"""The public log: what changed in this arena, when and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leaderboard.presentation.log_sentences import state_change
from leaderboard.queries.changes.public_log import KINDS, LogEntry, read_log

LINES_PER_PAGE = 100
# More additions of one day are told together.
MOST_APART = 2


@dataclass(frozen=True)
class LogDay:
    """What changed on a day, each change as a sentence; and contenders that came, if there are many."""

    day: date
    changes: tuple[tuple[LogEntry, str], ...]
    added: tuple[LogEntry, ...]


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
    days = [_tell_day(day, list(own)) for day, own in groupby(page, key=lambda entry: entry.day)]
    here = reverse("log")
    tabs = [("", _("Everything"), here), *((name, label, f"{here}?kind={name}") for name, label in labels.items())]
    query = f"?kind={kind}" if kind else ""
    context = {
        "page": page,
        "days": days,
        "tabs": tabs,
        "kind": kind,
        "query": query,
        "csv_url": f"{reverse('api-log.csv')}{query}",
        "json_url": f"{reverse('api-log')}{query}",
    }
    return render(request, "leaderboard/log.html", context)


def _tell_day(day: date, entries: Sequence[LogEntry]) -> LogDay:
    added = tuple(sorted((one for one in entries if one.kind == "added"), key=lambda one: one.name.casefold()))
    together = added if len(added) > MOST_APART else ()
    return LogDay(day, tuple((one, state_change(one)) for one in entries if one not in together), together)
