"""What staff see of reported images, nameless, and what they decide: keep or hide."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from arena.errors import Conflict, DomainError, NotFound
from arena.generation.ingest.public_sources import NO_SOURCES, PromptSources, read_sources
from arena.generation.ingest.renditions import WIDTHS, read_rendition
from arena.generation.models import Generation
from arena.voting.blindness.tokens import write_token
from arena.voting.models import Report, ReportDecision, ReportedImage

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Said:
    """One voter's report of an image, and whether staff have decided since."""

    kind: str
    note: str
    at: datetime
    answered: bool


@dataclass(frozen=True)
class ReportedLine:
    """A reported image as staff see it: its prompt, its reports, and the last decision. No field could name a model.

    `sources` are those of an edit, and belong to the prompt. `handle` is the token of one of its reports; `decided` is
    the number of the last decision, 0 for none.
    """

    handle: str
    prompt_text: str
    language: str
    category_name: str
    criterion: str
    hidden: bool
    reports: tuple[Said, ...]
    decided: int
    verdict: str
    decided_at: datetime | None
    decided_by: str
    sources: PromptSources = NO_SOURCES


def waiting_images() -> QuerySet[ReportedImage, int]:
    """Return the keys of generations with reports that wait for a decision, newest report first."""
    return _newest_first(ReportedImage.objects.filter(decision=None))


def decided_images() -> QuerySet[ReportedImage, int]:
    """Return the keys of generations about which nothing waits, because staff have decided; newest report first."""
    waiting = ReportedImage.objects.filter(decision=None).values("generation")
    return _newest_first(ReportedImage.objects.exclude(generation__in=waiting))


def _newest_first(reported: QuerySet[ReportedImage]) -> QuerySet[ReportedImage, int]:
    newest = reported.values("generation").annotate(newest=Max("report__created_at"), reports=Count("pk"))
    return newest.order_by("-newest", "-generation").values_list("generation", flat=True)


def read_lines(generations: Sequence[int]) -> list[ReportedLine]:
    """Return what staff see of these images (keys), in this order. Four queries."""
    reported: dict[int, list[ReportedImage]] = {key: [] for key in generations}
    rows = ReportedImage.objects.filter(generation__in=generations).select_related("report")
    for row in rows.order_by("-report__created_at", "-pk"):
        reported[row.generation_id].append(row)
    decisions = {
        decision.generation_id: decision
        for decision in ReportDecision.objects.filter(generation__in=generations)
        .select_related("decided_by")
        .order_by("pk")
    }
    images = Generation.objects.select_related("prompt__category").in_bulk(generations)
    sources = read_sources({image.prompt_id for image in images.values()})
    return [
        _line(image, reported[key], decisions.get(key), sources.get(image.prompt_id, NO_SOURCES))
        for key, image in ((key, images[key]) for key in generations)
    ]


def _line(
    image: Generation, reported: Sequence[ReportedImage], decision: ReportDecision | None, sources: PromptSources
) -> ReportedLine:
    prompt = image.prompt
    return ReportedLine(
        handle=write_token(reported[0].handle),
        prompt_text=prompt.text,
        language=prompt.language,
        category_name=prompt.category.name,
        criterion=prompt.category.criterion,
        hidden=image.hidden_at is not None,
        reports=tuple(map(_said, reported)),
        decided=decision.pk if decision else 0,
        verdict=decision.verdict if decision else "",
        decided_at=decision.decided_at if decision else None,
        decided_by=decision.decided_by.get_username() if decision and decision.decided_by else "",
        sources=sources,
    )


def _said(reported: ReportedImage) -> Said:
    report = reported.report
    kind = str(Report.Kind(report.kind).label)
    return Said(kind, report.note, report.created_at, answered=reported.decision_id is not None)


def read_reported_image(*, handle: uuid.UUID) -> bytes:
    """Return the widest rendition of a reported image, hidden or not, for staff. Raises NotFound."""
    generation_id = _find(handle)
    return read_rendition(generation_id=generation_id, beside=generation_id, width=max(WIDTHS))


def decide_reports(*, handle: uuid.UUID, verdict: str, after: int, decided_by: User) -> ReportDecision:
    """Decide on a reported image as `decide_image` does; `handle` is that of one of its reports."""
    return decide_image(generation_id=_find(handle), verdict=verdict, after=after, decided_by=decided_by)


def decide_image(*, generation_id: int, verdict: str, after: int, decided_by: User) -> ReportDecision:
    """Keep or hide an image, reported or not, and answer all reports of it that wait; each decision is logged.

    `after` is the last decision that the page showed, 0 for none. A kept image is dealt again, and only new reports
    by REPORTS_TO_HIDE other voters hide it again. Raises DomainError for an unknown verdict, NotFound for an unknown
    handle, Conflict if somebody has decided since.
    """
    if verdict not in ReportDecision.Verdict.values:
        raise DomainError(_("Decide whether the image is kept or hidden."))
    with transaction.atomic():
        generation = Generation.objects.select_for_update(no_key=True).get(pk=generation_id)
        last = ReportDecision.objects.filter(generation=generation).order_by("-pk").first()
        if (last.pk if last else 0) != after:
            raise Conflict(_("Somebody has decided on this image meanwhile. Load the page again."))
        decision = ReportDecision.objects.create(generation=generation, verdict=verdict, decided_by=decided_by)
        answered = ReportedImage.objects.filter(generation=generation, decision=None).update(decision=decision)
        hides = verdict == ReportDecision.Verdict.HIDE
        if hides != (generation.hidden_at is not None):
            Generation.objects.filter(pk=generation.pk).update(hidden_at=Now() if hides else None)
    log.info("image decided", generation=generation.pk, verdict=verdict, reports=answered, by=decided_by.pk)
    return decision


def _find(handle: uuid.UUID) -> int:
    found = ReportedImage.objects.filter(handle=handle).values_list("generation", flat=True).first()
    if found is None:
        raise NotFound(_("There is no such report."))
    return found
