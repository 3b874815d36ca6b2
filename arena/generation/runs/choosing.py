"""Finds contenders and prompts by slug; the error for an unknown slug names similar ones."""

import difflib
from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.utils.translation import gettext as _

from arena.catalog.models import Category, Contender, Prompt
from arena.errors import NotFound
from arena.generation.providers.registry import is_usable

Row = TypeVar("Row", Contender, Prompt, Category)


def choose_contenders(*, slugs: Sequence[str]) -> list[Contender]:
    """Return the named contenders; without names, all that are not retired and can be called. Raises NotFound."""
    rows = Contender.objects.select_related("image_model", "offering__provider")
    if slugs:
        return _in_order(rows, slugs, "contender")
    current = [row for row in rows if not row.is_retired]
    return [row for row in current if row.offering is not None and is_usable(row.offering.provider)]


def choose_prompts(*, categories: Sequence[str], slugs: Sequence[str]) -> list[Prompt]:
    """Return the named prompts and those of the named categories; without names, those of all active categories.

    Of a category, only prompts in play or open are taken. Raises NotFound.
    """
    rows = Prompt.objects.select_related("category")
    named = _in_order(rows, slugs, "prompt") if slugs else []
    current = rows.filter(state__in=[Prompt.State.PLAY, Prompt.State.OPEN], superseded_by=None)
    if categories:
        chosen = current.filter(category__in=_in_order(Category.objects.all(), categories, "category"))
    elif slugs:
        chosen = current.none()
    else:
        chosen = current.filter(category__state=Category.State.ACTIVE)
    return named + [row for row in chosen if row not in named]


def _in_order(rows: Iterable[Row], slugs: Sequence[str], kind: str) -> list[Row]:
    known = {row.slug: row for row in rows}
    for slug in slugs:
        if slug not in known:
            near = difflib.get_close_matches(slug, known, n=5, cutoff=0.5)
            said = {"kind": kind, "slug": repr(slug), "near": ", ".join(near)}
            if near:
                raise NotFound(_("There is no %(kind)s %(slug)s. Similar: %(near)s.") % said)
            raise NotFound(_("There is no %(kind)s %(slug)s.") % said)
    return [known[slug] for slug in dict.fromkeys(slugs)]
