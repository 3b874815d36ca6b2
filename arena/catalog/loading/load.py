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
    # The operator's comes first: a fault in it is told at once.
    own = _read_own_folder()
    folder = read_folder(BUILT_IN)
    if own is not None:
        folder.override(own)
    loaded = Loaded()
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Of two loads at once, the second finds nothing left to do.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('easel.catalogue'))")
        _Loading(folder, loaded).run()
        keep_log()
    return loaded


def _read_own_folder() -> Folder | None:
    if not settings.CATALOG_DIR:
        return None
    own = Path(settings.CATALOG_DIR).expanduser()
    if not own.is_dir():
        raise BadCatalogue(f"CATALOG_DIR: {own} is not a folder")
    return read_folder(own)


class _Loading:
    """One load of the folders into the database."""

    def __init__(self, folder: Folder, loaded: Loaded) -> None:
        self.folder = folder
        self.loaded = loaded
        self._by_slug: dict[type[models.Model], dict[str, Any]] = {}
        self._by_owner: dict[type[models.Model], dict[int, list[Any]]] = {}

    def run(self) -> None:
        for slug, values in self.folder.organizations.items():
            self._upsert(Organization, slug, values)
        for slug, values in self.folder.providers.items():
            if fault := find_option_fault(Provider(slug=slug, **values)):
                raise BadCatalogue(f"providers.toml: {slug}: options: {fault}")
            self._upsert(Provider, slug, values)
        for slug, values in self.folder.categories.items():
            self._load_category(slug, values)
        self.loaded.changes += load_axes(self.folder.axes)
        for entry in self.folder.models.values():
            self._load_model(entry)
        # Replacements may name models of any file, so they are loaded once all models exist.
        replacing = {each.slug: each for each in ImageModel.objects.prefetch_related("replaced_by")}
        for entry in self.folder.models.values():
            self._load_replacements(entry, replacing)
        self._load_prompts()
        self.loaded.changes += tag_prompts(self.folder.prompts)
        check_pictures(self.folder.prompts)
        self._mark_owned()

    def _rows(self, model: type[models.Model]) -> dict[str, Any]:
        """Return a table's rows by slug. Each table is read once: a query for each row would take a second in all."""
        if model not in self._by_slug:
            rows: Any = model._default_manager.all()
            self._by_slug[model] = {row.slug: row for row in rows}
        return self._by_slug[model]

    def _rows_of(self, owner: models.Model, model: type[models.Model], name: str) -> list[Any]:
        """Return the rows of a table that belong to an owner, which they call `name`. Each table is read once."""
        if model not in self._by_owner:
            self._by_owner[model] = {}
            for row in model._default_manager.all():
                self._by_owner[model].setdefault(getattr(row, f"{name}_id"), []).append(row)
        return self._by_owner[model].get(owner.pk, [])

    def _upsert(
        self, model: type[models.Model], slug: str, values: dict[str, Any], *, born: dict[str, Any] | None = None
    ) -> Any:
        """Create or change the row of this slug; `born` holds values for a new row only."""
        rows = self._rows(model)
        rows[slug] = self._write(model, rows.get(slug), {"slug": slug, **(born or {})}, values)
        return rows[slug]

    def _write(self, model: type[models.Model], row: Any, born: dict[str, Any], values: dict[str, Any]) -> Any:
        """Change a row where it differs from these values, or create it if there is none."""
        if row is None:
            self.loaded.changes += 1
            return model._default_manager.create(**born, **values)
        changed = [name for name, value in values.items() if _differs(row, name, value)]
        if changed:
            # It was read a while ago, and may have been frozen since.
            row.refresh_from_db()
            for name in changed:
                setattr(row, name, values[name])
            row.save()
            self.loaded.changes += 1
        return row

    def _load_category(self, slug: str, values: dict[str, Any]) -> None:
        row = self._rows(Category).get(slug)
        if row and row.modality != values["modality"] and row.frozen_at:
            raise BadCatalogue(
                f"categories.toml: {slug}: modality: is frozen, its prompts have generations; add a new category"
            )
        self._upsert(Category, slug, values, born={"state": Category.State.ACTIVE})

    def _load_model(self, entry: ModelEntry) -> None:
        organization = self._rows(Organization).get(entry.organization)
        if organization is None:
            raise BadCatalogue(f"{entry.file}: organization: {entry.organization!r} is not in organizations.toml")
        image_model = self._upsert(ImageModel, entry.slug, {**entry.values, "organization": organization})
        claims = place_claims(entry.claims, where=entry.file)
        for model, rows in ((Fact, entry.facts), (Parameter, entry.parameters), (Claim, claims)):
            self._replace_rows(model, "image_model", image_model, rows)
        offerings = {
            offering.provider: self._load_offering(entry.file, image_model, offering) for offering in entry.offerings
        }
        for contender in entry.contenders:
            self._load_contender(entry.file, image_model, contender, offerings)
        # Delete offerings that left the file, unless a contender uses them.
        kept = {offering.pk for offering in offerings.values()}
        if left := {each.pk for each in self._rows_of(image_model, Offering, "image_model")} - kept:
            gone = image_model.offerings.filter(pk__in=left, contenders=None)
            self.loaded.changes += gone.count()
            gone.delete()

    def _load_offering(self, file: str, image_model: ImageModel, entry: OfferingEntry) -> Offering:
        provider = self._rows(Provider).get(entry.provider)
        if provider is None:
            raise BadCatalogue(f"{file}: offering: provider: {entry.provider!r} is not in providers.toml")
        standing = self._rows_of(image_model, Offering, "image_model")
        offering: Offering = self._write(
            Offering,
            next((each for each in standing if each.provider_id == provider.pk), None),
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
        before = self._rows_of(offering, Price, "offering")
        log_price_changes(offering=offering, before=before, after=entry.prices, today=today)
        self._replace_rows(Price, "offering", offering, entry.prices)
        return offering

    def _load_contender(
        self, file: str, image_model: ImageModel, entry: ContenderEntry, offerings: dict[str, Offering]
    ) -> None:
        where = f"{file}: contender {entry.slug}"
        if entry.provider and entry.provider not in offerings:
            raise BadCatalogue(f"{where}: offering: no offering by {entry.provider!r}")
        settings_hash = hash_settings(entry.settings)
        row = self._rows(Contender).get(entry.slug)
        if row and row.image_model_id != image_model.pk:
            raise BadCatalogue(f"{where}: slug: belongs to a contender of {row.image_model.slug}")
        if row and row.frozen_at and row.settings_hash != settings_hash:
            raise BadCatalogue(f"{where}: settings: are frozen, it has generations; add a new contender")
        for twin in self._rows(Contender).values():
            same = twin.image_model_id == image_model.pk and twin.settings_hash == settings_hash
            if same and twin.slug != entry.slug:
                raise BadCatalogue(f"{where}: settings: are those of {twin.slug} already")
        values = {
            "name": entry.name,
            "image_model": image_model,
            "offering": offerings.get(entry.provider),
            "settings": entry.settings,
            "series": entry.series,
            "step": entry.step,
        }
        self._upsert(Contender, entry.slug, values)

    def _load_replacements(self, entry: ModelEntry, standing: dict[str, ImageModel]) -> None:
        if missing := set(entry.replaced_by) - set(standing):
            raise BadCatalogue(f"{entry.file}: replaced_by: no model {sorted(missing)[0]!r}")
        replacements = {standing[slug] for slug in entry.replaced_by}
        image_model = standing[entry.slug]
        if set(image_model.replaced_by.all()) != replacements:
            image_model.replaced_by.set(replacements)
            self.loaded.changes += 1

    def _replace_rows(
        self, model: type[models.Model], name: str, owner: models.Model, rows: list[dict[str, Any]]
    ) -> None:
        """Make the rows of an owner, which they call `name`, equal the file's, touching only those that differ."""
        standing = self._rows_of(owner, model, name)
        wanted = list(rows)
        for row in standing:
            match = next((values for values in wanted if all(getattr(row, k) == v for k, v in values.items())), None)
            if match is None:
                row.delete()
                self.loaded.changes += 1
            else:
                wanted.remove(match)
        if wanted:
            model._default_manager.bulk_create([model(**{name: owner}, **values) for values in wanted])
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
                row = self._upsert(Prompt, slug, values)
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


def _differs(row: models.Model, name: str, value: Any) -> bool:
    """Tell whether a row's field differs from a value. Of another table's row only the key is compared, not read."""
    if isinstance(value, models.Model):
        return bool(getattr(row, f"{name}_id") != value.pk)
    return bool(getattr(row, name) != value)
