"""Reads a generation with all that its claim and its call look at, in two statements."""

from dataclasses import dataclass

from django.db import connection

from arena.catalog.models import Contender, Offering, Price, Prompt
from arena.catalog.models import Provider as ProviderEntry
from arena.database.plain_rows import columns_of, read_rows, row_of
from arena.generation.models import Generation, ProviderState, Run

# What is read, under its alias in the statement.
_PARTS = {
    "job": Generation, "run": Run, "prompt": Prompt, "contender": Contender, "offering": Offering,
    "provider": ProviderEntry, "state": ProviderState,
}  # fmt: skip
_JOINED = """
    FROM generation_generation AS job
    JOIN generation_run AS run ON run.id = job.run_id
    JOIN catalog_prompt AS prompt ON prompt.id = job.prompt_id
    JOIN catalog_contender AS contender ON contender.id = job.contender_id
    JOIN catalog_offering AS offering ON offering.id = contender.offering_id
    JOIN catalog_provider AS provider ON provider.id = offering.provider_id
    LEFT JOIN generation_providerstate AS state ON state.provider_id = provider.id
    WHERE job.id = %s
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
    wanted = ", ".join(columns_of(model, of=alias) for alias, model in _PARTS.items())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {wanted}, {_PICTURES} {_JOINED}", [generation_id])
        row = cursor.fetchone()
    if row is None:
        return None
    values = iter(row)
    generation, run, prompt = row_of(Generation, values), row_of(Run, values), row_of(Prompt, values)
    contender, offering, provider = row_of(Contender, values), row_of(Offering, values), row_of(ProviderEntry, values)
    state = row_of(ProviderState, values)
    if state.pk is not None:
        state.provider = provider
    offering.provider, contender.offering = provider, offering
    generation.run, generation.prompt, generation.contender = run, prompt, contender
    prices = f"SELECT {columns_of(Price, of='price')} {_PRICES}"
    offering.price_list = list(read_rows(Price, prices, [offering.pk]))
    return Job(generation, provider, [(width, height) for width, height in next(values)])
