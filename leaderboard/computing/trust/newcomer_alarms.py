"""Watching what newcomers say of contenders, and raising an alarm where no chance explains it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPException

import httpx2
import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Count, Max

from arena.voting.models import Exclusion, Ledger
from leaderboard.computing.entry_columns import read_columns
from leaderboard.models import Alarm, NewcomerWatch
from leaderboard.queries.current_method import method_of
from leaderboard.queries.watching.vote_figures import last_position_before
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.diagnostics.newcomers.cohort_evidence import Favour, watch_newcomers
from leaderboard.ratings.parameters import Method

_WEBHOOK_SECONDS = 10

log = structlog.get_logger(__name__)


def watch_votes(*, today: date | None = None) -> list[Alarm]:
    """Compute what this arena's newcomers say, if votes or exclusions have changed; return the alarms raised by it.

    Newcomers are those whose first vote was on the Monday of last week or later: this moves once a week, so that an
    honest board raises a false alarm in at most one week of a hundred. No board changes by it.
    """
    day = today or datetime.now(UTC).date()
    since = day - timedelta(days=day.weekday() + 7)
    raised: list[tuple[Alarm, list[str]]] = []
    for ledger in Ledger.objects.filter(kind=Ledger.Kind.NATIVE):
        read = _state_of(ledger)
        watched = NewcomerWatch.objects.filter(ledger=ledger)
        if not ledger.length or watched.filter(since=since, read=read).exists():
            continue
        first, method = last_position_before(ledger, since) + 1, method_of(ledger, tiers="all")
        for modality, votes in read_columns(ledger).votes.items():
            favours = _watch(votes, first, method)
            causes, opponents = _find_causes(favours)
            alarms = _store(ledger, modality, since, day, read, favours, causes)
            raised += [(alarm, opponents) for alarm in alarms]
    for alarm, opponents in raised:
        _tell(alarm, opponents)
    return [alarm for alarm, _ in raised]


def _state_of(ledger: Ledger) -> str:
    """What the figures rest on: they are computed again when it differs."""
    found = Exclusion.objects.filter(entry__ledger=ledger).aggregate(count=Count("pk"), newest=Max("pk"))
    return f"{ledger.length} {found['count']} {found['newest'] or 0}"


def _watch(votes: VoteLog, first: int, method: Method) -> tuple[Favour, ...]:
    """Newcomers' favours; none where all votes are theirs."""
    return watch_newcomers(votes, since=first, method=method) if len(votes) else ()


def _find_causes(favours: Sequence[Favour]) -> tuple[list[Favour], list[str]]:
    """Return whom alarms are about, and the contenders whom newcomers move the other way.

    What one contender gains, those whom it is compared with lose, so only the most evident direction is told.
    """
    alerts = [favour for favour in favours if favour.alert]
    first = max(alerts, key=lambda favour: (favour.evidence, abs(favour.points), favour.gains), default=None)
    causes = [favour for favour in alerts if first and favour.gains == first.gains]
    return causes, sorted(favour.contender for favour in alerts if favour not in causes)


def _store(
    ledger: Ledger,
    modality: str,
    since: date,
    day: date,
    read: str,
    favours: Sequence[Favour],
    causes: Sequence[Favour],
) -> list[Alarm]:
    stored = {"since": since, "read": read, "favours": [asdict(favour) for favour in favours]}
    raised = []
    with transaction.atomic():
        NewcomerWatch.objects.update_or_create(ledger=ledger, modality=modality, defaults=stored)
        for favour in causes:
            own = Alarm.objects.filter(ledger=ledger, modality=modality, contender=favour.contender)
            # What was told of the same newcomers before is told again only after more of them.
            if own.filter(since=since, voters__gte=favour.voters).exists():
                continue
            told = {
                "since": since, "gains": favour.gains, "evidence": favour.evidence, "voters": favour.voters,
                "votes": favour.votes,
            }  # fmt: skip
            alarm, is_new = own.get_or_create(
                ledger=ledger, modality=modality, contender=favour.contender, day=day, defaults=told
            )
            raised += [alarm] if is_new else []
    return raised


def _tell(alarm: Alarm, opponents: list[str]) -> None:
    """Write the alarm to the log, to ALARM_WEBHOOK and to ALARM_EMAIL. What cannot be reached is logged."""
    told = {
        "modality": alarm.modality, "contender": alarm.contender, "gains": alarm.gains,
        "evidence": round(alarm.evidence, 1), "voters": alarm.voters, "votes": alarm.votes,
        "opponents": opponents, "since": alarm.since.isoformat(), "page": f"{settings.PUBLIC_URL}/staff/votes/",
    }  # fmt: skip
    log.warning("newcomers favour a contender" if alarm.gains else "newcomers shun a contender", **told)
    if settings.ALARM_WEBHOOK:
        try:
            body = {"event": "vote_alarm", **told}
            httpx2.post(settings.ALARM_WEBHOOK, json=body, timeout=_WEBHOOK_SECONDS).raise_for_status()
        except httpx2.HTTPError as error:
            log.error("alarm webhook failed", reason=type(error).__name__)
    if settings.ALARM_EMAIL:
        does = "favour" if alarm.gains else "shun"
        lines = told | {"opponents": ", ".join(opponents)}
        text = "\n".join(f"{name}: {value}" for name, value in lines.items())
        try:
            send_mail(f"Easel: new voters {does} {alarm.contender}", text, None, settings.ALARM_EMAIL)
        except (SMTPException, OSError) as error:
            log.error("alarm mail failed", reason=type(error).__name__)
