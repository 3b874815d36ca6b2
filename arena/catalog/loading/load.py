"""Loads a catalogue folder into the database: all of it or nothing; a second load changes nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from arena.catalog.loading.axes_of_prompts import load_axes, place_claims, tag_prompts
from arena.catalog.loading.entries import ContenderEntry, Folder, ModelEntry, OfferingEntry, read_folder
from arena.catalog.loading.option_checks import find_option_fault
from arena.catalog.loading.price_changes import log_price_changes
from arena.catalog.loading.prompt_pictures import check_pictures, load_pictures
from arena.catalog.loading.tables import BadCatalogue
from arena.catalog.models import (
    Axis,
    Category,
    Claim,
    Contender,
    Fact,
    ImageModel,
    Offering,
    Organization,
    Parameter,
    Price,
    Prompt,
    Provider,
    hash_settings,
)
from arena.catalog.retiring import keep_log
from arena.catalog.row_bases import FromFile

BUILT_IN = Path(__file__).resolve().parent.parent / "data"


@dataclass
class Loaded:
    """How many rows were created, changed or removed; `frozen` names prompts whose file differs from the frozen row."""

    changes: int = 0
    frozen: tuple[str, ...] = ()


def load_catalogue() -> Loaded:
    """Load the built-in folder and, when CATALOG_DIR is set, the operator's, whose entries take precedence.

    Raises BadCatalogue, with nothing written.
    """
    folder = read_folder(BUILT_IN)
    if settings.CATALOG_DIR:
        own = Path(settings.CATALOG_DIR).expanduser()
        if not own.is_dir():
            raise BadCatalogue(f"CATALOG_DIR: {own} is not a folder")
        folder.override(read_folder(own))
    loaded = Loaded()
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Of two loads at once, the second finds nothing left to do.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('easel.catalogue'))")
        _Loading(folder, loaded).run()
        keep_log()
    return loaded


class _Loading:
    """One load of the folders into the database."""

    def __init__(self, folder: Folder, loaded: Loaded) -> None:
        self.folder = folder
        self.loaded = loaded

    def run(self) -> None:
        for slug, values in self.folder.organizations.items():
            self._upsert(Organization, {"slug": slug}, values)
        for slug, values in self.folder.providers.items():
            if fault := find_option_fault(Provider(slug=slug, **values)):
                raise BadCatalogue(f"providers.toml: {slug}: options: {fault}")
            self._upsert(Provider, {"slug": slug}, values)
        for slug, values in self.folder.categories.items():
            self._load_category(slug, values)
        self.loaded.changes += load_axes(self.folder.axes)
        for entry in self.folder.models.values():
            self._load_model(entry)
        # Replacements may name models of any file, so they are loaded once all models exist.
        for entry in self.folder.models.values():
            self._load_replacements(entry)
        self._load_prompts()
        self.loaded.changes += tag_prompts(self.folder.prompts)
        check_pictures(self.folder.prompts)
        self._mark_owned()

    def _upsert(
        self,
        model: type[models.Model],
        key: dict[str, Any],
        values: dict[str, Any],
        *,
        born: dict[str, Any] | None = None,
    ) -> Any:
        """Create or change the row that `key` names; `born` holds values for a new row only."""
        row = model._default_manager.filter(**key).first()
        if row is None:
            self.loaded.changes += 1
            return model._default_manager.create(**key, **values, **(born or {}))
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        if changed:
            for name in changed:
                setattr(row, name, values[name])
            row.save()
            self.loaded.changes += 1
        return row

    def _load_category(self, slug: str, values: dict[str, Any]) -> None:
        row = Category.objects.filter(slug=slug).first()
        if row and row.modality != values["modality"] and row.frozen_at:
            raise BadCatalogue(
                f"categories.toml: {slug}: modality: is frozen, its prompts have generations; add a new category"
            )
        self._upsert(Category, {"slug": slug}, values, born={"state": Category.State.ACTIVE})

    def _load_model(self, entry: ModelEntry) -> None:
        organization = Organization.objects.filter(slug=entry.organization).first()
        if organization is None:
            raise BadCatalogue(f"{entry.file}: organization: {entry.organization!r} is not in organizations.toml")
        image_model = self._upsert(ImageModel, {"slug": entry.slug}, {**entry.values, "organization": organization})
        claims = place_claims(entry.claims, where=entry.file)
        for model, rows in ((Fact, entry.facts), (Parameter, entry.parameters), (Claim, claims)):
            self._replace_rows(model, {"image_model": image_model}, rows)
        offerings = {
            offering.provider: self._load_offering(entry.file, image_model, offering) for offering in entry.offerings
        }
        for contender in entry.contenders:
            self._load_contender(entry.file, image_model, contender, offerings)
        # Delete offerings that left the file, unless a contender uses them.
        gone = image_model.offerings.exclude(provider__slug__in=offerings).filter(contenders=None)
        self.loaded.changes += gone.count()
        gone.delete()

    def _load_offering(self, file: str, image_model: ImageModel, entry: OfferingEntry) -> Offering:
        provider = Provider.objects.filter(slug=entry.provider).first()
        if provider is None:
            raise BadCatalogue(f"{file}: offering: provider: {entry.provider!r} is not in providers.toml")
        offering: Offering = self._upsert(
            Offering,
            {"provider": provider, "image_model": image_model},
            {
                "model_id": entry.model_id,
                "edit_model_id": entry.edit_model_id,
                "modalities": entry.modalities,
                "capabilities": entry.capabilities,
                "shutdown_on": entry.shutdown_on,
            },
        )
        today = timezone.now().date()
        log_price_changes(offering=offering, before=offering.prices.all(), after=entry.prices, today=today)
        self._replace_rows(Price, {"offering": offering}, entry.prices)
        return offering

    def _load_contender(
        self, file: str, image_model: ImageModel, entry: ContenderEntry, offerings: dict[str, Offering]
    ) -> None:
        where = f"{file}: contender {entry.slug}"
        if entry.provider and entry.provider not in offerings:
            raise BadCatalogue(f"{where}: offering: no offering by {entry.provider!r}")
        settings_hash = hash_settings(entry.settings)
        row = Contender.objects.filter(slug=entry.slug).first()
        if row and row.image_model_id != image_model.pk:
            raise BadCatalogue(f"{where}: slug: belongs to a contender of {row.image_model.slug}")
        if row and row.frozen_at and row.settings_hash != settings_hash:
            raise BadCatalogue(f"{where}: settings: are frozen, it has generations; add a new contender")
        twin = image_model.contenders.filter(settings_hash=settings_hash).exclude(slug=entry.slug).first()
        if twin:
            raise BadCatalogue(f"{where}: settings: are those of {twin.slug} already")
        values = {
            "name": entry.name,
            "image_model": image_model,
            "offering": offerings.get(entry.provider),
            "settings": entry.settings,
            "series": entry.series,
            "step": entry.step,
        }
        self._upsert(Contender, {"slug": entry.slug}, values)

    def _load_replacements(self, entry: ModelEntry) -> None:
        replacements = set(ImageModel.objects.filter(slug__in=entry.replaced_by))
        if missing := set(entry.replaced_by) - {model.slug for model in replacements}:
            raise BadCatalogue(f"{entry.file}: replaced_by: no model {sorted(missing)[0]!r}")
        image_model = ImageModel.objects.get(slug=entry.slug)
        if set(image_model.replaced_by.all()) != replacements:
            image_model.replaced_by.set(replacements)
            self.loaded.changes += 1

    def _replace_rows(self, model: type[models.Model], owner: dict[str, Any], rows: list[dict[str, Any]]) -> None:
        """Make the owner's rows equal the file's, touching only those that differ."""
        standing = list(model._default_manager.filter(**owner))
        wanted = list(rows)
        for row in standing:
            match = next((values for values in wanted if all(getattr(row, k) == v for k, v in values.items())), None)
            if match is None:
                row.delete()
                self.loaded.changes += 1
            else:
                wanted.remove(match)
        model._default_manager.bulk_create([model(**owner, **values) for values in wanted])
        self.loaded.changes += len(wanted)

    def _load_prompts(self) -> None:
        categories = {category.slug: category for category in Category.objects.all()}
        rows = Prompt.objects.select_related("category").prefetch_related("source_images")
        standing = {prompt.slug: prompt for prompt in rows}
        new, frozen, pictured = [], [], []
        for slug, entry in self.folder.prompts.items():
            category = categories.get(entry.category)
            if category is None:
                raise BadCatalogue(f"{entry.where}: category: {entry.category!r} is not in categories.toml")
            values = {**entry.values, "category": category}
            row = standing.get(slug)
            changed = {name for name, value in values.items() if row is None or getattr(row, name) != value}
            if row and row.frozen_at and changed.intersection(Prompt.FROZEN):
                frozen.append(slug)
                continue
            if row is None:
                opened_at = timezone.now() if entry.state == Prompt.State.OPEN else None
                row = Prompt(slug=slug, state=entry.state, opened_at=opened_at, **values)
                new.append(row)
            elif changed:
                row = self._upsert(Prompt, {"slug": slug}, values)
            if entry.pictures is not None:
                pictured.append((row, entry.pictures, entry.where))
        Prompt.objects.bulk_create(new)
        self.loaded.changes += len(new)
        for row, pictures, where in pictured:
            redrawn, kept = load_pictures(row, pictures, where=where)
            self.loaded.changes += redrawn
            frozen += [row.slug] if kept else []
        self.loaded.frozen += tuple(frozen)

    def _mark_owned(self) -> None:
        """Mark the rows that a file names; unmark those whose file has gone, which the operator may now edit."""
        contenders = [contender.slug for entry in self.folder.models.values() for contender in entry.contenders]
        owned: list[tuple[type[FromFile], Collection[str]]] = [
            (Organization, self.folder.organizations),
            (Provider, self.folder.providers),
            (Category, self.folder.categories),
            (Axis, self.folder.axes),
            (ImageModel, self.folder.models),
            (Contender, contenders),
            (Prompt, self.folder.prompts),
        ]
        for model, slugs in owned:
            rows: Any = model._default_manager
            rows.filter(slug__in=slugs, from_file=False).update(from_file=True)
            rows.filter(from_file=True).exclude(slug__in=slugs).update(from_file=False)
