"""Staff make keys for the API, which are shown once, and revoke them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from arena.admission.api_keys import make_key, revoke_key
from arena.admission.models import ApiKey


class NewKeyForm(forms.ModelForm[ApiKey]):
    """What a new key is for, and what it may do."""

    scopes = forms.MultipleChoiceField(
        choices=ApiKey.Scope.choices, initial=[ApiKey.Scope.READ], widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ApiKey
        fields = ["name", "scopes"]


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin[ApiKey]):
    """Keys by what they begin with; none can be changed, and a revoked one stays for the record."""

    form = NewKeyForm
    list_display = ["name", "prefix", "scopes", "created_at", "created_by", "last_used_at", "revoked_at"]
    actions = ["revoke"]

    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """Nobody changes a key."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """Nobody deletes a key: it is revoked."""
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whoever may make keys may revoke them."""
        return self.has_add_permission(request)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """Make the key, and show it this once."""
        by = request.user if isinstance(request.user, User) else None
        made, text = make_key(name=obj.name, scopes=form.cleaned_data["scopes"], by=by)
        obj.pk = made.pk
        note = _("The key, shown only now: {key}").format(key=text)
        self.message_user(request, note, messages.WARNING)

    @admin.action(description=_("Revoke"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """End the chosen keys at once."""
        for key in queryset:
            revoke_key(key)
