"""Carries out an import's plan: pictures are converted on all cores, rows are written here, one picture at a time."""

from collections.abc import Callable, Mapping

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from arena.catalog.models import Category, Contender, ImageModel, Modality, Organization, Prompt
from arena.catalog.prompt_sets.missing_fields import CATEGORY, CRITERION, make_category_slug
from arena.errors import Conflict
from arena.generation.imports.checking import CONVERT_SECONDS, convert_picture
from arena.generation.imports.cores import map_on_all_cores
from arena.generation.imports.holdings import WITHDRAWN
from arena.generation.imports.import_plan import Plan, PlannedContender, PlannedPicture, PlannedPrompt
from arena.generation.imports.reading.naming import shorten_name
from arena.generation.imports.turns import take_turn
from arena.generation.ingest.images import SavedFiles, attach_image
from arena.generation.models import Generation, Run
from arena.generation.transitions import NEW, GenerationMove, RunMove, move_generation

LONGEST_RUN_NAME = 200


def import_planned(
    *, plan: Plan, name: str = "", user: AbstractBaseUser | None = None,
    on_kept: Callable[[int], None] = lambda kept: None,
) -> Run | None:  # fmt: skip
    """Store the plan's new pictures as one finished run, one transaction each; an interruption keeps what is stored.

    `on_kept` is told after each picture how many are stored. Raises Conflict for a plan that is not ready, if a file
    has changed since it was checked, or if another import has stored one.
    """
    if not plan.is_ready:
        raise Conflict(_("Nothing was imported: the plan has open questions, or pictures that cannot be imported."))
    with take_turn():
        return _import(plan, _Writer(plan, name or f"Imported from {plan.label}", user), on_kept)


def _import(plan: Plan, writer: "_Writer", on_kept: Callable[[int], None]) -> Run | None:
    tasks = [(picture.path, picture.sha256) for picture in plan.new]
    converted = map_on_all_cores(convert_picture, tasks, seconds=CONVERT_SECONDS)
    for number, (picture, result) in enumerate(zip(plan.new, converted, strict=True), 1):
        if result.files is None:
            raise Conflict(
                _("%(file)s changed after it was checked. %(why)s Import again.")
                % {"file": picture.name, "why": result.problem}
            )
        try:
            writer.write(picture, result.files)
        except IntegrityError as error:
            # The original stays: whoever was first may have found the same bytes there.
            for _width, key, _size in result.files.renditions:
                default_storage.delete(key)
            raise Conflict(
                _("%(file)s was imported by somebody else meanwhile. Import again.") % {"file": picture.name}
            ) from error
        on_kept(number)
    return writer.run


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

    def write(self, picture: PlannedPicture, files: SavedFiles) -> None:
        """Write the rows of one picture, and of what it is the first picture of. Raises IntegrityError."""
        contender, prompt = self._contenders[picture.contender], self._prompts[picture.prompt]
        brought: dict[str, list[int]] = {}
        with transaction.atomic():
            keys = {
                "contender": self._keys.get(contender.slug) or _write_contender(contender, brought),
                "prompt": self._keys.get(f"prompt {prompt.slug}") or _write_prompt(prompt, brought),
            }
            run = self._open_run(brought)
            generation = _write_generation(run, keys["contender"], keys["prompt"], picture.sample)
            attach_image(generation=generation, files=files, provenance=_provenance(picture, contender))
            Contender.objects.filter(pk=keys["contender"], frozen_at=None).update(frozen_at=timezone.now())
        self.run = run
        self._keys |= {contender.slug: keys["contender"], f"prompt {prompt.slug}": keys["prompt"]}

    def _open_run(self, brought: Mapping[str, list[int]]) -> Run:
        if self.run is None:
            return Run.objects.create(**self._fields, brought=dict(brought))
        if brought:
            for kind, keys in brought.items():
                self.run.brought.setdefault(kind, []).extend(keys)
            self.run.save(update_fields=["brought"])
        return self.run


def _write_generation(run: Run, contender: int, prompt: int, sample: int) -> Generation:
    """Return a done generation: a new one, or one whose import was taken back, since voters may have seen it."""
    place = Generation.objects.filter(WITHDRAWN, contender=contender, prompt=prompt, sample=sample)
    if withdrawn := place.select_for_update(of=("self",)).first():
        withdrawn.run, withdrawn.entered_at = run, timezone.now()
        move_generation(withdrawn, GenerationMove.IMPORT, Generation.State.DONE)
        return withdrawn
    return Generation.objects.create(
        run=run, contender_id=contender, prompt_id=prompt, sample=sample, finished_at=timezone.now(),
        state=GenerationMove.IMPORT.reach(NEW, Generation.State.DONE),
    )  # fmt: skip


def _provenance(picture: PlannedPicture, contender: PlannedContender) -> dict[str, str]:
    whole = {"contender": contender.full_name} if contender.full_name != contender.name else {}
    return {"file": picture.name, **whole}


def _write_contender(planned: PlannedContender, brought: dict[str, list[int]]) -> int:
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
    image_model, is_new = ImageModel.objects.get_or_create(
        slug=planned.slug,
        defaults={"name": planned.name, "organization": organization, "modalities": [Modality.TEXT_TO_IMAGE]},
    )
    if is_new:
        brought.setdefault("imagemodel", []).append(image_model.pk)
    # The settings of imported pictures are unknown; the slug tells them from the model's other contenders.
    made = Contender.objects.create(
        slug=planned.slug, name=planned.name, image_model=image_model, settings={"imported": planned.slug}
    )
    brought.setdefault("contender", []).append(made.pk)
    return made.pk


def _write_prompt(planned: PlannedPrompt, brought: dict[str, list[int]]) -> int:
    """Return the key of a planned prompt, as `_write_contender` does. It is not frozen before somebody votes on it."""
    if found := Prompt.objects.filter(slug=planned.slug).first():
        return found.pk
    made = Prompt.objects.create(
        slug=planned.slug, title=planned.title, text=planned.text, language=planned.language,
        category=_category(planned.category, brought), state=Prompt.State.PLAY, licence="",
    )  # fmt: skip
    brought.setdefault("prompt", []).append(made.pk)
    return made.pk


def _category(name: str, brought: dict[str, list[int]]) -> Category:
    if name and (found := Category.objects.filter(Q(slug=name) | Q(name__iexact=name)).order_by("pk").first()):
        return found
    # The category may be a draft: `import_prompts` creates it for prompts without one.
    category, is_new = Category.objects.update_or_create(
        slug=make_category_slug(name or CATEGORY),
        defaults={"state": Category.State.ACTIVE},
        create_defaults={"name": name or CATEGORY, "criterion": CRITERION, "state": Category.State.ACTIVE},
    )
    if is_new:
        brought.setdefault("category", []).append(category.pk)
    return category
