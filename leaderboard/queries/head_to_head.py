"""How voters have split on pairs of contenders, as of the last refresh."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from arena.catalog.models import Contender
from arena.voting.models import PairSplit


@dataclass(frozen=True)
class PairRow:
    """One contender against one opponent; counts from the contender's side.

    `win_rate` is wins plus half the ties over the rated votes; None below THIN_VOTES of them.
    """

    contender_slug: str
    contender_name: str
    opponent_slug: str
    opponent_name: str
    opponent_model_slug: str
    votes: int
    wins: int
    losses: int
    ties: int
    both_bad: int
    win_rate: float | None


def head_to_head(*, ledger: str, model: str) -> tuple[PairRow, ...]:
    """Return the pairs of each contender of a model, most votes first."""
    ids = set(Contender.objects.filter(image_model__slug=model).values_list("pk", flat=True))
    splits = PairSplit.objects.filter(Q(first__in=ids) | Q(second__in=ids), ledger__slug=ledger)
    rows = []
    for split in splits.select_related("first__image_model", "second__image_model"):
        if split.first_id in ids:
            rows.append(_row(split.first, split.second, split.first_wins, split.second_wins, split))
        if split.second_id in ids:
            rows.append(_row(split.second, split.first, split.second_wins, split.first_wins, split))
    return tuple(sorted(rows, key=lambda row: (row.contender_name, -row.votes, row.opponent_name)))


def _row(own: Contender, other: Contender, wins: int, losses: int, split: PairSplit) -> PairRow:
    rated = wins + losses + split.ties
    return PairRow(
        contender_slug=own.slug,
        contender_name=own.name,
        opponent_slug=other.slug,
        opponent_name=other.name,
        opponent_model_slug=other.image_model.slug,
        votes=rated + split.both_bad,
        wins=wins,
        losses=losses,
        ties=split.ties,
        both_bad=split.both_bad,
        win_rate=(wins + split.ties / 2) / rated if rated >= settings.THIN_VOTES else None,
    )
