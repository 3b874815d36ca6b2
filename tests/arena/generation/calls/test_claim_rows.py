"""What a claim reads by hand-written SQL is what Django reads."""

from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Model

from arena.generation.calls.brakes.throttle import state_of
from arena.generation.calls.claim_rows import read_job
from arena.generation.calls.claims import claim_generation, pictures_of
from arena.generation.runs.lifecycle import plan_run, start_run
from tests.arena.generation.conftest import Shop
from tests.factories import make_editing_prompt, make_generation, make_prompt


def columns(row: Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.parametrize("edits", [False, True])
def test_job_is_read_with_all_that_it_refers_to(shop: Shop, *, edits: bool) -> None:
    prompt = make_editing_prompt(state="play") if edits else make_prompt(scene={"subject": "cat"})
    as_django = make_generation(contender=shop.contender, prompt=prompt, pixels=False, handle={"poll": "x"})
    state_of(shop.provider)
    job = read_job(as_django.pk)
    assert job is not None
    pairs = [
        (job.generation, as_django),
        (job.generation.run, as_django.run),
        (job.generation.prompt, as_django.prompt),
        (job.generation.contender, as_django.contender),
        (job.generation.contender.offering, as_django.contender.offering),
        (job.provider, shop.provider),
        (job.provider.state_of_calls, state_of(shop.provider)),
    ]
    for read, other in pairs:
        assert read is not None
        assert other is not None
        assert columns(read) == columns(other)
    assert job.generation.contender.offering is not None
    assert job.generation.contender.offering.price_list == list(shop.contender.offering.prices.all())  # type: ignore[union-attr]
    assert job.pictures == pictures_of(as_django)
    assert bool(job.pictures) is edits


def test_claim_takes_few_statements(shop: Shop, django_assert_num_queries: Any) -> None:
    run = plan_run(contenders=[shop.contender], prompts=[make_prompt()], name="Few", cap=Decimal(1))
    start_run(run=run)
    state_of(shop.provider)
    generation = run.generations.get()
    # Three to read, two to admit the call, three to lease it and write its attempt, one to reserve its cost; and the
    # two of a test's own transaction.
    with django_assert_num_queries(11):
        assert claim_generation(generation.pk) is not None
