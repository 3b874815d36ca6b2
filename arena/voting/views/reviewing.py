"""The doors of reported and suspect images, for staff: without names while their prompt is in play."""

from typing import Any, TypedDict

from django.contrib.auth.decorators import permission_required, user_passes_test
from django.contrib.auth.models import AbstractUser, AnonymousUser, User
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from arena.voting.blindness.tokens import read_token
from arena.voting.doors import View, voting_door
from arena.voting.reports.picture_checks import (
    find_image,
    find_open_image,
    hidden_images,
    read_alone,
    read_checked_image,
    read_groups,
    suspect_groups,
)
from arena.voting.reports.review import (
    decide_image,
    decide_reports,
    decided_images,
    read_lines,
    read_reported_image,
    waiting_images,
)

REPORTED_PER_PAGE = 12
MAY_DECIDE = "voting.add_reportdecision"


class Verdict(TypedDict):
    """What staff decided on an image."""

    verdict: str
    after: int
    decided_by: User


def _is_staff(user: AbstractUser | AnonymousUser) -> bool:
    return user.is_staff


def _staff_door(view: View) -> View:
    return user_passes_test(_is_staff, login_url="sign-in")(voting_door(view))


def _decision_door(view: View) -> View:
    """Staff who may decide; others among them may only look."""
    return _staff_door(permission_required(MAY_DECIDE, raise_exception=True)(view))


@_staff_door
@require_safe
def list_reports(request: HttpRequest) -> HttpResponse:
    """Show reported images without names, for staff: those that wait for a decision, or those decided."""
    decided = request.GET.get("show") == "decided"
    page = _page(request, decided_images() if decided else waiting_images())
    context = {"page": page, "lines": read_lines(list(page)), "decided": decided, "waiting": waiting_images().count()}
    context["may_decide"] = request.user.has_perm(MAY_DECIDE)
    return render(request, "voting/reports.html", context)


@_decision_door
@require_POST
def decide_report(request: HttpRequest, handle: str) -> HttpResponse:
    """Keep or hide a reported image, then show the list again from which staff decided."""
    decide_reports(handle=read_token(handle), **_read_verdict(request))
    return _back(request, "reports", other="decided")


@_staff_door
@require_safe
def reported_image(request: HttpRequest, handle: str) -> HttpResponse:
    """Serve a reported image to staff, under the handle of one of its reports."""
    return _picture(read_reported_image(handle=read_token(handle)))


@_staff_door
@require_safe
def list_pictures(request: HttpRequest) -> HttpResponse:
    """Show suspect images for staff, or those that are taken out: without names while their prompt is in play.

    `?picture=` shows one image of an open prompt by its public id.
    """
    hidden = request.GET.get("show") == "hidden"
    suspects = suspect_groups()
    chosen = find_open_image(request.GET["picture"]) if "picture" in request.GET else []
    page: Page[Any]
    if hidden or chosen:
        page = _page(request, chosen or hidden_images())
        groups = read_alone(list(page))
    else:
        page = _page(request, suspects)
        groups = read_groups(list(page))
    context = {"page": page, "groups": groups, "hidden": hidden, "waiting": len(suspects)}
    context["may_decide"] = request.user.has_perm(MAY_DECIDE)
    return render(request, "voting/pictures.html", context)


@_decision_door
@require_POST
def decide_picture(request: HttpRequest, handle: str) -> HttpResponse:
    """Keep an image or take it out, then show where staff decided: the list, or the page of its open prompt."""
    decide_image(generation_id=find_image(handle=read_token(handle)), **_read_verdict(request))
    return _back(request, "pictures", other="hidden")


@_staff_door
@require_safe
def checked_image(request: HttpRequest, handle: str) -> HttpResponse:
    """Serve an image to staff under its nameless handle."""
    return _picture(read_checked_image(handle=read_token(handle)))


def _page(request: HttpRequest, rows: Any) -> Page[Any]:
    return Paginator(rows, REPORTED_PER_PAGE).get_page(request.GET.get("page"))


def _read_verdict(request: HttpRequest) -> Verdict:
    """Return what staff decided, and after which report; 0 for what is no number."""
    assert isinstance(request.user, User)
    after = request.POST.get("after", "")
    return {
        "verdict": request.POST.get("verdict", ""),
        "after": int(after) if after.isdecimal() and len(after) < 19 else 0,
        "decided_by": request.user,
    }


def _back(request: HttpRequest, name: str, *, other: str) -> HttpResponse:
    """Show the list again, or its `other` half if that is where staff decided."""
    back = reverse(name)
    return redirect(f"{back}?show={other}" if request.POST.get("show") == other else back)


def _picture(content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type="image/webp", headers={"Cross-Origin-Resource-Policy": "same-origin"})
