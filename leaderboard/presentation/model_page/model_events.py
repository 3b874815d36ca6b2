"""What may explain a change of a model's rating over time: prices, versions and methods, by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from leaderboard.presentation.log_sentences import state_change
from leaderboard.queries.changes.public_log import read_model_log
from leaderboard.queries.histories import HistoryPoint

MOST_EVENTS = 12


@dataclass(frozen=True)
class ModelEvent:
    """One change: its day, its number in the chart, and what it was."""

    number: int
    day: date
    text: str
    source: str = ""


def list_events(points: Sequence[HistoryPoint], model: str, *, logged: bool) -> tuple[ModelEvent, ...]:
    """Return what happened while the points were computed, oldest first; of too many the latest.

    `logged` adds the public log, which is not about imported ledgers. One query, or none without points.
    """
    if not points:
        return ()
    first, last = points[0].computed_at.date(), points[-1].computed_at.date()
    log = read_model_log(model) if logged else []
    told = [(one.day, f"{one.name}: {state_change(one)}", one.source) for one in log if first <= one.day <= last]
    for before, now in pairwise(points):
        if before.parameters_hash != now.parameters_hash:
            text = _("rated by {method} {version} from now on; earlier numbers cannot be compared")
            said = text.format(method=now.method_name, version=now.method_version)
            told.append((now.computed_at.date(), said, ""))
    told = sorted(told, key=lambda each: each[0])[-MOST_EVENTS:]
    return tuple(ModelEvent(number, *each) for number, each in enumerate(told, start=1))
