"""Reads a generation with all that its claim and its call look at, in three statements."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model

from arena.catalog.models import Contender, Offering, Price, Prompt
from arena.catalog.models import Provider as ProviderEntry
from arena.database.plain_rows import columns_of, read_rows, row_of
from arena.generation.models import Generation, ProviderState, Run

# PostgreSQL plans two short joins in half the time of a long one.
_ORDER = {"job": Generation, "run": Run, "prompt": Prompt}
_ORDER_FROM = """
    FROM generation_generation AS job
    JOIN generation_run AS run ON run.id = job.run_id
    JOIN catalog_prompt AS prompt ON prompt.id = job.prompt_id
    WHERE job.id = %s
"""
_SELLER = {"contender": Contender, "offering": Offering, "provider": ProviderEntry, "state": ProviderState}
_SELLER_FROM = """
    FROM catalog_contender AS contender
    JOIN catalog_offering AS offering ON offering.id = contender.offering_id
    JOIN catalog_provider AS provider ON provider.id = offering.provider_id
    LEFT JOIN generation_providerstate AS state ON state.provider_id = provider.id
    WHERE contender.id = %s
"""
# Width and height of each picture that the call sends along.
_PICTURES = "ARRAY(SELECT ARRAY[width, height] FROM catalog_sourceimage WHERE prompt_id = prompt.id)"
_PRICES = "FROM catalog_price AS price WHERE price.offering_id = %s ORDER BY item, quality, size, id"


@dataclass(frozen=True)
class Job:
    """A generation with what it refers to, and the sizes of the pictures that its call sends: sources and mask."""

    generation: Generation
    provider: ProviderEntry
    pictures: list[tuple[int, int]]


def read_job(generation_id: int) -> Job | None:
    """Return a generation whose contender is offered; None if there is no such row."""
    values = _read(f"SELECT {_wanted(_ORDER)}, {_PICTURES} {_ORDER_FROM}", generation_id)
    if values is None:
        return None
    generation = row_of(Generation, values)
    generation.run, generation.prompt = row_of(Run, values), row_of(Prompt, values)
    pictures = [(width, height) for width, height in next(values)]
    contender = _read_seller(generation.contender_id)
    if contender is None or contender.offering is None:
        return None
    generation.contender = contender
    return Job(generation, contender.offering.provider, pictures)


def _read_seller(contender_id: int) -> Contender | None:
    """Return a contender with its offering, what that costs, its provider and how calls to it go."""
    values = _read(f"SELECT {_wanted(_SELLER)} {_SELLER_FROM}", contender_id)
    if values is None:
        return None
    contender, offering, provider = row_of(Contender, values), row_of(Offering, values), row_of(ProviderEntry, values)
    state = row_of(ProviderState, values)
    if state.pk is not None:
        state.provider = provider
    offering.provider, contender.offering = provider, offering
    prices = f"SELECT {columns_of(Price, of='price')} {_PRICES}"
    offering.price_list = list(read_rows(Price, prices, [offering.pk]))
    return contender


def _wanted(parts: Mapping[str, type[Model]]) -> str:
    return ", ".join(columns_of(model, of=alias) for alias, model in parts.items())


def _read(statement: str, key: int) -> Iterator[Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        row = cursor.fetchone()
    return None if row is None else iter(row)
