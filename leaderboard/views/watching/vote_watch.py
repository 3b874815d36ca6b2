"""The staff pages on what votes come in: how many, from where, for whom, and who cast them. No image is shown."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from arena.catalog.models import Contender
from arena.voting.excluding.entry_filter import last_control
from arena.voting.ledger.opening import native_ledger
from arena.voting.models import Tier
from leaderboard.models import Alarm, NewcomerWatch
from leaderboard.queries.watching.control_figures import controls_by_day, count_doubted
from leaderboard.queries.watching.vote_figures import VoteFigures, last_position_before, new_voters_by_hour
from leaderboard.queries.watching.voter_lines import ORDERS, list_voters
from leaderboard.views.watching.staff_doors import excluding_door, may_exclude, staff_door

DAYS = (7, 30, 90)
VOTERS_PER_PAGE = 50
_HOURS = timedelta(hours=48)
_ALARMS = 20


@staff_door
@require_safe
def show_votes(request: HttpRequest) -> HttpResponse:
    """Figures of the last 7, 30 or 90 days; what newcomers favour; the latest alarms."""
    days = _read_days(request)
    ledger, after = native_ledger(), _after(days)
    figures = VoteFigures(ledger, after=after)
    by_day = figures.by_day()
    names = dict(Contender.objects.values_list("slug", "name"))
    watches = list(NewcomerWatch.objects.filter(ledger=ledger.pk).order_by("modality"))
    alarms: QuerySet[Alarm] = Alarm.objects.filter(ledger=ledger.pk).select_related("seen_by")
    context = {
        "days": days,
        "choices": DAYS,
        "by_day": by_day,
        "most": max((line.votes for line in by_day), default=0),
        "networks": figures.by_network(),
        "agents": figures.by_agent(),
        "contenders": [(names.get(line.contender, line.contender), line) for line in figures.by_contender()],
        "hours": new_voters_by_hour(timezone.now() - _HOURS),
        "fastest": figures.fastest(),
        "controls": controls_by_day(_first_day(days)),
        "doubted": count_doubted(),
        "last_control": last_control(),
        "watches": [(watch, _favours(watch, names)) for watch in watches],
        "alarms": [
            (alarm, names.get(alarm.contender, alarm.contender), link_to_exclude(alarm)) for alarm in alarms[:_ALARMS]
        ],
        "may_exclude": may_exclude(request.user),
    }
    return render(request, "leaderboard/watching/votes.html", context)


@staff_door
@require_safe
def show_voters(request: HttpRequest) -> HttpResponse:
    """Voters by pseudonym, of a network or tier, or doubted, if chosen, in an order. `?page=` turns the page."""
    days, order = _read_days(request), request.GET.get("order", "")
    chosen = {name: request.GET.get(name, "")[:40] for name in ("voter", "network", "tier")}
    doubted = request.GET.get("doubted") == "1"
    page = request.GET.get("page", "1")
    number = max(1, int(page)) if page.isascii() and page.isdecimal() and len(page) < 7 else 1
    lines, count = list_voters(
        native_ledger(),
        after=_after(days),
        order=order if order in ORDERS else "votes",
        doubted=doubted,
        start=(number - 1) * VOTERS_PER_PAGE,
        most=VOTERS_PER_PAGE,
        **chosen,
    )
    asked = {**chosen, "days": str(days), "order": order, "doubted": "1" if doubted else ""}
    kept = {name: value for name, value in asked.items() if value}
    context = {
        "lines": lines,
        "count": count,
        "days": days,
        "choices": DAYS,
        "order": order,
        "doubted": doubted,
        "tiers": dict(Tier.choices),
        **chosen,
        "earlier": f"?{urlencode(kept | {'page': number - 1})}" if number > 1 else "",
        "later": f"?{urlencode(kept | {'page': number + 1})}" if number * VOTERS_PER_PAGE < count else "",
    }
    return render(request, "leaderboard/watching/voters.html", context)


@excluding_door
@require_POST
def note_alarm(request: HttpRequest, alarm_id: int) -> HttpResponse:
    """Note that somebody has looked at an alarm; its banner goes."""
    assert isinstance(request.user, User)
    Alarm.objects.filter(pk=alarm_id, seen_at__isnull=True).update(seen_at=timezone.now(), seen_by=request.user)
    return redirect("watch-votes")


def link_to_exclude(alarm: Alarm) -> str:
    """Return the address of the form, filled in with the newcomers' votes on the contender."""
    stated = {
        "new_since": alarm.since.isoformat(),
        "contenders": alarm.contender,
        "reason": f"New voters of {alarm.since} and later {'favoured' if alarm.gains else 'shunned'} {alarm.contender}",
    }
    return f"{reverse('exclusions')}?{urlencode(stated)}"


def _favours(watch: NewcomerWatch, names: dict[str, str]) -> list[dict[str, object]]:
    return [favour | {"name": names.get(favour["contender"], favour["contender"])} for favour in watch.favours]


def _read_days(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return next((days for days in DAYS if str(days) == asked), DAYS[0])


def _after(days: int) -> int:
    return last_position_before(native_ledger(), _first_day(days))


def _first_day(days: int) -> date:
    return datetime.now(UTC).date() - timedelta(days=days - 1)
