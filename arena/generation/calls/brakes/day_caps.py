"""What calls may cost in a day: at one provider, and in all. Reserved before the call, never above a cap."""

import datetime
from decimal import Decimal

from django.conf import settings

from arena.generation.calls.brakes.throttle import NotNow
from arena.generation.spending import Sums, add_charge

PROVIDER_CAP_REACHED = "The day's spending cap of this provider is reached."
DAY_CAP_REACHED = "The day's spending cap is reached."
TOO_DEAR = "One call may cost more than the spending cap of a whole day."
NO_PRICE = "The catalogue has no price for this, so the day's spending cap cannot be kept."


class NeverFits(Exception):
    """The call does not fit under a cap, and no waiting changes that; the message says which."""


class FullForToday(NotNow):
    """The call does not fit under the cap of this day."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


def reserve_for_day(
    bound: Decimal | None, *, provider_cap: Decimal | None, provider_id: int | None, began_at: datetime.datetime,
    run_id: int | None = None,
) -> Sums | None:  # fmt: skip
    """Add the most that a call may cost to what is spent; the sums stay locked until the transaction ends.

    Raises NeverFits or FullForToday if that is above the cap of a day; the caller then undoes its transaction. An
    unknown price fits under none.
    """
    caps = [cap for cap in (provider_cap, settings.SPEND_PER_DAY) if cap is not None]
    if bound is None and caps:
        raise NeverFits(NO_PRICE)
    if bound is not None and any(bound > cap for cap in caps):
        raise NeverFits(TOO_DEAR)
    sums = add_charge(bound or Decimal(0), provider_id=provider_id, began_at=began_at, run_id=run_id)
    if sums is not None and provider_cap is not None and sums.provider_day > provider_cap:
        raise FullForToday(PROVIDER_CAP_REACHED)
    if sums is not None and settings.SPEND_PER_DAY is not None and sums.day > settings.SPEND_PER_DAY:
        raise FullForToday(DAY_CAP_REACHED)
    return sums
