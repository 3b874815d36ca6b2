"""Which rights staff who may change accounts give and take: none that would make anybody more than a member."""

from typing import Any

from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest

# Only superusers give these.
_OF_SUPERUSERS = ("is_staff", "is_superuser", "groups", "user_permissions")


class RightsOfStaff(UserAdmin[User]):
    """Django lets who may change accounts make anybody a superuser, or take a superuser's password; this does not."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show rights to everybody, and let superusers change them."""
        shown = super().get_readonly_fields(request, obj)
        return shown if _is_superuser(request) else (*shown, *_OF_SUPERUSERS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Staff and superusers are changed by superusers only, and so are their passwords."""
        return _may_touch(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Staff and superusers are deleted by superusers only."""
        return _may_touch(request, obj) and super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Refuse a selection that has staff in it, unless a superuser asks."""
        found, counts, needed, protected = super().get_deleted_objects(objs, request)
        return found, counts, needed, [*protected, *(str(each) for each in objs if not _may_touch(request, each))]


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


def _may_touch(request: HttpRequest, account: Any) -> bool:
    return _is_superuser(request) or account is None or not (account.is_staff or account.is_superuser)
