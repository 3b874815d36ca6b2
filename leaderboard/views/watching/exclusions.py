"""The staff page on which votes are excluded by the thousand: choose, see what it would change, decide, lift."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from arena.errors import DomainError
from arena.voting.excluding.bulk_exclusions import confirm_exclusion, decide_exclusion, lift_exclusion
from arena.voting.excluding.lifted_counts import count_lifted
from arena.voting.ledger.opening import native_ledger
from arena.voting.models import ExclusionDecision, Ledger
from leaderboard.computing.trust.exclusion_preview import Preview, preview_exclusion
from leaderboard.views.watching.exclusion_form import ExclusionForm
from leaderboard.views.watching.staff_doors import excluding_door, may_exclude, staff_door

DECISIONS_PER_PAGE = 30


@staff_door
@require_http_methods(["GET", "HEAD", "POST"])
def show_exclusions(request: HttpRequest) -> HttpResponse:
    """The form, filled in from the query; with a filter what the boards would be without these votes; all decisions.

    A filter may name more voters than an address can hold, so it is posted, too; nothing is written.
    """
    ledger = Ledger.objects.get(pk=native_ledger().pk)
    stated = request.POST if request.method == "POST" else request.GET
    form = ExclusionForm(stated if any(name in stated for name in ExclusionForm.base_fields) else None)
    preview = _preview(request, ledger, form)
    decisions = ExclusionDecision.objects.select_related("ledger", "proposed_by", "decided_by", "lifted_by")
    context = {
        "form": form,
        "preview": preview,
        "reason": stated.get("reason", ""),
        "page": Paginator(decisions, DECISIONS_PER_PAGE).get_page(request.GET.get("page")),
        "may_exclude": may_exclude(request.user),
        "needs_two": settings.EXCLUSIONS_NEED_TWO,
    }
    return render(request, "leaderboard/watching/exclusions.html", context)


def _preview(request: HttpRequest, ledger: Ledger, form: ExclusionForm) -> Preview | None:
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return preview_exclusion(ledger=ledger, chosen=form.as_filter())
    except DomainError as error:
        messages.error(request, error.message)
        return None


@excluding_door
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Exclude what was previewed: the entries up to the position that the preview has read."""
    form, upto = ExclusionForm(request.POST), request.POST.get("upto", "")
    if not form.is_valid() or not upto.isdecimal() or len(upto) > 18:
        return show_exclusions(request)

    def act(user: User) -> str:
        ledger = Ledger.objects.get(pk=native_ledger().pk)
        decision = decide_exclusion(
            ledger=ledger,
            chosen=form.as_filter(),
            upto=min(int(upto), ledger.length),
            reason=request.POST.get("reason", ""),
            proposed_by=user,
        )
        if decision.decided_at is None:
            return _("Proposed as decision {number}. Somebody else must confirm it.").format(number=decision.pk)
        return _say_excluded(decision)

    return redirect("exclusions") if _attempt(request, act) else show_exclusions(request)


@excluding_door
@require_POST
def confirm(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Confirm what somebody else has proposed."""
    _attempt(request, lambda user: _say_excluded(confirm_exclusion(decision_id=decision_id, confirmed_by=user)))
    return redirect("exclusions")


@excluding_door
@require_POST
def lift(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Let the votes of a decision count again, or withdraw a proposed one."""

    def act(user: User) -> str:
        because = request.POST.get("because", "")
        decision = lift_exclusion(decision_id=decision_id, because=because, lifted_by=user)
        if decision.decided_at is None:
            return _("Decision {number} is withdrawn.").format(number=decision.pk)
        count = count_lifted([decision.pk])[decision.pk].returned
        if kept := decision.entries - count:
            text = _("Votes that count again: {count}. Other decisions name {kept} of them, too; these stay excluded.")
            return text.format(count=count, kept=kept)
        return ngettext("{count} vote counts again", "{count} votes count again", count).format(count=count)

    _attempt(request, act)
    return redirect("exclusions")


def _say_excluded(decision: ExclusionDecision) -> str:
    count = decision.entries
    return ngettext("{count} vote excluded", "{count} votes excluded", count).format(count=count)


def _attempt(request: HttpRequest, act: Callable[[User], str]) -> bool:
    """Do what somebody asked for, and tell them what it says, or why it is refused; tell whether it was done."""
    user: Any = request.user
    try:
        messages.success(request, act(user))
    except DomainError as error:
        messages.error(request, error.message)
        return False
    return True
