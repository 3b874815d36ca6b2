"""The staff page on which a run is planned: choose, see what it adds and costs, start it or only plan it."""

from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from arena.errors import DomainError
from arena.generation.models import Run
from arena.generation.runs.menus import read_menu
from arena.generation.runs.wishes import Wish, fingerprint, fulfil, preview_wish, read_wish
from arena.generation.views.staff import steering_only

CHOSEN = ("contender", "provider", "organization", "category", "prompt")


@require_http_methods(["GET", "POST"])
@steering_only
def new_run(request: HttpRequest) -> HttpResponse:
    """Choose what a run makes. By POST: its estimate, and the run itself if that is what the sender has seen.

    What is chosen may come in the address, too: ?contender=…&category=….
    """
    form = request.POST if request.method == "POST" else request.GET
    wish = read_wish(form)
    context = _estimate(wish)
    if form.get("action") in ("start", "plan") and request.method == "POST":
        run = _fulfil(request, wish, context)
        if run is not None:
            return redirect("run", run.pk)
    chosen = {name: set(form.getlist(name)) for name in CHOSEN}
    context |= {"menu": read_menu(), "chosen": chosen, "form": form, "publishing": wish.publishing}
    return render(request, "generation/new_run.html", context)


@require_POST
@steering_only
def estimate_run(request: HttpRequest) -> HttpResponse:
    """The estimate alone, for a page that changes it while somebody chooses."""
    return render(request, "generation/run_estimate.html", _estimate(read_wish(request.POST)))


def _estimate(wish: Wish) -> dict[str, Any]:
    preview, problems = preview_wish(wish)
    seen = fingerprint(wish, preview) if preview else ""
    return {
        "wish": wish,
        "preview": preview,
        "problems": problems,
        "seen": seen,
        "too_low": preview is not None and wish.cap is not None and (preview.expected or 0) > wish.cap,
    }


def _fulfil(request: HttpRequest, wish: Wish, context: dict[str, Any]) -> Run | None:
    """Plan the run, and start it if asked; None if it cannot be, or is not what was shown. The context then says so."""
    preview, problems = context["preview"], context["problems"]
    if preview is None or problems:
        return None
    if request.POST.get("seen") != context["seen"]:
        context["has_changed"] = True
        return None
    assert isinstance(request.user, User)
    try:
        return fulfil(wish, preview, user=request.user, starts=request.POST.get("action") == "start")
    except DomainError as error:
        problems.append(error.message)
        return None
