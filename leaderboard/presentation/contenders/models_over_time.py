"""An organization's models by their release, with their ratings on a board, and what the votes say of newer ones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from django.utils.translation import gettext as _

from arena.catalog.models import ImageModel, Modality
from leaderboard.presentation.model_cards import best_rows
from leaderboard.queries.comparing.verdicts import Opinion, Verdict, lines_of
from leaderboard.queries.model_pages.release_dates import ReleaseDate
from leaderboard.queries.standings import BoardView, StandingRow

Dated = tuple[ReleaseDate, StandingRow]


@dataclass(frozen=True)
class ModelRelease:
    """A model's best line on the board and its release; `best` is the field's best line of the models known by then."""

    released: ReleaseDate
    row: StandingRow
    best: StandingRow | None


@dataclass(frozen=True)
class ModelsOverTime:
    """An organization's models on the overall board of a modality, the oldest first, and what the votes say of them.

    `best` are the field's best established lines with the days from which they were that, beginning with the one of the
    day of the first model. `undated` are the names of rated models whose release no source tells, `unrated` those of
    models without a rating.
    """

    modality: str
    models: tuple[ModelRelease, ...]
    best: tuple[tuple[date, StandingRow], ...]
    finding: str
    undated: tuple[str, ...]
    unrated: tuple[str, ...]

    @property
    def modality_label(self) -> str:
        return str(Modality(self.modality).label)


def tell_models_over_time(
    board: BoardView, opinion: Opinion, models: Iterable[ImageModel], released: Mapping[str, ReleaseDate]
) -> ModelsOverTime:
    """Order those of an organization's models that do the board's modality by their release, by slug in `released`."""
    own = sorted((one for one in models if board.modality in one.modalities), key=lambda one: one.name.casefold())
    lines = {slug: row for slug, row in best_rows(board.rows).items() if slug and row.line.elo is not None}
    rated = [one for one in own if one.slug in lines]
    dated = sorted(
        ((released[one.slug], lines[one.slug]) for one in rated if one.slug in released),
        key=lambda each: (each[0], each[1].contender_name),
    )
    known = [(released[slug], row) for slug, row in lines.items() if slug in released]
    best = _find_best(known, since=dated[0][0].day) if dated else ()
    return ModelsOverTime(
        modality=board.modality,
        models=tuple(ModelRelease(when, row, _best_by(best, when.day)) for when, row in dated),
        best=best,
        finding=state_progress(_compare_with_earlier(dated, board, opinion)) if dated else "",
        undated=tuple(one.name for one in rated if one.slug not in released),
        unrated=tuple(one.name for one in own if one.slug not in lines),
    )


def _find_best(known: Iterable[Dated], *, since: date) -> tuple[tuple[date, StandingRow], ...]:
    """The highest established line among the models released by each day, from `since` on."""
    steps: list[tuple[date, StandingRow]] = []
    for when, row in sorted(known, key=lambda each: each[0]):
        if row.line.level == "established" and (not steps or _elo(row) > _elo(steps[-1][1])):
            day = max(when.day, since)
            steps = [step for step in steps if step[0] != day]
            steps.append((day, row))
    return tuple(steps)


def _best_by(best: Sequence[tuple[date, StandingRow]], day: date) -> StandingRow | None:
    return next((row for since, row in reversed(best) if since <= day), None)


def _elo(row: StandingRow) -> float:
    return row.line.elo or 0.0


Step = tuple[StandingRow, StandingRow, Verdict | None]


def _compare_with_earlier(dated: Sequence[Dated], board: BoardView, opinion: Opinion) -> list[Step]:
    """The best model of each time beside the best of the time before: newer, older, and the newer one's verdict.

    Of models of one day nobody knows which is newer, nor of those of one month if only the month of one is known.
    """
    months = {(when.day.year, when.day.month) for when, _row in dated if when.is_month}

    def time_of(each: Dated) -> tuple[int, ...]:
        day = each[0].day
        month = (day.year, day.month)
        return month if month in months else (*month, day.day)

    best = [max((row for _when, row in group), key=_elo) for _time, group in groupby(dated, key=time_of)]
    lines = lines_of(board.rows)
    return [
        (newer, older, opinion.judge(newer.contender_slug, older.contender_slug, lines, forecast=False))
        for older, newer in pairwise(best)
    ]


def state_progress(steps: Sequence[Step]) -> str:
    """Say in one sentence whether newer models are better than the one before, as far as the votes tell."""
    better = sum(verdict is not None and verdict.is_sure and verdict.gap > 0 for _new, _old, verdict in steps)
    worse = sum(verdict is not None and verdict.is_sure and verdict.gap < 0 for _new, _old, verdict in steps)
    if not steps:
        return _("No newer model to compare with has a release date and a rating yet.")
    if len(steps) == 1:
        newer, older, _verdict = steps[0]
        if better:
            text = _("The newer {newer} is surely better than {older}.")
        elif worse:
            text = _("The newer {newer} is surely worse than {older}.")
        else:
            text = _("The votes do not tell yet whether the newer {newer} is better than {older}.")
        return text.format(newer=newer.model_name, older=older.model_name)
    if better == len(steps):
        return _("Each newer model is surely better than the one before it.")
    if not better and not worse:
        return _("The votes do not tell of any newer model whether it is better than the one before it.")
    text = _("Newer models, each against the one before it: surely better {better}, surely worse {worse}, open {open}.")
    return text.format(better=better, worse=worse, open=len(steps) - better - worse)
