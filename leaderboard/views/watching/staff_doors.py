"""Who may see the staff pages about votes, and who may exclude votes."""

from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import AbstractUser, AnonymousUser

from arena.voting.doors import View, voting_door


def may_exclude(user: AbstractUser | AnonymousUser) -> bool:
    """Tell whether somebody may exclude votes, confirm that, and lift it."""
    return user.is_staff and user.has_perm("voting.add_exclusion")


def _is_staff(user: AbstractUser | AnonymousUser) -> bool:
    return user.is_staff


def staff_door(view: View) -> View:
    """Wrap a view of staff: others sign in; its answers are kept nowhere."""
    return user_passes_test(_is_staff, login_url="sign-in")(voting_door(view))


def excluding_door(view: View) -> View:
    """Wrap a view of those who may exclude votes."""
    return user_passes_test(may_exclude, login_url="sign-in")(voting_door(view))
