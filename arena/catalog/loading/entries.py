"""A catalogue folder as plain typed values: read and checked before any row is written."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from django.db import models

from arena.catalog.capabilities import Capabilities
from arena.catalog.keys import is_ours
from arena.catalog.loading.prompt_pictures import PicturesEntry, read_pictures
from arena.catalog.loading.tables import BadCatalogue, Table, read_table
from arena.catalog.loading.workflow_files import read_settings
from arena.catalog.models import (
    RESERVED_SLUGS,
    Axis,
    Category,
    Claim,
    Contender,
    Fact,
    ImageModel,
    Modality,
    Offering,
    Organization,
    Parameter,
    Price,
    Prompt,
    Provider,
)

Entry = TypeVar("Entry")
TOP_FILES = {"organizations.toml", "providers.toml", "categories.toml", "axes.toml"}


@dataclass(frozen=True)
class ModelEntry:
    """One model file: the model's own fields, and the rows that belong to it, each as field values."""

    file: str
    slug: str
    organization: str
    values: dict[str, Any]
    replaced_by: list[str]
    facts: list[dict[str, Any]]
    parameters: list[dict[str, Any]]
    claims: list[dict[str, Any]]
    offerings: list["OfferingEntry"]
    contenders: list["ContenderEntry"]


@dataclass(frozen=True)
class OfferingEntry:
    """A model at one provider, with its prices."""

    provider: str
    model_id: str
    edit_model_id: str
    modalities: list[str]
    capabilities: dict[str, Any]
    shutdown_on: datetime.date | None
    prices: list[dict[str, Any]]


@dataclass(frozen=True)
class ContenderEntry:
    """A model at pinned settings; `provider` is the slug of the offering it is generated with, or empty."""

    slug: str
    name: str
    settings: dict[str, Any]
    provider: str
    series: str
    step: float | None


@dataclass(frozen=True)
class PromptEntry:
    """One prompt, its place in the files, and the state in which it is created; `values` are its other own columns."""

    where: str
    category: str
    axes: list[str]
    state: str
    values: dict[str, Any]
    pictures: PicturesEntry | None


@dataclass
class Folder:
    """All entries of a catalogue folder, by slug."""

    organizations: dict[str, dict[str, Any]] = field(default_factory=dict)
    providers: dict[str, dict[str, Any]] = field(default_factory=dict)
    categories: dict[str, dict[str, Any]] = field(default_factory=dict)
    axes: dict[str, dict[str, Any]] = field(default_factory=dict)
    models: dict[str, ModelEntry] = field(default_factory=dict)
    prompts: dict[str, PromptEntry] = field(default_factory=dict)

    def override(self, other: "Folder") -> None:
        """Add the other folder's entries; they replace ours with the same slug."""
        for name in ("organizations", "providers", "categories", "axes", "models", "prompts"):
            getattr(self, name).update(getattr(other, name))


def read_folder(folder: Path) -> Folder:
    """Read every file of a catalogue folder. Raises BadCatalogue naming file, key and reason."""
    entries = Folder()
    if strays := {file.name for file in folder.glob("*.toml")} - TOP_FILES:
        known = ", ".join(sorted(TOP_FILES))
        raise BadCatalogue(f"{min(strays)}: is not read here; known are {known}, models/*.toml, prompts/*.toml")
    for kind, model, reader, into in (
        ("organization", Organization, _organization, entries.organizations),
        ("provider", Provider, _provider, entries.providers),
        ("category", Category, _category, entries.categories),
        ("axis", Axis, _axis, entries.axes),
    ):
        for table in _tables_of(folder / f"{_plural(kind)}.toml", kind):
            _put(into, model, table, *reader(table))
    for file in sorted((folder / "models").glob("*.toml")):
        table = read_table(file)
        _put(entries.models, ImageModel, table, *_model(table))
    for file in sorted((folder / "prompts").glob("*.toml")):
        top = read_table(file)
        usual = _pictures(top)
        for prompt in top.tables("prompt"):
            _put(entries.prompts, Prompt, prompt, *_prompt(prompt, file.parent, usual))
        top.finish()
    return entries


def _plural(kind: str) -> str:
    if kind.endswith("is"):
        return kind[:-2] + "es"
    return kind[:-1] + "ies" if kind.endswith("y") else kind + "s"


def _tables_of(file: Path, kind: str) -> Iterator[Table]:
    if file.exists():
        top = read_table(file)
        yield from top.tables(kind)
        top.finish()


