"""Carries out an import's plan: pictures are converted on all cores, rows are written here, one picture at a time."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from arena.catalog.models import Category, Contender, ImageModel, Modality, Organization, Prompt
from arena.catalog.prompt_sets.missing_fields import CATEGORY, CRITERION, make_category_slug
from arena.catalog.sources.source_rows import draft_mask, draft_source, set_sources
from arena.errors import Conflict, DomainError
from arena.generation.imports.checking import CONVERT_SECONDS, convert_picture, read_picture
from arena.generation.imports.cores import map_on_all_cores
from arena.generation.imports.holdings import WITHDRAWN
from arena.generation.imports.import_plan import (
    Plan,
    PlannedContender,
    PlannedPicture,
    PlannedPrompt,
    PlannedSource,
)
from arena.generation.imports.reading.naming import contender_slug, shorten_name
from arena.generation.imports.writing.turns import take_turn
from arena.generation.ingest.images import SavedFiles, attach_image
from arena.generation.models import Generation, Run
from arena.generation.transitions import NEW, GenerationMove, RunMove, move_generation
from arena.languages.written_messages import write_message
from arena.pictures.bad_images import Said

LONGEST_RUN_NAME = 200
# What PostgreSQL's bigint holds. A larger seed stays in the provenance only.
LARGEST_SEED = 2**63 - 1
EDITS_CATEGORY = "Imported edits"
EDITS_CRITERION = "what was asked for has changed, and everything else is as it was"


def import_planned(
    *, plan: Plan, name: str = "", user: AbstractBaseUser | None = None,
    on_kept: Callable[[int], None] = lambda kept: None,
) -> Run | None:  # fmt: skip
    """Store the plan's new pictures as one finished run, one transaction each; an interruption keeps what is stored.

    `on_kept` is told after each picture how many are stored. Raises Conflict for a plan that is not ready, if a file
    has changed since it was checked, or if another import has stored one; BadImage for a mask that cannot be read.
    """
    if not plan.is_ready:
        raise Conflict(_("Nothing was imported: the plan has open questions, or pictures that cannot be imported."))
    with take_turn():
        return _import(plan, _Writer(plan, name or f"Imported from {plan.label}", user), on_kept)


def _import(plan: Plan, writer: "_Writer", on_kept: Callable[[int], None]) -> Run | None:
    frames = {prompt.slug: prompt.frame for prompt in plan.prompts}
    tasks = [(picture.path, picture.sha256, frames[picture.prompt]) for picture in plan.new]
    converted = map_on_all_cores(convert_picture, tasks, seconds=CONVERT_SECONDS)
    for number, (picture, result) in enumerate(zip(plan.new, converted, strict=True), 1):
        if result.files is None:
            raise Conflict(
                _("%(file)s changed after it was checked. %(why)s Import again.")
                % {"file": picture.name, "why": _word(result.problem)}
            )
        try:
            writer.write(picture, result.files)
        except IntegrityError as error:
            _delete_renditions(result.files)
            raise Conflict(
                _("%(file)s was imported by somebody else meanwhile. Import again.") % {"file": picture.name}
            ) from error
        except DomainError:
            _delete_renditions(result.files)
            raise
        on_kept(number)
    return writer.run


def _word(said: Said | None) -> str:
    return write_message(said.message, said.values) if said else ""


def _delete_renditions(files: SavedFiles) -> None:
    """Delete what no row names. The original stays: whoever was first may have found the same bytes there."""
    for rendition in files.renditions:
        default_storage.delete(rendition.storage_key)


def draft_prompts(*, run: Run) -> list[str]:
    """Return the slugs of the run's prompts that nobody votes on, because they or their categories are drafts."""
    drafts = Prompt.objects.filter(
        Q(state=Prompt.State.DRAFT) | Q(state=Prompt.State.PLAY, category__state=Category.State.DRAFT),
        generations__run=run,
    )
    return list(drafts.order_by("slug").values_list("slug", flat=True).distinct())


