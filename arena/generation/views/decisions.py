"""The staff page of what needs a decision: calls that may have been charged, by cause; and what was decided."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from arena.generation.models import Decision, Generation
from arena.generation.runs.decisions import decide_cause, decide_generation, find_undecided, recent_decisions
from arena.generation.views.staff import attempt, staff_only

RECENT = 30
MAY_DECIDE = "generation.change_generation"


@require_safe
@staff_only
def show_undecided(request: HttpRequest) -> HttpResponse:
    """All calls that need a decision, by cause, each choice with its cost; and the latest decisions."""
    context = {
        "causes": find_undecided(),
        "decisions": recent_decisions(RECENT),
        "may_decide": request.user.has_perm(MAY_DECIDE),
    }
    return render(request, "generation/decisions.html", context)


@require_POST
@staff_only
@permission_required(MAY_DECIDE, raise_exception=True)
def decide(request: HttpRequest, generation_id: int) -> HttpResponse:
    """Carry out one choice for one generation, if it still waits after the call that was seen."""
    choice, seen = _choice(request), _seen(request)
    generation = get_object_or_404(Generation, pk=generation_id)

    def act() -> str:
        decide_generation(generation=generation, choice=choice, user=cast(User, request.user), seen=seen)
        return _said(choice, 1)

    attempt(request, act)
    return redirect("decisions")


@require_POST
@staff_only
@permission_required(MAY_DECIDE, raise_exception=True)
def decide_all(request: HttpRequest) -> HttpResponse:
    """Carry out one choice for all generations of a cause, as far as they were seen and still wait."""
    choice, seen = _choice(request), _seen(request)
    user = cast(User, request.user)
    done, passed = decide_cause(key=request.POST.get("cause", ""), seen=seen, choice=choice, user=user)
    if done:
        messages.success(request, _said(choice, done))
    if passed or not done:
        messages.warning(request, _("Some needed no decision any more, and were left as they are."))
    return redirect("decisions")


def _choice(request: HttpRequest) -> Decision.Choice:
    try:
        return Decision.Choice(request.POST.get("choice", ""))
    except ValueError as error:
        raise Http404 from error


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("seen", "")
    if not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)


def _said(choice: Decision.Choice, count: int) -> str:
    if choice == Decision.Choice.ASK:
        said = ngettext("The provider is asked about %(n)d call.", "The provider is asked about %(n)d calls.", count)
    elif choice == Decision.Choice.REPEAT:
        said = ngettext("%(n)d image is ordered again.", "%(n)d images are ordered again.", count)
    else:
        said = ngettext("%(n)d image is given up.", "%(n)d images are given up.", count)
    return said % {"n": count}
