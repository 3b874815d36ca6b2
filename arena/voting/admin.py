"""Staff read ledgers and decide exclusions; matchups and votes are not shown here, nor any image in play.

Runs get an action here that their own app cannot offer, since it knows no votes.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from arena.errors import DomainError
from arena.generation.models import Run
from arena.voting.excluding.exclusions import exclude_entry, find_excludable
from arena.voting.ledger.main_ledger import choose_main_ledger
from arena.voting.ledger.taking_back import undo_import, votes_on_import
from arena.voting.models import Exclusion, Ledger, LedgerEntry, LedgerOrigin
from arena.web.read_only import ReadOnlyAdmin


@admin.register(Ledger)
class LedgerAdmin(ReadOnlyAdmin):
    """Ledgers with their length and head; an imported one can be made the site's main one."""

    list_display = ["name", "kind", "is_main", "length", "head", "created_at"]
    actions = ["make_main", "make_usual"]

    def has_choose_permission(self, request: HttpRequest) -> bool:
        """Whoever may change ledgers chooses the main one."""
        return request.user.has_perm("voting.change_ledger")

    @admin.action(description=_("Show it on pages that name no ledger"), permissions=["choose"])
    def make_main(self, request: HttpRequest, queryset: QuerySet[Ledger]) -> None:
        """Make the one chosen ledger the site's main one."""
        chosen = list(queryset[:2])
        if len(chosen) != 1:
            self.message_user(request, _("Choose one ledger: only one is the main one."), messages.WARNING)
            return
        try:
            choose_main_ledger(ledger=chosen[0])
        except DomainError as error:
            self.message_user(request, error.message, messages.WARNING)
            return
        self.message_user(request, _("Pages show “{name}” now.").format(name=chosen[0].name))

    @admin.action(description=_("Show the votes of this arena again"), permissions=["choose"])
    def make_usual(self, request: HttpRequest, queryset: QuerySet[Ledger]) -> None:
        """Go back to the usual rule, whichever ledgers are chosen."""
        choose_main_ledger(ledger=None)
        self.message_user(request, _("Pages show the votes of this arena again."))


@admin.register(LedgerOrigin)
class LedgerOriginAdmin(ReadOnlyAdmin):
    """Where imported ledgers are from, and who imported them."""

    list_display = ["ledger", "file_name", "rows", "left_out", "source", "imported_at", "imported_by"]
    list_select_related = ["ledger"]


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    """Entries: exactly the exported columns, without any way from an entry to its images."""

    list_display = ["position", "left", "right", "outcome", "prompt", "category", "voter", "cast_on"]
    list_filter = ["ledger", "outcome", "category"]
    search_fields = ["=voter", "=prompt"]
    exclude = ["vote"]
    show_full_result_count = False


class ExclusionForm(forms.ModelForm[Exclusion]):
    """An exclusion, entered as the ledger and the position in it."""

    ledger = forms.ModelChoiceField(Ledger.objects.all(), label=_("Ledger"))
    position = forms.IntegerField(min_value=1, label=_("Position"))

    class Meta:
        model = Exclusion
        fields = ["reason"]

    def clean(self) -> dict[str, Any]:
        """Refuse what could not be excluded, before anything is written."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                find_excludable(ledger=cleaned["ledger"], position=cleaned["position"])
            except DomainError as error:
                raise forms.ValidationError(error.message) from error
        return cleaned


@admin.register(Exclusion)
class ExclusionAdmin(admin.ModelAdmin[Exclusion]):
    """Exclusions can be added, and never change afterwards."""

    form = ExclusionForm
    list_display = ["entry_ledger", "entry_position", "reason", "decided_at", "decided_by"]
    list_select_related = ["entry__ledger", "decided_by"]

    @admin.display(description=_("Ledger"))
    def entry_ledger(self, exclusion: Exclusion) -> str:
        """The entry's ledger."""
        return exclusion.entry.ledger.name

    @admin.display(description=_("Position"))
    def entry_position(self, exclusion: Exclusion) -> int:
        """The entry's place in it."""
        return exclusion.entry.position

    def has_change_permission(self, request: HttpRequest, obj: Exclusion | None = None) -> bool:
        """Never: a decision stands as it was dated."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Exclusion | None = None) -> bool:
        """Never."""
        return False

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say why where somebody else has decided on the entry in this moment."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DomainError as error:
            self.message_user(request, error.message, messages.WARNING)
            return redirect("admin:voting_exclusion_changelist")

    def save_model(self, request: HttpRequest, obj: Exclusion, form: Any, change: bool) -> None:
        """Save it as a decision of the user who is signed in."""
        assert isinstance(request.user, User)
        obj.pk = exclude_entry(
            ledger=form.cleaned_data["ledger"],
            position=form.cleaned_data["position"],
            reason=form.cleaned_data["reason"],
            decided_by=request.user,
        ).pk
        obj.refresh_from_db()


@admin.action(permissions=["steer"], description=_("Take imports back, with all that only they brought"))
def take_back(
    model_admin: admin.ModelAdmin[Run], request: HttpRequest, queryset: QuerySet[Run]
) -> TemplateResponse | None:
    """Ask, then take the chosen imports back; who may exclude votes gives a reason to exclude those on their images."""
    may_exclude = request.user.has_perm("voting.add_exclusion")
    if "confirmed" not in request.POST:
        lines = [{"run": run, "images": run.generations.count(), "votes": _votes_that_count(run)} for run in queryset]
        context = model_admin.admin_site.each_context(request) | {
            "lines": lines, "checkbox": ACTION_CHECKBOX_NAME, "may_exclude": may_exclude,
        }  # fmt: skip
        return TemplateResponse(request, "voting/take_back.html", context)
    assert isinstance(request.user, User)
    for run in queryset:
        reason = request.POST.get("reason", "")[:300] if may_exclude else ""
        try:
            done = undo_import(run_id=run.pk, exclude_because=reason, decided_by=request.user)
        except DomainError as error:
            model_admin.message_user(request, f"{run.pk}: {error.message}", messages.WARNING)
            continue
        model_admin.message_user(request, _("“%(name)s” was taken back.") % {"name": run.name})
        if done.kept:
            said = _("Excluded votes or reports refer to these, so they stay, retired or hidden: %(names)s.")
            model_admin.message_user(request, said % {"names": ", ".join(done.kept)})
    return None


def _votes_that_count(run: Run) -> int:
    votes = votes_on_import(run)
    return len(votes.counting) + votes.unsealed


runs = admin.site.get_model_admin(Run)
runs.actions = [*(runs.actions or ()), take_back]