def _put(into: dict[str, Any], model: type[models.Model], table: Table, slug: str, entry: Any) -> None:
    table.finish()
    table.fit(model, {"slug": slug} | _columns(entry))
    if slug in into:
        raise table.fail("slug", f"{slug!r} appears twice")
    into[slug] = entry


def _columns(entry: Any) -> dict[str, Any]:
    """The entry's values by name; some names are columns, others are not."""
    return entry if isinstance(entry, dict) else vars(entry) | vars(entry).get("values", {})


def _organization(table: Table) -> tuple[str, dict[str, Any]]:
    return table.slug("slug"), {
        "name": table.text("name"),
        "website": table.url("website", default=""),
        "description": table.text("description", default="", longest=2000),
    }


def _provider(table: Table) -> tuple[str, dict[str, Any]]:
    return table.slug("slug"), {
        "name": table.text("name"),
        "website": table.url("website", default=""),
        "family": table.text("family", default=""),
        "base_url": table.url("base_url", default=""),
        "key_env": _key_variable(table),
        "options": table.mapping("options"),
        "result_hosts": table.texts("result_hosts"),
        "concurrency": table.whole("concurrency", default=2, least=1),
        "calls_per_minute": table.whole("calls_per_minute", default=0) or None,
    }


def _key_variable(table: Table) -> str:
    name = table.text("key_env", default="")
    if is_ours(name):
        raise table.fail("key_env", f"{name} holds one of Easel's own secrets, which must not be sent to a provider")
    return name


def _category(table: Table) -> tuple[str, dict[str, Any]]:
    slug = table.slug("slug")
    if slug in RESERVED_SLUGS:
        raise table.fail("slug", f"{slug!r} is an address of the voting pages; choose another")
    # Without these keys, the row keeps what staff chose in the admin; a new row has all reasons, and no gold pairs.
    chosen: dict[str, Any] = {} if table.value("reasons") is None else {"reasons": table.texts("reasons")}
    if table.value("gold") is not None:
        chosen["gold"] = table.truth("gold")
    return slug, chosen | {
        "name": table.text("name"),
        "criterion": table.text("criterion"),
        "description": table.text("description", default="", longest=2000),
        "modality": table.one_of("modality", Modality.values, default=Modality.TEXT_TO_IMAGE),
        "position": table.whole("position", default=100),
    }


def _axis(table: Table) -> tuple[str, dict[str, Any]]:
    return table.slug("slug"), {
        "name": table.text("name"),
        "description": table.text("description"),
        "position": table.whole("position", default=100),
    }


def _sourced(table: Table) -> dict[str, Any]:
    return {"source": table.url("source"), "seen_on": table.date("seen_on")}


def _rows(
    model: type[models.Model], tables: list[Table], reader: Callable[[Table], Entry], *unique: str
) -> list[Entry]:
    """Read an array of tables. Two that agree in all `unique` keys are refused, as the database would."""
    rows = []
    seen = set()
    for table in tables:
        row = reader(table)
        table.finish()
        table.fit(model, _columns(row))
        rows.append(row)
        mark = repr([table.value(key) for key in unique])
        if mark in seen:
            raise table.fail(unique[0], f"{table.value(unique[0])!r} appears twice ({', '.join(unique)})")
        seen.add(mark)
    return rows


def _model(table: Table) -> tuple[str, ModelEntry]:
    slug = table.slug("slug")
    modalities = table.texts("modalities")
    if not modalities or not set(modalities) <= set(Modality.values):
        raise table.fail("modalities", f"expected a list from {', '.join(Modality.values)}")
    return slug, ModelEntry(
        file=table.where,
        slug=slug,
        organization=table.slug("organization"),
        values={
            "name": table.text("name"),
            "modalities": modalities,
            "summary": table.text("summary", default=""),
            "shutdown_on": _shutdown(table),
        },
        replaced_by=table.texts("replaced_by"),
        facts=_rows(Fact, table.tables("fact"), _fact, "key", "value", "source"),
        parameters=_rows(Parameter, table.tables("parameter"), _parameter, "name", "source"),
        claims=_rows(Claim, table.tables("claim"), _claim, "text", "kind", "source"),
        offerings=_rows(Offering, table.tables("offering"), _offering, "provider"),
        contenders=_rows(Contender, table.tables("contender"), _contender, "slug"),
    )


