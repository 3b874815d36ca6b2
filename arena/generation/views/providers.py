"""The staff pages of providers: whether they can be called, how calls go, what they cost, and a test call."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from arena.catalog.models import Contender, Provider
from arena.generation.calls.brakes.breaker import STAFF, resume_provider, stop_provider
from arena.generation.calls.brakes.throttle import state_of
from arena.generation.calls.jobs import publish_due
from arena.generation.runs.provider_lines import (
    DAYS,
    day_cap_of_all,
    provider_line,
    provider_lines,
    recent_probes,
    set_day_cap,
    spent_by_day,
    testable_contenders,
    today,
)
from arena.generation.runs.trying.probing import begin_probe
from arena.generation.runs.wishes import parse_cap
from arena.generation.spending import spent_on
from arena.generation.views.staff import attempt, staff_only

MAY_STEER = "generation.change_run"


@require_safe
@staff_only
def list_providers(request: HttpRequest) -> HttpResponse:
    """All providers that Easel can call: key, state, and what today's calls cost."""
    context = {"lines": provider_lines(), "spent": spent_on(today()), "cap": day_cap_of_all()}
    return render(request, "generation/providers.html", context)


@require_safe
@staff_only
def show_provider(request: HttpRequest, slug: str) -> HttpResponse:
    """One provider: state, limits, cap, spending by day, and test calls."""
    provider = get_object_or_404(Provider.objects.select_related("state_of_calls"), slug=slug)
    context = {
        "line": provider_line(provider),
        "days": spent_by_day(provider),
        "day_count": DAYS,
        "cap_of_all": day_cap_of_all(),
        "testable": testable_contenders(provider),
        "probes": recent_probes(provider),
        "may_steer": request.user.has_perm(MAY_STEER),
    }
    return render(request, "generation/provider.html", context)


@require_POST
@staff_only
@permission_required(MAY_STEER, raise_exception=True)
def steer_provider(request: HttpRequest, slug: str) -> HttpResponse:
    """Resume a provider, or stop it."""
    provider = get_object_or_404(Provider, slug=slug)
    user = cast(User, request.user)
    state_of(provider)
    if request.POST.get("act") == "stop":
        reason = _("Stopped by %(user)s.") % {"user": user.get_username()}
        stop_provider(provider, cause=STAFF, reason=reason)
        messages.success(request, _("No more calls begin."))
    elif resume_provider(provider, user=user):
        messages.success(request, _("Calls begin again."))
        publish_due(provider_id=provider.pk)
    else:
        messages.warning(request, _("It was not stopped. Limits that it had set are forgotten."))
    return redirect("provider", slug)


@require_POST
@staff_only
@permission_required(MAY_STEER, raise_exception=True)
def cap_provider(request: HttpRequest, slug: str) -> HttpResponse:
    """Set the provider's cap of a day; an empty field lifts it."""
    provider = get_object_or_404(Provider, slug=slug)

    def act() -> str:
        cap = parse_cap(request.POST.get("cap", ""))
        set_day_cap(provider, cap)
        publish_due(provider_id=provider.pk)
        return _("The cap is set.") if cap is not None else _("The cap is lifted.")

    attempt(request, act)
    return redirect("provider", slug)


@require_POST
@staff_only
@permission_required(MAY_STEER, raise_exception=True)
def test_provider(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin one paid test call."""
    contender = get_object_or_404(
        Contender.objects.select_related("offering__provider"),
        slug=request.POST.get("contender", ""),
        offering__provider__slug=slug,
    )

    def act() -> str:
        begin_probe(contender=contender, user=cast(User, request.user))
        return _("The test call is on its way. Reload this page to see how it ends.")

    attempt(request, act)
    return redirect("provider", slug)
