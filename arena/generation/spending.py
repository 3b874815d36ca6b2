"""The sums of what calls cost: of a run, of a day, and of a provider on a day; changed with every attempt."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from arena.generation.models import Attempt, Spending

# All transactions take these rows last and in this order, so that none wait for each other in a circle.
_ADD = """
    INSERT INTO generation_spending (run_id, provider_id, day, amount)
    VALUES (%(run)s, NULL, NULL, %(delta)s), (NULL, %(provider)s, %(day)s, %(delta)s), (NULL, NULL, %(day)s, %(delta)s)
    ON CONFLICT (run_id, provider_id, day) DO UPDATE SET amount = generation_spending.amount + EXCLUDED.amount
    RETURNING run_id, provider_id, amount
"""


@dataclass(frozen=True)
class Sums:
    """What has been spent and reserved, in USD: in the run, at the provider that day, and that day in all."""

    run: Decimal
    provider_day: Decimal
    day: Decimal


def add_charge(attempt: Attempt, delta: Decimal) -> Sums | None:
    """Add to the sums that an attempt counts in, and return them; they stay locked until the transaction ends.

    None if there is nothing to add.
    """
    if not delta:
        return None
    values = {
        "run": attempt.generation.run_id,
        "provider": attempt.provider_id,
        "day": attempt.started_at.astimezone(datetime.UTC).date(),
        "delta": delta,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ADD, values)
        sums = {(run is not None, provider is not None): amount for run, provider, amount in cursor.fetchall()}
    return Sums(run=sums[True, False], provider_day=sums[False, True], day=sums[False, False])


def spent_in_run(run_id: int) -> Decimal:
    """Return what a run's calls have cost in USD: known costs, and the reserved sum where it is not known yet."""
    amount = Spending.objects.filter(run_id=run_id).values_list("amount", flat=True).first()
    return amount or Decimal(0)


def spent_on(day: datetime.date, *, provider_id: int | None = None) -> Decimal:
    """Return what the calls of a day (UTC) have cost in USD in the same way: at one provider, or in all."""
    rows = Spending.objects.filter(day=day, run=None)
    rows = rows.filter(provider=None) if provider_id is None else rows.filter(provider=provider_id)
    return rows.values_list("amount", flat=True).first() or Decimal(0)