class _Writer:
    """Writes pictures of one plan; the run is written with its first picture, so that no failure leaves it empty."""

    def __init__(self, plan: Plan, name: str, user: AbstractBaseUser | None) -> None:
        self.run: Run | None = None
        self._fields = {
            "name": shorten_name(name, LONGEST_RUN_NAME), "kind": Run.Kind.IMPORT,
            "state": RunMove.IMPORT.reach(NEW, Run.State.FINISHED), "created_by_id": user.pk if user else None,
        }  # fmt: skip
        self._contenders = {contender.slug: contender for contender in plan.contenders}
        self._prompts = {prompt.slug: prompt for prompt in plan.prompts}
        self._keys: dict[str, int] = {}
        self._doing: set[tuple[str, str]] = set()

    def write(self, picture: PlannedPicture, files: SavedFiles) -> None:
        """Write the rows of one picture, and of what it is the first picture of. Raises IntegrityError."""
        contender, prompt = self._contenders[picture.contender], self._prompts[picture.prompt]
        brought: dict[str, list[int]] = {}
        with transaction.atomic():
            keys = {
                "contender": self._keys.get(contender.slug) or _write_contender(contender, prompt.modality, brought),
                "prompt": self._keys.get(f"prompt {prompt.slug}") or _write_prompt(prompt, brought),
            }
            run = self._open_run(brought)
            if (contender.slug, prompt.modality) not in self._doing:
                _add_modality(keys["contender"], prompt.modality)
            generation = _write_generation(run, keys["contender"], keys["prompt"], picture)
            attach_image(generation=generation, files=files, provenance=_provenance(picture, contender))
            Contender.objects.filter(pk=keys["contender"], frozen_at=None).update(frozen_at=timezone.now())
        self.run = run
        self._doing.add((contender.slug, prompt.modality))
        self._keys |= {contender.slug: keys["contender"], f"prompt {prompt.slug}": keys["prompt"]}

    def _open_run(self, brought: Mapping[str, list[int]]) -> Run:
        if self.run is None:
            return Run.objects.create(**self._fields, brought=dict(brought))
        if brought:
            for kind, keys in brought.items():
                self.run.brought.setdefault(kind, []).extend(keys)
            self.run.save(update_fields=["brought"])
        return self.run


def _write_generation(run: Run, contender: int, prompt: int, picture: PlannedPicture) -> Generation:
    """Return a done generation: a new one, or one whose import was taken back, since voters may have seen it."""
    seed = int(picture.seed or 0)
    seed = seed if seed <= LARGEST_SEED else 0
    place = Generation.objects.filter(WITHDRAWN, contender=contender, prompt=prompt, sample=picture.sample)
    if withdrawn := place.select_for_update(of=("self",)).first():
        withdrawn.run, withdrawn.seed, withdrawn.entered_at = run, seed, timezone.now()
        move_generation(withdrawn, GenerationMove.IMPORT, Generation.State.DONE)
        return withdrawn
    return Generation.objects.create(
        run=run, contender_id=contender, prompt_id=prompt, sample=picture.sample, seed=seed, finished_at=timezone.now(),
        state=GenerationMove.IMPORT.reach(NEW, Generation.State.DONE),
    )  # fmt: skip


def _provenance(picture: PlannedPicture, contender: PlannedContender) -> dict[str, Any]:
    """Return what is known of a picture's making; `claimed` is what its manifest says, and was never measured here."""
    whole = {"contender": contender.full_name} if contender.full_name != contender.name else {}
    seed = {"seed": picture.seed} if picture.seed else {}
    claimed = {"claimed": dict(picture.claimed)} if picture.claimed else {}
    return {"file": picture.name, **whole, **seed, **claimed}


