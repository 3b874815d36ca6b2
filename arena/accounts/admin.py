"""Staff end the sessions of people, and invite them."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from arena.accounts.browser_sessions.own_sessions import end_sessions
from arena.accounts.joining.invitations import invite
from arena.accounts.models import Invitation
from arena.accounts.rights_of_staff import RightsOfStaff

admin.site.unregister(User)


@admin.register(User)
class AccountAdmin(RightsOfStaff):
    """Django's own page of users, with one action more, on which nobody gives rights that they do not have."""

    actions = ["end_all_sessions"]

    @admin.action(description=_("End all sessions"), permissions=["change"])
    def end_all_sessions(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Sign the chosen people out everywhere, at their next requests; staff are for superusers to sign out."""
        count = end_sessions([each for each in queryset if self.has_change_permission(request, each)])
        said = ngettext("%(count)d session has ended.", "%(count)d sessions have ended.", count) % {"count": count}
        self.message_user(request, said, messages.SUCCESS)


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin[Invitation]):
    """Invitations by name; an open one is withdrawn by deleting it, and a used one stays for the record."""

    list_display = ["name", "email", "made_at", "made_by", "expires_at", "used_at", "account"]

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        """Nobody changes an invitation."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        """Only what nobody has used is deleted."""
        return (obj is None or obj.used_at is None) and super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Refuse a selection that has used ones."""
        found, counts, needed, protected = super().get_deleted_objects(objs, request)
        return found, counts, needed, [*protected, *(each for each in objs if each.used_at is not None)]

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        """Make the invitation, and show its link this once."""
        by = request.user if isinstance(request.user, User) else None
        made, token = invite(name=obj.name, email=obj.email, by=by)
        obj.pk = made.pk
        link = request.build_absolute_uri(reverse("invitation", args=[token]))
        note = _("The link, shown only now; it works once, for seven days: {link}").format(link=link)
        self.message_user(request, note, messages.WARNING)
