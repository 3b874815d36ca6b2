"""The doors of reported and suspect images, for staff: without names while their prompt is in play."""

from typing import Any

from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import AbstractUser, AnonymousUser, User
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from arena.voting.blindness.tokens import read_token
from arena.voting.doors import voting_door
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


def _is_staff(user: AbstractUser | AnonymousUser) -> bool:
    return user.is_staff


def _read_number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


@user_passes_test(_is_staff, login_url="sign-in")
@voting_door
@require_GET
def list_reports(request: HttpRequest) -> HttpResponse:
    """Show reported images without names, for staff: those that wait for a decision, or those decided."""
    decided = request.GET.get("show") == "decided"
    page = Paginator(decided_images() if decided else waiting_images(), REPORTED_PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "lines": read_lines(list(page)), "decided": decided, "waiting": waiting_images().count()}
    return render(request, "voting/reports.html", context)


@user_passes_test(_is_staff, login_url="sign-in")
@voting_door
@require_POST
def decide_report(request: HttpRequest, handle: str) -> HttpResponse:
    """Keep or hide a reported image, then show the list again from which staff decided."""
    assert isinstance(request.user, User)
    sent = request.POST
    after = sent.get("after", "")
    decide_reports(
        handle=read_token(handle),
        verdict=sent.get("verdict", ""),
        after=_read_number(after),
        decided_by=request.user,
    )
    back = reverse("reports")
    return redirect(f"{back}?show=decided" if sent.get("show") == "decided" else back)


@user_passes_test(_is_staff, login_url="sign-in")
@voting_door
@require_GET
def reported_image(request: HttpRequest, handle: str) -> HttpResponse:
    """Serve a reported image to staff, under the handle of one of its reports."""
    content = read_reported_image(handle=read_token(handle))
    return HttpResponse(content, content_type="image/webp", headers={"Cross-Origin-Resource-Policy": "same-origin"})


@user_passes_test(_is_staff, login_url="sign-in")
@voting_door
@require_GET
def list_pictures(request: HttpRequest) -> HttpResponse:
    """Show suspect images for staff, or those that are taken out: without names while their prompt is in play.

    `?picture=` shows one image of an open prompt by its public id.
    """
    hidden = request.GET.get("show") == "hidden"
    suspects = suspect_groups()
    chosen = find_open_image(request.GET["picture"]) if "picture" in request.GET else []
    alone = chosen or (hidden_images() if hidden else [])
    number = request.GET.get("page")
    page: Page[Any]
    if hidden or chosen:
        page = Paginator(alone, REPORTED_PER_PAGE).get_page(number)
        groups = read_alone(list(page))
    else:
        page = Paginator(suspects, REPORTED_PER_PAGE).get_page(number)
        groups = read_groups(list(page))
    context = {"page": page, "groups": groups, "hidden": hidden, "waiting": len(suspects)}
    return render(request, "voting/pictures.html", context)


@user_passes_test(_is_staff, login_url="sign-in")
@voting_door
@require_POST
def decide_picture(request: HttpRequest, handle: str) -> HttpResponse:
    """Keep an image or take it out, then show where staff decided: the list, or the page of its open prompt."""
    assert isinstance(request.user, User)
    sent = request.POST
    after = sent.get("after", "")
    decide_image(
        generation_id=find_image(handle=read_token(handle)),
        verdict=sent.get("verdict", ""),
        after=_read_number(after),
        decided_by=request.user,
    )
    back = reverse("pictures")
    return redirect(f"{back}?show=hidden" if sent.get("show") == "hidden" else back)


@user_passes_test(_is_staff, login_url="sign-in")
@voting_door
@require_GET
def checked_image(request: HttpRequest, handle: str) -> HttpResponse:
    """Serve an image to staff under its nameless handle."""
    content = read_checked_image(handle=read_token(handle))
    return HttpResponse(content, content_type="image/webp", headers={"Cross-Origin-Resource-Policy": "same-origin"})
