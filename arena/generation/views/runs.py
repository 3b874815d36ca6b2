"""Staff pages about runs: they change nothing, and never show an image."""

from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from arena.generation.models import Run
from arena.generation.runs.lifecycle import run_progress
from arena.generation.runs.overview import contender_lines, run_lines, troubled_generations

PAGE_LENGTH = 20


def _is_staff(user: AbstractUser | AnonymousUser) -> bool:
    return user.is_staff


@user_passes_test(_is_staff, login_url="sign-in")
def list_runs(request: HttpRequest) -> HttpResponse:
    """All runs, newest first, with their progress and spending."""
    page = Paginator(Run.objects.all(), PAGE_LENGTH).get_page(request.GET.get("page"))
    return render(request, "generation/runs.html", {"page": page, "lines": run_lines(page)})


@user_passes_test(_is_staff, login_url="sign-in")
def show_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run: progress by contender, and every call that went wrong."""
    run = get_object_or_404(Run.objects.select_related("created_by"), pk=run_id)
    context = {
        "run": run,
        "progress": run_progress(run),
        "contenders": contender_lines(run),
        "troubles": troubled_generations(run),
    }
    return render(request, "generation/run.html", context)
