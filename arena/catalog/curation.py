"""Workflows of an operator who curates prompts: activate, open, tag, supersede."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arena.catalog.models import Axis, Category, LogLine, Modality, Prompt, SourceImage
from arena.catalog.sources.source_rows import copy_sources
from arena.errors import Conflict


@transaction.atomic
def activate_prompts(*, prompts: list[Prompt]) -> int:
    """Put drafts into play, and their draft categories with them; return how many.

    Raises Conflict if one is open, or asks for an edit and has no source picture.
    """
    for prompt in prompts:
        if prompt.state == Prompt.State.OPEN:
            raise Conflict(_("%(title)s is open; an open prompt is never voted on again.") % {"title": prompt.title})
    _require_sources(prompts)
    Category.objects.filter(prompts__in=prompts, state=Category.State.DRAFT).update(state=Category.State.ACTIVE)
    drafts = Prompt.objects.filter(pk__in=[prompt.pk for prompt in prompts], state=Prompt.State.DRAFT)
    return drafts.update(state=Prompt.State.PLAY)


def open_prompts(*, prompts: list[Prompt]) -> int:
    """Make prompts public with images and names, for good; return how many changed.

    Raises Conflict if one asks for an edit and has no source picture.
    """
    _require_sources(prompts)
    chosen = Prompt.objects.filter(pk__in=[prompt.pk for prompt in prompts])
    return chosen.exclude(state=Prompt.State.OPEN).update(state=Prompt.State.OPEN, opened_at=timezone.now())


def hide_category(*, category: Category) -> None:
    """Make a category a draft again, which only staff see and nobody votes in."""
    Category.objects.filter(pk=category.pk).update(state=Category.State.DRAFT)


@transaction.atomic
def retag_prompt(*, prompt: Prompt, axes: Collection[Axis]) -> bool:
    """Choose what a prompt tests, so that no file changes it any more; return whether anything changed.

    The public log says so, unless the prompt is a draft.
    """
    prompt = Prompt.objects.select_for_update().get(pk=prompt.pk)
    before, after = (sorted(axis.slug for axis in some) for some in (prompt.axes.all(), axes))
    if before == after:
        return False
    prompt.axes.set(axes)
    prompt.axes_edited = True
    prompt.save(update_fields=["axes_edited"])
    if prompt.state != Prompt.State.DRAFT:
        details = {"prompt": prompt.slug, "old": before, "new": after}
        name = prompt.title[:120]
        LogLine.objects.create(day=timezone.now().date(), kind=LogLine.Kind.AXES, name=name, details=details)
    return True


@transaction.atomic
def supersede_prompt(*, prompt: Prompt) -> Prompt:
    """Make an editable draft with the same pictures that replaces a frozen prompt; the old prompt keeps its votes."""
    prompt = Prompt.objects.select_for_update().get(pk=prompt.pk)
    if prompt.superseded_by_id is not None:
        raise Conflict(_("%(title)s is superseded already.") % {"title": prompt.title})
    successor = Prompt.objects.get(pk=prompt.pk)
    successor.pk = None
    successor._state.adding = True
    successor.slug = _next_slug(prompt.slug)
    successor.state = Prompt.State.DRAFT
    successor.frozen_at = successor.corrected_at = successor.opened_at = None
    successor.from_file = False
    successor.save()
    successor.axes.set(prompt.axes.all())
    copy_sources(prompt=prompt, to=successor)
    prompt.superseded_by = successor
    prompt.save(update_fields=["superseded_by"])
    return successor


def _require_sources(prompts: list[Prompt]) -> None:
    lacking = Prompt.objects.filter(
        pk__in=[prompt.pk for prompt in prompts],
        state=Prompt.State.DRAFT,
        category__modality=Modality.IMAGE_EDITING,
    ).exclude(source_images__role=SourceImage.Role.SOURCE)
    if prompt := lacking.first():
        raise Conflict(_("%(title)s asks for an edit and has no source picture. Add one.") % {"title": prompt.title})


def _next_slug(slug: str) -> str:
    stem = slug[:110]
    number = 2
    while Prompt.objects.filter(slug=f"{stem}-{number}").exists():
        number += 1
    return f"{stem}-{number}"
