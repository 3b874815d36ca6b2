"""The sums of what calls cost: of a run, of a day, and of a provider on a day; changed with every attempt."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from arena.generation.models import Spending

# All transactions take these rows last and in this order, so that none wait for each other in a circle.
_ADD = """
    INSERT INTO generation_spending (run_id, provider_id, day, amount)
    SELECT run_id, provider_id, day, %(delta)s FROM (VALUES
        (%(run)s::bigint, NULL::bigint, NULL::date), (NULL, %(provider)s, %(day)s), (NULL, NULL, %(day)s)
    ) AS rows (run_id, provider_id, day) WHERE run_id IS NOT NULL OR day IS NOT NULL
    ON CONFLICT (run_id, provider_id, day) DO UPDATE SET amount = generation_spending.amount + EXCLUDED.amount
    RETURNING run_id, provider_id, amount
"""


@dataclass(frozen=True)
class Sums:
    """What has been spent and reserved, in USD: in the run, at the provider that day, and that day in all."""

    run: Decimal
    provider_day: Decimal
    day: Decimal


def add_charge(
    delta: Decimal, *, provider_id: int | None, began_at: datetime.datetime, run_id: int | None = None
) -> Sums | None:
    """Add to the sums that a call counts in, and return them; they stay locked until the transaction ends.

    None if there is nothing to add. A call outside runs counts in those of its day only.
    """
    if not delta:
        return None
    day = began_at.astimezone(datetime.UTC).date()
    values = {"run": run_id, "provider": provider_id, "day": day, "delta": delta}
    with connection.cursor() as cursor:
        cursor.execute(_ADD, values)
        sums = {(run is not None, provider is not None): amount for run, provider, amount in cursor.fetchall()}
    return Sums(run=sums.get((True, False), Decimal(0)), provider_day=sums[False, True], day=sums[False, False])


def spent_in_run(run_id: int) -> Decimal:
    """Return what a run's calls have cost in USD: known costs, and the reserved sum where it is not known yet."""
    amount = Spending.objects.filter(run_id=run_id).values_list("amount", flat=True).first()
    return amount or Decimal(0)


def spent_on(day: datetime.date, *, provider_id: int | None = None) -> Decimal:
    """Return what the calls of a day (UTC) have cost in USD in the same way: at one provider, or in all."""
    rows = Spending.objects.filter(day=day, run=None)
    rows = rows.filter(provider=None) if provider_id is None else rows.filter(provider=provider_id)
    return rows.values_list("amount", flat=True).first() or Decimal(0)
