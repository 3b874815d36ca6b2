"""The staff page of what in the catalogue needs a look."""

from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from arena.generation.syncing.notices import SOON_DAYS, STALE_DAYS, read_notices


def _is_staff(user: AbstractUser | AnonymousUser) -> bool:
    return user.is_staff


@require_safe
@user_passes_test(_is_staff, login_url="sign-in")
def show_notices(request: HttpRequest) -> HttpResponse:
    """What providers' lists say, models that end soon, and facts grown old."""
    context = {"notices": read_notices(), "stale_days": STALE_DAYS, "soon_days": SOON_DAYS}
    return render(request, "generation/notices.html", context)
