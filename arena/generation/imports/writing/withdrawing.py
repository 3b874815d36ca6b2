"""Takes an import's images out of the arena, with what only it brought into the catalogue."""

from collections.abc import Collection
from dataclasses import dataclass

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model, ProtectedError
from django.utils import timezone

from arena.catalog.curation import hide_category
from arena.catalog.models import Category, Contender
from arena.generation.models import Generation, Image, Rendition, Run
from arena.generation.transitions import GenerationMove, RunMove, move_generations, move_runs

# How a run's generations lead to what an import may bring, in the order in which it can leave.
PATHS = {
    "contender": "contender",
    "imagemodel": "contender__image_model",
    "organization": "contender__image_model__organization",
    "prompt": "prompt",
    "category": "prompt__category",
}
REASON = "The import was taken back."


@dataclass(frozen=True)
class Withdrawn:
    """What was removed, as counts by model name; and what stays, as names, because excluded votes refer to it."""

    removed: dict[str, int]
    kept: tuple[str, ...]


def withdraw_import(*, run: Run, held: Collection[int]) -> Withdrawn:
    """Remove an import inside the caller's transaction; its files are deleted after the commit.

    Of the generations in `held`, to which votes or reports refer, only the image goes. What such generations need
    stays, and is retired or hidden. What another import uses is noted as brought by that one.
    """
    own = Generation.objects.filter(run=run)
    images = Image.objects.filter(generation__run=run)
    # Whoever renders one of them again has then ended, or passes over it.
    list(images.select_for_update(of=("self",)).values_list("pk"))
    removed = {"image": images.count()}
    _delete_files_later(run)
    Rendition.objects.filter(image__in=images).delete()
    images.delete()
    # It was the image that was hidden: another one may come into its place.
    move_generations(
        own.filter(pk__in=held), GenerationMove.WITHDRAW, Generation.State.CANCELLED, reason=REASON, hidden_at=None
    )
    own.exclude(pk__in=held).delete()
    kept: list[str] = []
    for kind, path in PATHS.items():
        for row in apps.get_model("catalog", kind)._default_manager.filter(pk__in=run.brought.get(kind, [])):
            if _hand_over(run, kind, path, row) or _is_used_elsewhere(run, path, row):
                continue
            name = str(row)
            if _delete(row):
                removed[kind] = removed.get(kind, 0) + 1
            elif _retire(row):
                kept.append(name)
    if own.exists():
        move_runs(Run.objects.filter(pk=run.pk), RunMove.WITHDRAW, Run.State.CANCELLED)
    else:
        run.delete()
    return Withdrawn(removed, tuple(kept))


def _delete_files_later(run: Run) -> None:
    originals = set(Image.objects.filter(generation__run=run).values_list("storage_key", flat=True))
    renditions = list(Rendition.objects.filter(image__generation__run=run).values_list("storage_key", flat=True))

    def delete() -> None:
        # Originals are named by their bytes, so other images may have the same one.
        shared = set(Image.objects.filter(storage_key__in=originals).values_list("storage_key", flat=True))
        for key in [*renditions, *sorted(originals - shared)]:
            default_storage.delete(key)

    transaction.on_commit(delete)


def _hand_over(run: Run, kind: str, path: str, row: Model) -> bool:
    """Note a row as brought by another import that uses it, if there is one."""
    others = Run.objects.filter(kind=Run.Kind.IMPORT, **{f"generations__{path}": row.pk}).exclude(pk=run.pk)
    heir = others.order_by("pk").first()
    if heir is None:
        return False
    heir.brought.setdefault(kind, []).append(row.pk)
    heir.save(update_fields=["brought"])
    return True


def _is_used_elsewhere(run: Run, path: str, row: Model) -> bool:
    return Generation.objects.filter(**{path: row.pk}).exclude(run=run).exists()


def _delete(row: Model) -> bool:
    """Delete a row, unless something needs it."""
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError:
        return False
    return True


def _retire(row: Model) -> bool:
    """Take out of sight what cannot go; tell whether that was needed."""
    if isinstance(row, Contender):
        row.retired_on = timezone.now().date()
        row.save(update_fields=["retired_on"])
        return True
    if (
        isinstance(row, Category)
        and not Generation.objects.filter(prompt__category=row, state=Generation.State.DONE).exists()
    ):
        hide_category(category=row)
        return True
    return False
