"""The tags beside a model's name, each from facts of the catalogue."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max
from django.utils.translation import gettext as _

from arena.catalog.models import Fact, ImageModel, Modality
from leaderboard.presentation.model_cards import model_status
from leaderboard.queries.choosing.licences import answer_licence, has_open_weights
from leaderboard.queries.model_pages.release_dates import read_stated_date
from leaderboard.queries.standings import PlacedStanding

# A model is new for so many days after its release.
NEW_DAYS = 60


@dataclass(frozen=True)
class Tag:
    """A word on a model; `anchor` is the section of its page that says why, `is_warning` asks for attention."""

    text: str
    anchor: str
    is_warning: bool = False


def newest_known_day(placed: Iterable[PlacedStanding]) -> date | None:
    """Return the newest day on which a fact was read or a board of these lines was computed; None without any.

    What is new on a page does not change by itself with the day on which somebody opens it.
    """
    read: date | None = Fact.objects.aggregate(newest=Max("seen_on"))["newest"]
    days = [one.board.computed_at.date() for one in placed if one.board.computed_at]
    return max([*days, *([read] if read else [])], default=None)


def list_tags(image_model: ImageModel, *, today: date | None) -> list[Tag]:
    """Return a loaded model's tags as of a day."""
    return list(_tags(image_model, today))


def _tags(image_model: ImageModel, today: date | None) -> Iterator[Tag]:
    facts = list(image_model.facts.all())
    if today and is_new(facts, today=today):
        yield Tag(_("new"), "facts")
    if model_status(image_model) == "retiring":
        yield Tag(_("retiring"), "facts", is_warning=True)
    if has_open_weights(facts):
        yield Tag(_("open weights"), "licence")
    output_use = answer_licence(facts).get("output_use")
    if output_use and output_use.verdict == "differ":
        yield Tag(_("commercial use: sources differ"), "licence", is_warning=True)
    if Modality.IMAGE_EDITING in image_model.modalities:
        yield Tag(_("edits images"), "code")


def is_new(facts: Iterable[Fact], *, today: date) -> bool:
    """Tell whether a model came out within NEW_DAYS before a day, by the earliest date that a source states.

    A month without a day counts as its 28th; a year alone says too little.
    """
    stated = [read_stated_date(fact.value) for fact in facts if fact.key == "released_on"]
    known = [one.day.replace(day=28) if one.is_month else one.day for one in stated if one]
    return bool(known) and today - timedelta(days=NEW_DAYS) <= min(known) <= today
