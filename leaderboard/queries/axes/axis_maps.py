"""What the prompts of a ledger test: as the catalogue or the import says now, and as a snapshot read it."""

from django.utils.translation import gettext as _

from arena.catalog.models import Axis, Prompt
from arena.errors import NotFound
from arena.languages.catalogue_names import translated
from arena.voting.models import Ledger, LedgerOrigin
from leaderboard.models import AxisMap, Snapshot
from leaderboard.queries.snapshots import choose_snapshot
from leaderboard.ratings.columns.prompt_axes import PromptAxes


def read_axes(ledger: Ledger) -> PromptAxes:
    """Return the axes that the ledger's prompts test now: those of its file, or of the catalogue for any other ledger.

    Of the catalogue, drafts, draft categories and inactive axes are left out. One query, or two for an imported ledger.
    """
    if ledger.kind == Ledger.Kind.IMPORTED:
        origin = LedgerOrigin.objects.filter(ledger=ledger).first()
        stored = origin.axes.items() if origin else ()
        return PromptAxes.from_pairs((prompt, axis) for prompt, axes in stored for axis in axes)
    pairs = Prompt.axes.through._default_manager.filter(axis__active=True, prompt__category__state="active")
    shown = pairs.exclude(prompt__state="draft")
    return PromptAxes.from_pairs(shown.order_by().values_list("prompt__slug", "axis__slug"))


def read_axes_at(ledger: Ledger, at: str) -> PromptAxes:
    """Return the axes by which the snapshot numbered `at`, or the last one by axis up to an ISO time, chose its votes.

    Raises NotFound if there is none, and what `choose_snapshot` raises.
    """
    history = Snapshot.objects.filter(board__ledger__slug=ledger.slug).select_related("axis_map")
    snapshot = choose_snapshot(history if at.isdecimal() else history.exclude(axis_map=None), at)
    if snapshot is None or snapshot.axis_map is None:
        raise NotFound(_("This is no snapshot of a board by axis."))
    return unpack_axes(snapshot.axis_map)


def unpack_axes(stored: AxisMap) -> PromptAxes:
    """Return a stored map as the columns of votes take it."""
    return PromptAxes.from_pairs((prompt, axis) for prompt, axes in stored.by_prompt.items() for axis in axes)


def list_axes(ledger: Ledger, modality: str) -> dict[str, str]:
    """Return the names of the axes that prompts of this ledger and modality test, by slug, in their order."""
    names = {slug: translated(name) for slug, name in Axis.objects.values_list("slug", "name")}
    if ledger.kind == Ledger.Kind.IMPORTED:
        found = read_axes(ledger).axes
        return {slug: names.get(slug, slug) for slug in sorted(found, key=[*names, *found].index)}
    shown = Prompt.objects.exclude(state="draft").filter(category__state="active", category__modality=modality)
    used = set(shown.filter(axes__active=True).order_by().values_list("axes__slug", flat=True).distinct())
    return {slug: name for slug, name in names.items() if slug in used}
