"""Who may see the staff pages about runs, and who may change runs; what a refused action says."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.http import HttpRequest

from arena.errors import DomainError


def _is_staff(user: AbstractUser | AnonymousUser) -> bool:
    return user.is_staff


def may_steer(user: AbstractUser | AnonymousUser) -> bool:
    """Tell whether somebody may plan, steer and publish runs."""
    return user.is_staff and user.has_perm("generation.change_run")


staff_only = user_passes_test(_is_staff, login_url="sign-in")
steering_only = user_passes_test(may_steer, login_url="sign-in")


def attempt(request: HttpRequest, act: Callable[[], str]) -> bool:
    """Do what somebody asked for, and tell them what it says, or why it is refused; tell whether it was done."""
    try:
        said = act()
    except DomainError as error:
        messages.error(request, error.message)
        return False
    if said:
        messages.success(request, said)
    return True
