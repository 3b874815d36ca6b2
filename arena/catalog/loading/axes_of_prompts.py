"""Loads the axes, and which of them prompts and claims name, as long as staff have not chosen otherwise."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from arena.catalog.loading.entries import PromptEntry
from arena.catalog.loading.tables import BadCatalogue
from arena.catalog.models import Axis, LogLine, Prompt


def load_axes(axes: Mapping[str, dict[str, Any]]) -> int:
    """Create or change the axes of the files, except those that staff have edited; return how many."""
    standing = {axis.slug: axis for axis in Axis.objects.all()}
    changes = 0
    for slug, values in axes.items():
        row = standing.get(slug) or Axis(slug=slug)
        if row.edited or (row.pk and all(getattr(row, name) == value for name, value in values.items())):
            continue
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        changes += 1
    return changes


def place_claims(claims: Sequence[dict[str, Any]], *, where: str) -> list[dict[str, Any]]:
    """Return the claims with their axes instead of the axes' slugs. Raises BadCatalogue for an unknown one."""
    if not any(claim["axis"] for claim in claims):
        return list(claims)
    known = {axis.slug: axis for axis in Axis.objects.all()}
    place = f"{where}: claim: axis"
    return [{**claim, "axis": claim["axis"] and _find(known, claim["axis"], place)} for claim in claims]


def tag_prompts(prompts: Mapping[str, PromptEntry]) -> int:
    """Give the prompts of the files their axes, except those for which staff have chosen; return how many changed.

    The log counts the prompts that had others before. Raises BadCatalogue for an unknown axis.
    """
    known = {axis.slug: axis for axis in Axis.objects.all()}
    wanted = {
        slug: {_find(known, axis, f"{entry.where}: axes") for axis in entry.axes} for slug, entry in prompts.items()
    }
    pair, prompts_there = Prompt.axes.through, Prompt.objects.filter(slug__in=wanted, axes_edited=False)
    standing: dict[int, set[int]] = defaultdict(set)
    for row in pair._default_manager.filter(prompt__in=prompts_there):
        standing[row.prompt_id].add(row.axis_id)
    rows, changed, retagged = [], [], 0
    for prompt in prompts_there.only("slug", "state"):
        before, after = standing[prompt.pk], {axis.pk for axis in wanted[prompt.slug]}
        if before != after:
            changed.append(prompt.pk)
            rows += [pair(prompt_id=prompt.pk, axis_id=axis) for axis in after]
            retagged += bool(before) and prompt.state != Prompt.State.DRAFT
    # One statement each: prompt by prompt, the first load would take a thousand.
    pair._default_manager.filter(prompt__in=changed).delete()
    pair._default_manager.bulk_create(rows)
    if retagged:
        details = {"prompts": retagged}
        LogLine.objects.create(day=timezone.now().date(), kind=LogLine.Kind.AXES, name="Catalogue", details=details)
    return len(changed)


def _find(known: Mapping[str, Axis], slug: str, where: str) -> Axis:
    if slug not in known:
        raise BadCatalogue(f"{where}: {slug!r} is not in axes.toml; known are {', '.join(known) or 'none'}")
    return known[slug]
