"""The pictures of a prompt in the admin: uploaded, looked at, exchanged, in one step with the prompt."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from arena.catalog.models import Modality, Prompt, SourceImage
from arena.catalog.sources.source_rows import (
    MOST,
    SourceDraft,
    check_sources,
    draft_mask,
    draft_source,
    keep_source,
    relabel,
    set_sources,
)
from arena.errors import DomainError
from arena.languages.written_messages import write_message
from arena.pictures.bad_images import BadImage

Role = SourceImage.Role
PREVIEW = 512


class SourceForm(forms.ModelForm[SourceImage]):
    """One picture: a file for a new one, or for one that takes a stored one's place."""

    picture = forms.FileField(required=False, help_text=_("PNG, JPEG, WebP, AVIF, GIF, TIFF or BMP."))

    class Meta:
        model = SourceImage
        fields = ["role", "licence", "origin"]

    def clean(self) -> dict[str, Any]:
        """Ask for a file where none is stored."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("picture") and self.instance.pk is None:
            self.add_error("picture", _("Choose a file."))
        return cleaned


class SourceFormSet(forms.BaseInlineFormSet[SourceImage, Prompt, SourceForm]):
    """All pictures of a prompt, checked together: their number, the mask's size. Their order is that of the rows."""

    sources: list[SourceDraft]
    mask: SourceDraft | None

    def clean(self) -> None:
        """Decode what was uploaded, and refuse what the prompt cannot have."""
        super().clean()
        self.sources, self.mask = [], None
        if any(self.errors) or _is_settled(self.instance):
            return
        kept = [
            form for form in self.forms if form not in self.deleted_forms and (form.has_changed() or form.instance.pk)
        ]
        masks = [form for form in kept if form.cleaned_data["role"] == Role.MASK]
        if len(masks) > 1:
            raise forms.ValidationError(_("A prompt has one mask at most."))
        try:
            self.sources = [_draft(form, None) for form in kept if form not in masks]
            if masks and self.sources:
                self.mask = _draft(masks[0], self.sources[0].size)
            self._check(bool(masks))
        except BadImage as error:
            raise forms.ValidationError(write_message(error.said.message, error.said.values)) from error
        except DomainError as error:
            raise forms.ValidationError(error.message) from error

    def _check(self, masked: bool) -> None:
        prompt = self.instance
        if prompt.category_id is None:
            return
        if masked and not self.sources:
            raise forms.ValidationError(_("There is a mask, but no source picture that it is for."))
        check_sources(prompt=prompt, sources=self.sources, mask=self.mask)
        edits = prompt.category.modality == Modality.IMAGE_EDITING
        if edits and not self.sources and prompt.state != Prompt.State.DRAFT:
            raise forms.ValidationError(_("This prompt asks for an edit and is no draft: it needs a source picture."))

    def save(self, commit: bool = True) -> list[SourceImage]:
        """Store the pictures. The admin's history names the prompt, not each picture."""
        self.new_objects: list[SourceImage] = []
        self.changed_objects: list[tuple[SourceImage, list[str]]] = []
        self.deleted_objects: list[SourceImage] = []
        if not _is_settled(self.instance):
            set_sources(prompt=self.instance, sources=self.sources, mask=self.mask)
        return []


def _draft(form: SourceForm, size: tuple[int, int] | None) -> SourceDraft:
    said = {"licence": form.cleaned_data["licence"], "origin": form.cleaned_data["origin"]}
    file = form.cleaned_data.get("picture")
    if not file:
        # A stored mask is checked against a first source that may be a new one; a role may have been changed.
        stored = SourceImage.objects.get(pk=form.instance.pk)
        if (stored.role == Role.MASK) == (size is not None):
            return relabel(keep_source(stored), **said)
        raise DomainError(str(_("A stored picture keeps its role. Delete it, and upload it in the other one.")))
    data = file.read()
    return draft_source(data, **said) if size is None else draft_mask(data, size=size, **said)


class SourceInline(admin.TabularInline[SourceImage, Prompt]):
    """The source pictures and the mask of an editing prompt; read-only once it is frozen, or where a file owns it."""

    model = SourceImage
    form = SourceForm
    formset = SourceFormSet  # type: ignore[assignment]  # the stubs want the formset of a plain form
    fields = ["shown", "role", "picture", "licence", "origin"]
    readonly_fields = ["shown"]
    ordering = ["-role", "position"]
    extra = 0
    max_num = MOST + 1
    verbose_name = _("source picture or mask")
    verbose_name_plural = _("source pictures and mask (editing prompts only)")

    @admin.display(description=_("picture"))
    def shown(self, row: SourceImage) -> str:
        """Show a stored source. It tells nothing of who edited it."""
        if not row.pk or row.role == Role.MASK:
            return ""
        address = reverse("source-image", args=[row.sha256, PREVIEW])
        return format_html('<img src="{}" width="160" alt="{}">', address, row.get_role_display())

    def has_add_permission(self, request: HttpRequest, obj: Prompt | None = None) -> bool:
        """Refuse a further picture of a prompt that cannot change."""
        return super().has_add_permission(request, obj) and not _is_settled(obj)

    def has_change_permission(self, request: HttpRequest, obj: Prompt | None = None) -> bool:
        """Refuse other pictures for a prompt that cannot change."""
        return super().has_change_permission(request, obj) and not _is_settled(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Prompt | None = None) -> bool:
        """Refuse fewer pictures for a prompt that cannot change."""
        return super().has_delete_permission(request, obj) and not _is_settled(obj)


def _is_settled(prompt: Any) -> bool:
    return prompt is not None and (prompt.from_file or prompt.frozen_at is not None)