def _shutdown(table: Table) -> datetime.date | None:
    return table.date("shutdown_on") if "shutdown_on" in table else None


def _fact(table: Table) -> dict[str, Any]:
    return {
        "key": table.slug("key"),
        "value": table.text("value"),
        "unit": table.text("unit", default=""),
        **_sourced(table),
    }


def _parameter(table: Table) -> dict[str, Any]:
    return {
        "name": table.text("name"),
        "type": table.text("type"),
        "default": table.text("default", default=""),
        "allowed": ", ".join(table.texts("allowed")),
        "description": table.text("description", default=""),
        **_sourced(table),
    }


def _claim(table: Table) -> dict[str, Any]:
    kind = table.one_of("kind", Claim.Kind.values)
    return {"kind": kind, "text": table.text("text", longest=2000), **_estimate(table, kind), **_sourced(table)}


def _estimate(table: Table, kind: str) -> dict[str, Any]:
    """Read the axis, by its slug, and the percentage of an estimate, given together for a capability, or neither."""
    if "axis" not in table and "value" not in table:
        return {"axis": None, "value": None}
    if kind != Claim.Kind.CAPABILITY or "axis" not in table or "value" not in table:
        raise table.fail("axis", 'an axis and a value are given together, in a claim of the kind "capability"')
    value = table.whole("value", default=0)
    if value > 100:
        raise table.fail("value", f"{value} is more than 100 percent")
    return {"axis": table.slug("axis"), "value": value}


def _price(table: Table) -> dict[str, Any]:
    amount: Decimal = table.amount("amount")
    return {
        "item": table.text("item"),
        "unit": table.text("unit"),
        "quality": table.text("quality", default=""),
        "size": table.text("size", default=""),
        "amount": amount,
        "currency": table.text("currency", default="USD"),
        "note": table.text("note", default=""),
        **_sourced(table),
    }


def _offering(table: Table) -> OfferingEntry:
    modalities = table.texts("modalities")
    if not set(modalities) <= set(Modality.values):
        raise table.fail("modalities", f"expected a list from {', '.join(Modality.values)}")
    return OfferingEntry(
        provider=table.slug("provider"),
        model_id=table.text("model_id"),
        edit_model_id=table.text("edit_model_id", default=""),
        modalities=modalities,
        capabilities=_capabilities(table),
        shutdown_on=_shutdown(table),
        prices=_rows(Price, table.tables("price"), _price, "item", "unit", "quality", "size", "source"),
    )


def _capabilities(table: Table) -> dict[str, Any]:
    capabilities = table.mapping("capabilities")
    try:
        Capabilities().updated(capabilities)
    except ValueError as error:
        raise table.fail("capabilities", str(error)) from error
    return capabilities


def _contender(table: Table) -> ContenderEntry:
    if ("series" in table) != ("step" in table):
        raise table.fail("series", "a series and a step are given together, or neither")
    return ContenderEntry(
        slug=table.slug("slug"),
        name=table.text("name"),
        settings=read_settings(table),
        provider=table.text("offering", default=""),
        series=table.text("series", default=""),
        step=table.number("step"),
    )


def _distinct(table: Table, key: str) -> list[str]:
    found = table.texts(key)
    if len(set(found)) < len(found):
        raise table.fail(key, "names one twice")
    return found


def _pictures(top: Table) -> dict[str, Any]:
    """Read the licence and the origin that the pictures of a file of prompts have, unless one says otherwise."""
    usual = Table(top.mapping("pictures"), f"{top.where}: pictures")
    read = {name: usual.text(name) for name in ("licence", "origin") if name in usual}
    usual.finish()
    return read


def _prompt(table: Table, folder: Path, usual: dict[str, Any]) -> tuple[str, PromptEntry]:
    return table.slug("slug", unicode=True), PromptEntry(
        where=table.where,
        category=table.slug("category"),
        axes=_distinct(table, "axes"),
        state=table.one_of("state", Prompt.State.values, default=Prompt.State.DRAFT),
        values={
            "title": table.text("title"),
            "text": table.text("text", longest=32_000),
            "language": table.text("language", default="en"),
            "gloss": table.text("gloss", default="", longest=2000),
            "scene": table.value("scene"),
            "licence": table.text("licence", default="CC0-1.0"),
            "source": table.text("source", default=""),
        },
        pictures=read_pictures(table, folder=folder, usual=usual),
    )
