"""Staff pages about runs: the list, one run as it goes on, and what steers it. They never show an image."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from arena.errors import DomainError
from arena.generation.models import Run
from arena.generation.runs.causes import find_causes
from arena.generation.runs.lifecycle import (
    cancel_run,
    change_cap,
    pause_run,
    retry_failed,
    run_progress,
    start_run,
)
from arena.generation.runs.overview import (
    TROUBLES_SHOWN,
    contender_lines,
    next_try,
    read_publication,
    run_lines,
    troubled_generations,
)
from arena.generation.runs.provider_lines import find_waits
from arena.generation.runs.publication import publish_run, set_publishing
from arena.generation.runs.wishes import parse_cap
from arena.generation.views.staff import attempt, may_steer, staff_only, steering_only
from arena.languages.written_figures import write_number

PAGE_LENGTH = 20
# How often an open page asks how far its run is.
POLL_SECONDS = 3
# How often it is loaded again where there is no script.
RELOAD_SECONDS = 10


@require_safe
@staff_only
def list_runs(request: HttpRequest) -> HttpResponse:
    """All runs, newest first, with their progress and spending."""
    page = Paginator(Run.objects.all(), PAGE_LENGTH).get_page(request.GET.get("page"))
    context = {"page": page, "lines": run_lines(page), "may_steer": may_steer(request.user)}
    return render(request, "generation/runs.html", context)


@require_safe
@staff_only
def show_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run: how far it is, what it costs, what went wrong and what to do, and every call that failed."""
    run = get_object_or_404(Run.objects.select_related("created_by"), pk=run_id)
    if run.kind == Run.Kind.IMPORT:
        context = {"run": run, "contenders": contender_lines(run), "progress": run_progress(run)}
        return render(request, "generation/run_import.html", context)
    context = {
        "troubles": troubled_generations(run),
        "troubles_shown": TROUBLES_SHOWN,
        "reload_seconds": RELOAD_SECONDS,
    }
    return render(request, "generation/run.html", context | _live(request, run))


@require_safe
@staff_only
def live_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """The part of a run's page that changes, for a page that is open."""
    run = get_object_or_404(Run.objects.select_related("created_by"), pk=run_id)
    return render(request, "generation/run_live.html", _live(request, run))


@require_POST
@steering_only
def steer_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Start, pause, cancel, try again, publish, or change the cap; then show the run."""
    run = get_object_or_404(Run, pk=run_id)
    attempt(request, lambda: _steer(run, request.POST.get("action", ""), request.POST.get("cap", "")))
    return redirect("run", run.pk)


def _live(request: HttpRequest, run: Run) -> dict[str, Any]:
    progress, causes = run_progress(run), find_causes(run)
    return {
        "run": run,
        "progress": progress,
        "left": progress.total - progress.closed,
        # A cancelled run may still wait for calls that had begun.
        "is_live": progress.closed < progress.total and run.state in (Run.State.RUNNING, Run.State.CANCELLED),
        "seconds": POLL_SECONDS,
        "contenders": contender_lines(run),
        "causes": causes,
        "can_retry": any(cause.failed for cause in causes),
        "waits": find_waits(run) if run.state == Run.State.RUNNING else [],
        "next_try": next_try(run) if run.state == Run.State.RUNNING else None,
        "publication": read_publication(run),
        "may_steer": may_steer(request.user),
    }


def _steer(run: Run, action: str, cap: str) -> str:
    """Do one of the page's actions; return what to say. Raises DomainError."""
    match action:
        case "start":
            start_run(run=run)
            return _("The run goes on.")
        case "pause":
            pause_run(run=run)
            return _("The run is paused. What has begun is finished.")
        case "cancel":
            cancel_run(run=run)
            return _("The run is cancelled. What has begun is finished.")
        case "retry":
            count = retry_failed(run=run)
            return ngettext("%(count)s image is tried again.", "%(count)s images are tried again.", count) % {
                "count": write_number(count)
            }
        case "publish":
            return _publish(run)
        case "automatic" | "by_hand":
            set_publishing(run=run, publishing=action)
            return _("Saved.")
        case "cap":
            change_cap(run=run, cap=parse_cap(cap))
            return _("The cap is changed.")
    raise DomainError(_("Choose what shall be done with the run."))


def _publish(run: Run) -> str:
    entered = publish_run(run=run).entered
    said = ngettext("%(count)s image is in play now.", "%(count)s images are in play now.", entered)
    return said % {"count": write_number(entered)}
