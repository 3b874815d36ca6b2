"""Finds contenders and prompts by slug; the error for an unknown slug names similar ones."""

import difflib
from collections.abc import Sequence
from typing import TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arena.catalog.models import Category, Contender, Prompt
from arena.errors import NotFound
from arena.generation.providers.registry import is_usable
from arena.languages.written_figures import write_list

Row = TypeVar("Row", Contender, Prompt, Category)

_UNKNOWN = {
    Contender: gettext_lazy("There is no contender %(slug)s."),
    Prompt: gettext_lazy("There is no prompt %(slug)s."),
    Category: gettext_lazy("There is no category %(slug)s."),
}


def choose_contenders(*, slugs: Sequence[str]) -> list[Contender]:
    """Return the named contenders; without names, all that are not retired and can be called. Raises NotFound."""
    rows = Contender.objects.select_related("image_model", "offering__provider")
    if slugs:
        return _in_order(rows, slugs)
    current = [row for row in rows if not row.is_retired]
    return [row for row in current if row.offering is not None and is_usable(row.offering.provider)]


def choose_prompts(*, categories: Sequence[str], slugs: Sequence[str]) -> list[Prompt]:
    """Return the named prompts and those of the named categories; without names, those of all active categories.

    Of a category, only prompts in play or open are taken. Raises NotFound.
    """
    rows = Prompt.objects.select_related("category")
    named = _in_order(rows, slugs) if slugs else []
    current = rows.filter(state__in=[Prompt.State.PLAY, Prompt.State.OPEN], superseded_by=None)
    if categories:
        chosen = current.filter(category__in=_in_order(Category.objects.all(), categories))
    elif slugs:
        chosen = current.none()
    else:
        chosen = current.filter(category__state=Category.State.ACTIVE)
    return named + [row for row in chosen if row not in named]


def _in_order(rows: QuerySet[Row], slugs: Sequence[str]) -> list[Row]:
    known = {row.slug: row for row in rows}
    for slug in slugs:
        if slug not in known:
            near = difflib.get_close_matches(slug, known, n=5, cutoff=0.5)
            unknown = str(_UNKNOWN[rows.model]) % {"slug": repr(slug)}
            if near:
                unknown += " " + _("Similar: %(near)s.") % {"near": write_list(near)}
            raise NotFound(unknown)
    return [known[slug] for slug in dict.fromkeys(slugs)]