def _write_contender(planned: PlannedContender, modality: str, brought: dict[str, list[int]]) -> int:
    """Return the key of a planned contender, made if nobody has made it meanwhile; `brought` notes what is made."""
    if found := Contender.objects.filter(slug=planned.slug).first():
        withdrawn = Generation.objects.filter(WITHDRAWN, contender=found)
        if found.retired_on and withdrawn.exists() and not found.generations.exclude(pk__in=withdrawn).exists():
            # It was retired when its import was taken back.
            Contender.objects.filter(pk=found.pk).update(retired_on=None)
        return found.pk
    organization, is_new = Organization.objects.get_or_create(slug="imported", defaults={"name": "Imported"})
    if is_new:
        brought.setdefault("organization", []).append(organization.pk)
    # The checkpoints of one training run are one model.
    image_model, is_new = ImageModel.objects.get_or_create(
        slug=contender_slug(planned.series) if planned.series else planned.slug,
        defaults={"name": planned.series or planned.name, "organization": organization, "modalities": [modality]},
    )
    if is_new:
        brought.setdefault("imagemodel", []).append(image_model.pk)
    # Settings that nobody names may differ, and those that are named may be the same: the slug tells contenders apart.
    made = Contender.objects.create(
        slug=planned.slug, name=planned.name, image_model=image_model, series=planned.series, step=planned.step,
        settings={"imported": planned.slug, **planned.settings},
    )  # fmt: skip
    brought.setdefault("contender", []).append(made.pk)
    return made.pk


def _add_modality(contender: int, modality: str) -> None:
    """Say of a known contender's model that it does this, too. It stays so if the import is taken back."""
    image_model = ImageModel.objects.select_for_update().get(contenders=contender)
    if modality not in image_model.modalities:
        image_model.modalities = [*image_model.modalities, modality]
        image_model.save(update_fields=["modalities"])


def _write_prompt(planned: PlannedPrompt, brought: dict[str, list[int]]) -> int:
    """Return the key of a planned prompt, as `_write_contender` does. It is not frozen before somebody votes on it."""
    if found := Prompt.objects.filter(slug=planned.slug).first():
        return found.pk
    made = Prompt.objects.create(
        slug=planned.slug, title=planned.title, text=planned.text, language=planned.language,
        category=_category(planned.category, planned.modality, brought), state=Prompt.State.PLAY, licence="",
    )  # fmt: skip
    if planned.sources:
        _write_sources(made, planned)
    brought.setdefault("prompt", []).append(made.pk)
    return made.pk


def _write_sources(prompt: Prompt, planned: PlannedPrompt) -> None:
    """Store a new prompt's source images and mask. Raises Conflict if a file has changed since it was checked."""
    sources = [draft_source(_read_checked(each), licence="", origin=each.name) for each in planned.sources]
    mask = planned.mask
    drawn = draft_mask(_read_checked(mask), size=sources[0].size, licence="", origin=mask.name) if mask else None
    set_sources(prompt=prompt, sources=sources, mask=drawn)


def _read_checked(source: PlannedSource) -> bytes:
    data = read_picture(source.path)
    if hashlib.sha256(data).hexdigest() != source.sha256:
        raise Conflict(_("%(file)s changed after it was checked. Import again.") % {"file": source.name})
    return data


def _category(name: str, modality: str, brought: dict[str, list[int]]) -> Category:
    own = Category.objects.filter(modality=modality)
    if name and (found := own.filter(Q(slug=name) | Q(name__iexact=name)).order_by("pk").first()):
        return found
    is_edit = modality == Modality.IMAGE_EDITING
    name = name or (EDITS_CATEGORY if is_edit else CATEGORY)
    slug = make_category_slug(name)
    if Category.objects.filter(slug=slug).exclude(modality=modality).exists():
        slug = f"{slug[:70]}-{'edits' if is_edit else 'images'}"
    # The category may be a draft: `import_prompts` creates it for prompts without one.
    category, is_new = Category.objects.update_or_create(
        slug=slug,
        defaults={"state": Category.State.ACTIVE},
        create_defaults={
            "name": name, "criterion": EDITS_CRITERION if is_edit else CRITERION, "modality": modality,
            "state": Category.State.ACTIVE,
        },
    )  # fmt: skip
    if is_new:
        brought.setdefault("category", []).append(category.pk)
    return category
