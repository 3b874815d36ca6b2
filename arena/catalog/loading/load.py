"""Loads a catalogue folder into the database: all of it or nothing, and a second time nothing changes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction

from arena.catalog.loading.entries import ContenderEntry, Folder, ModelEntry, OfferingEntry, read_folder
from arena.catalog.loading.tables import BadCatalogue
from arena.catalog.models import (
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

BUILT_IN = Path(__file__).resolve().parent.parent / "data"


@dataclass
class Loaded:
    """How many rows were made, changed or taken away; `frozen` names prompts whose file says something newer."""

    changes: int = 0
    frozen: tuple[str, ...] = ()


def load_catalogue() -> Loaded:
    """Load the built-in folder and, when CATALOG_DIR is set, the operator's. Raises BadCatalogue."""
    folders = [BUILT_IN]
    if settings.CATALOG_DIR:
        own = Path(settings.CATALOG_DIR).expanduser()
        if not own.is_dir():
            raise BadCatalogue(f"CATALOG_DIR: {own} is not a folder")
        folders.append(own)
    loaded = Loaded()
    with transaction.atomic():
        for folder in folders:
            _Loading(read_folder(folder), loaded).run()
    return loaded


class _Loading:
    """One folder on its way into the database."""

    def __init__(self, folder: Folder, loaded: Loaded) -> None:
        self.folder = folder
        self.loaded = loaded

    def run(self) -> None:
        for slug, values in self.folder.organizations.items():
            self._upsert(Organization, slug, values)
        for slug, values in self.folder.providers.items():
            self._upsert(Provider, slug, values)
        for slug, values in self.folder.categories.items():
            self._upsert(Category, slug, values, born={"state": Category.State.ACTIVE})
        for entry in self.folder.models.values():
            self._load_model(entry)
        # Replacements may name models of any file, so they come when all models stand.
        for entry in self.folder.models.values():
            self._load_replacements(entry)
        self._load_prompts()

    def _upsert(
        self, model: type[models.Model], slug: str, values: dict[str, Any], *, born: dict[str, Any] | None = None
    ) -> Any:
        """Make or change the row `slug`; `born` holds values that only a new row takes."""
        row = model._default_manager.filter(slug=slug).first()
        if row is None:
            self.loaded.changes += 1
            return model._default_manager.create(slug=slug, **values, **(born or {}))
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        if changed:
            for name in changed:
                setattr(row, name, values[name])
            row.save()
            self.loaded.changes += 1
        return row

    def _load_model(self, entry: ModelEntry) -> None:
        organization = Organization.objects.filter(slug=entry.organization).first()
        if organization is None:
            raise BadCatalogue(f"{entry.slug}.toml: organization: {entry.organization!r} is not in organizations.toml")
        image_model = self._upsert(ImageModel, entry.slug, {**entry.values, "organization": organization})
        for model, rows in ((Fact, entry.facts), (Parameter, entry.parameters), (Claim, entry.claims)):
            self._replace_rows(model, {"image_model": image_model}, rows)
        offerings = {offering.provider: self._load_offering(image_model, offering) for offering in entry.offerings}
        for contender in entry.contenders:
            self._load_contender(image_model, contender, offerings)

    def _load_offering(self, image_model: ImageModel, entry: OfferingEntry) -> Offering:
        provider = Provider.objects.filter(slug=entry.provider).first()
        if provider is None:
            raise BadCatalogue(f"{image_model.slug}.toml: provider: {entry.provider!r} is not in providers.toml")
        offering, made = Offering.objects.update_or_create(
            provider=provider,
            image_model=image_model,
            defaults={"model_id": entry.model_id, "modalities": entry.modalities},
        )
        self.loaded.changes += made
        self._replace_rows(Price, {"offering": offering}, entry.prices)
        return offering

    def _load_contender(self, image_model: ImageModel, entry: ContenderEntry, offerings: dict[str, Offering]) -> None:
        if entry.provider and entry.provider not in offerings:
            raise BadCatalogue(f"{image_model.slug}.toml: contender {entry.slug}: no offering by {entry.provider!r}")
        values = {
            "name": entry.name,
            "image_model": image_model,
            "offering": offerings.get(entry.provider),
            "settings": entry.settings,
        }
        row = Contender.objects.filter(slug=entry.slug).first()
        if row and row.frozen_at and row.settings_hash != hash_settings(entry.settings):
            raise BadCatalogue(
                f"{image_model.slug}.toml: contender {entry.slug}: its settings are frozen; add a new contender"
            )
        self._upsert(Contender, entry.slug, values)

    def _load_replacements(self, entry: ModelEntry) -> None:
        replacements = set(ImageModel.objects.filter(slug__in=entry.replaced_by))
        if missing := set(entry.replaced_by) - {model.slug for model in replacements}:
            raise BadCatalogue(f"{entry.slug}.toml: replaced_by: no model {sorted(missing)[0]!r}")
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
        standing = {prompt.slug: prompt for prompt in Prompt.objects.all()}
        frozen = []
        for slug, values in self.folder.prompts.items():
            category = categories.get(values["category"])
            if category is None:
                raise BadCatalogue(f"prompts: {slug}: category: {values['category']!r} is not in categories.toml")
            state = values["state"]
            values = {**values, "category": category}
            del values["state"]
            row = standing.get(slug)
            if row and row.frozen_at:
                if any(getattr(row, name) != values[name] for name in ("text", "language", "category", "scene")):
                    frozen.append(slug)
                continue
            if row and all(getattr(row, name) == value for name, value in values.items()):
                continue
            self._upsert(Prompt, slug, values, born={"state": state})
        self.loaded.frozen += tuple(frozen)
